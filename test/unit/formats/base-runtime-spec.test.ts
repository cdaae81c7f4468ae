// base_runtime_spec files: lines, Go's way with keys, and nothing thrown at any text.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseBaseRuntimeSpec } from "../../../src/formats/base-runtime-spec.js";

test("each grant has its line", () => {
  const read = parseBaseRuntimeSpec(
    '{"process":{"capabilities":{"bounding":[\n"A",\n"B"]}},\n"mounts":[{"options":["ro"],\n"destination":"/x"}]}',
  );
  assert.ok(read.state === "ok");
  assert.equal(read.state === "ok" && read.spec.capabilities.map(({ value, line }) => [value, line]), [
    ["A", 2],
    ["B", 3],
  ]);
  assert.is(read.state === "ok" && read.spec.mounts[0]?.line, 5);
});

test("keys are found in any case, and a field given twice is refused", () => {
  const kelvin = parseBaseRuntimeSpec('{"HOOK\u017f":{"Prestart":[{"PATH":"/x"}]}}');
  assert.is(kelvin.state === "ok" && kelvin.spec.hooks[0]?.value, "/x");
  for (const text of ['{"linux":{},"LINUX":null}', '{"process":{"capabilities":{},"Capabilities":{}}}'])
    assert.match(JSON.stringify(parseBaseRuntimeSpec(text)), /more than once/);
});

test("no text throws, and none that is no object is taken for one", () => {
  for (const text of ["", "[]", '"x"', "1", "{", "\0", "\ufeff{}", "[".repeat(10_000), "{}{}"])
    assert.is(parseBaseRuntimeSpec(text).state, "error", text.slice(0, 9));
  const keys = ["process", "linux", "mounts", "hooks", "namespaces", "capabilities", "__proto__", "type"];
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, true, 1, -1.5, "ro"),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie("node"), { maxKeys: 4 }),
    ),
  })).node;
  fc.assert(
    fc.property(tree, fc.string(), (value, text) => {
      parseBaseRuntimeSpec(JSON.stringify(value));
      parseBaseRuntimeSpec(text);
    }),
    { numRuns: 200 },
  );
});

test.run();
