// TOML with the lines of its keys; hostile text ends in a message.
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseToml, tomlGet, tomlPath } from "../../../src/formats/toml.js";

test("values and lines by path, dotted and quoted keys alike", () => {
  const toml = parseToml(
    'version = 2\n# c\n[plugins."io.containerd.grpc.v1.cri"]\n  a.b = "x"\n[[list]]\nn = 1\n',
  );
  assert.ok(toml.state === "ok");
  if (toml.state !== "ok") return;
  assert.is(tomlGet(toml.value, "plugins", "io.containerd.grpc.v1.cri", "a", "b"), "x");
  assert.is(toml.lines.get(tomlPath("plugins", "io.containerd.grpc.v1.cri", "a", "b")), 4);
  assert.is(toml.lines.get(tomlPath("version")), 1);
  assert.is(tomlGet(toml.value, "version", "deeper"), undefined);
  assert.is(tomlGet(toml.value, "list", "n"), undefined);
});

test("errors name their line", () => {
  const toml = parseToml("a = 1\nb = \n");
  assert.is(toml.state === "error" && toml.line, 2);
  assert.is(parseToml("a = 1\na = 2\n").state, "error");
});

test("hostile text is refused or read, and pollutes nothing", () => {
  assert.is(parseToml("x".repeat(2_000_000)).state, "error");
  assert.is(parseToml(`a = ${"[".repeat(100_000)}`).state, "error");
  parseToml('[__proto__]\npolluted = true\n["constructor"]\nx = 1\n');
  assert.is((Object.prototype as Record<string, unknown>).polluted, undefined);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      parseToml(text);
    }),
    { numRuns: 500, seed: 5 },
  );
});

test.run();
