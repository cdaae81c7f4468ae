// YAML with places: what is where, what is repeated, and how much of it there may be.
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseYaml } from "../../../src/formats/yaml.js";
import { type YamlNode, yamlFromValue, yamlGet, yamlValue } from "../../../src/formats/yaml-node.js";

function root(text: string, version: "1.1" | "1.2" = "1.2"): YamlNode | undefined {
  const parsed = parseYaml(text, version);
  if (parsed.state === "error")
    throw new Error(`${parsed.problem.line}:${parsed.problem.column}: ${parsed.problem.message}`);
  return parsed.documents[0];
}

function plain(text: string, version: "1.1" | "1.2" = "1.2"): unknown {
  const node = root(text, version);
  return node === undefined
    ? undefined
    : JSON.parse(
        JSON.stringify(yamlValue(node), (_, value) => (typeof value === "bigint" ? Number(value) : value)),
      );
}

test("values have spans that are theirs in the text", () => {
  const text = "a: 1\nb:\n  - x: \"é y\" # c\n    z: 'q'\n";
  const list = yamlGet(root(text), "b");
  const item = list?.kind === "list" ? list.items[0] : undefined;
  const x = yamlGet(item, "x");
  assert.is(x?.line, 3);
  assert.is(x?.column, 8);
  assert.is(text.slice(x?.span.start, x?.span.end), '"é y"');
  assert.is(x?.kind === "scalar" && x.value, "é y");
});

test("1.1 reads yes, 010 and 1_000 as its programs do, 1.2 does not", () => {
  assert.equal(plain("a: yes\nb: 010\nc: 1_000\nd: 0x280F\n", "1.1"), { a: true, b: 8, c: 1000, d: 10255 });
  assert.equal(plain("a: yes\nb: 0o10\nc: 1_000\n"), { a: "yes", b: 8, c: "1_000" });
});

test("repeated keys are kept and listed", () => {
  const parsed = parseYaml("a: 1\nb: 2\na: 3\n");
  assert.ok(parsed.state === "ok");
  if (parsed.state !== "ok") return;
  assert.equal(
    parsed.duplicates.map(({ key, keyNode }) => [key, keyNode.line]),
    [["a", 3]],
  );
  const last = yamlGet(parsed.documents[0], "a");
  assert.is(last?.kind === "scalar" && last.value, 3);
});

test("anchors, aliases and merge keys; a map's own key beats a merged one, but to go-yaml v2 the later one counts", () => {
  const text = "x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}\nz: {<<: [*x, {c: 4, a: 9}]}\n";
  const [x, z] = [
    { a: 1, b: 2 },
    { a: 1, b: 2, c: 4 },
  ];
  assert.equal(plain(text), { x, y: { a: 1, b: 3 }, z });
  assert.equal(plain(text, "1.1"), { x, y: { a: 1, b: 2 }, z });
  assert.equal(plain("a: &v 1\nb: *v\nc: &v 2\nd: *v\n"), { a: 1, b: 1, c: 2, d: 2 });
});

test("several documents, empty ones and comments", () => {
  const parsed = parseYaml("---\na: 1\n---\n---\nb: 2\n");
  assert.is(parsed.state === "ok" && parsed.documents.length, 3);
  assert.is(root(""), undefined);
  assert.is(root("# only\n"), undefined);
});

test("keys that reach a prototype are keys like others", () => {
  const value = yamlValue(root("__proto__: {x: 1}\nconstructor: 2\n") ?? yamlFromValue(null));
  assert.is(Object.getPrototypeOf(value), null);
  assert.ok(Object.hasOwn(value as object, "__proto__"));
  assert.is((Object.prototype as Record<string, unknown>).x, undefined);
});

test("bombs, depth and size are refused quickly", () => {
  const started = performance.now();
  const problem = (text: string) => {
    const parsed = parseYaml(text);
    return parsed.state === "error" ? parsed.problem.message : "accepted";
  };
  const bomb = Array.from(
    { length: 26 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? "x" : `*a${n - 1},`.repeat(10)}]`,
  ).join("\n");
  assert.match(problem(bomb), "too many values");
  assert.match(problem("a: &a [*a]"), "nested deeper");
  assert.match(problem("{".repeat(100_000)), "nested deeper");
  assert.match(problem("- ".repeat(50_000)), "nested deeper");
  assert.match(
    problem(Array.from({ length: 100 }, (_, n) => `${" ".repeat(n)}a:`).join("\n")),
    "nested deeper",
  );
  assert.match(problem("x".repeat(300 * 1024)), "larger than");
  assert.is(problem(Array.from({ length: 20_000 }, (_, n) => `k${n}: v`).join("\n")), "accepted");
  assert.ok(performance.now() - started < 30_000);
});

test("errors name a line and a column", () => {
  for (const [text, line] of [
    ["a: 1\nb: [1, 2\nc: 3\n", 3],
    ["a: 1\n\tb: 2\n", 2],
    ["a: *none\n", 1],
    ["a: 'x\n", 2],
  ] as const) {
    const parsed = parseYaml(text);
    assert.is(parsed.state, "error", text);
    if (parsed.state === "error")
      assert.ok(
        Math.abs(parsed.problem.line - line) <= 1 && parsed.problem.column > 0,
        `${text}: ${parsed.problem.line}`,
      );
  }
});

test("any JSON value reads back as itself", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      assert.equal(plain(JSON.stringify({ value })), JSON.parse(JSON.stringify({ value })));
    }),
    { numRuns: 200, seed: 7 },
  );
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.constantFrom("1.1" as const, "1.2" as const),
      (text, version) => {
        parseYaml(text, version);
      },
    ),
    { numRuns: 500, seed: 11 },
  );
});

test.run();
