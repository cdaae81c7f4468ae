// YAML and JSON as Kubernetes reads them, against what sigs.k8s.io/yaml made of the same texts; and edits of one value.
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import { goInteger, parseGoYaml } from "../../../src/formats/go-yaml.js";
import { parseJson } from "../../../src/formats/json-node.js";
import { insertKey, replaceNode } from "../../../src/formats/yaml-edit.js";
import { type YamlNode, yamlGet, yamlValue } from "../../../src/formats/yaml-node.js";

type Row = readonly [text: string, json: unknown, strictlyRefused: boolean];
const corpus: readonly Row[] = JSON.parse(
  readFileSync(new URL("../../fixtures/go/yaml.json", import.meta.url), "utf8"),
);

/** Whole numbers as numbers, keys in order: what two JSON texts have in common. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)] as const));
}

test("every text of the corpus means to us what it means to sigs.k8s.io/yaml", () => {
  assert.ok(corpus.length > 300);
  for (const [text, json, refused] of corpus) {
    const parsed = parseGoYaml(text);
    if (json === null && parsed.state !== "ok") continue;
    assert.is(parsed.state, "ok", JSON.stringify(text));
    if (parsed.state !== "ok") continue;
    assert.equal(
      plain(parsed.root === undefined ? null : yamlValue(parsed.root)),
      plain(json),
      JSON.stringify(text),
    );
    assert.is(parsed.duplicates.length > 0, refused, `repeated keys of ${JSON.stringify(text)}`);
  }
});

test("JSON parses as JSON.parse has it, with every node in its place", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, "\t"), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent);
      const parsed = parseJson(spaced);
      if (parsed.state === "error") throw new Error(parsed.problem.message);
      const value = JSON.parse(spaced);
      assert.equal(JSON.stringify(plain(yamlValue(parsed.root))), JSON.stringify(plain(toNull(value))));
      walk(parsed.root, spaced);
    }),
    { numRuns: 300 },
  );
});

/** yamlValue makes maps without a prototype; so does this. */
function toNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toNull);
  if (typeof value !== "object" || value === null) return value;
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value).map(([k, v]) => [k, toNull(v)])),
  );
}

function walk(node: YamlNode, text: string): void {
  const raw = text.slice(node.span.start, node.span.end);
  assert.is(text.slice(0, node.span.start).split("\n").length, node.line);
  if (node.kind === "scalar") assert.equal(JSON.parse(raw), plain(node.value));
  else if (node.kind === "list") for (const item of node.items) walk(item, text);
  else for (const { value } of node.entries) walk(value, text);
}

test("JSON refuses what Go refuses, and never throws", () => {
  for (const text of [
    "",
    "{",
    "[1,]",
    "{,}",
    '{"a" 1}',
    "01",
    "1.",
    ".5",
    "+1",
    "'a'",
    '"\t"',
    '"\\x"',
    "nul",
    "{} {}",
    "// x\n1",
  ])
    assert.is(parseJson(text).state, "error", text);
  assert.is(parseJson("[".repeat(100_000)).state, "error");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ 1-e.tfn\n\t'), maxLength: 40 }), (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      assert.is(parseJson(text).state === "ok", valid, JSON.stringify(text));
    }),
    { numRuns: 1000 },
  );
});

test("whole numbers as strconv.ParseInt with base 0 reads them", () => {
  const rows: readonly (readonly [string, bigint | undefined])[] = [
    ["10", 10n],
    ["0x1F", 31n],
    ["010", 8n],
    ["0o10", 8n],
    ["0b11", 3n],
    ["1_000", 1000n],
    ["0x_1F", 31n],
    ["-5", -5n],
    ["+5", 5n],
    ["_1", undefined],
    ["1_", undefined],
    ["1__0", undefined],
    ["", undefined],
    ["1.0", undefined],
    ["9".repeat(200), undefined],
  ];
  for (const [text, expected] of rows) assert.is(goInteger(text), expected, text);
});

function edited(
  text: string,
  path: readonly string[],
  value: boolean | string | readonly string[],
  insert: boolean,
): string | undefined {
  const parsed = parseGoYaml(text);
  if (parsed.state !== "ok" || parsed.root?.kind !== "map") throw new Error(text);
  let node: YamlNode | undefined = parsed.root;
  for (const key of insert ? path.slice(0, -1) : path) node = yamlGet(node, key);
  if (node === undefined) throw new Error(path.join("."));
  const key = path.at(-1) ?? "";
  const edit = !insert
    ? replaceNode(text, node, value, parsed.json)
    : node.kind === "map"
      ? insertKey(text, node, key, value, parsed.json)
      : undefined;
  if (edit === undefined) return undefined;
  const result = applyEdits(text, [edit]);
  return result.state === "ok" ? result.text : undefined;
}

const edits: readonly (readonly [
  name: string,
  text: string,
  path: readonly string[],
  value: boolean | string | readonly string[],
  insert: boolean,
  expected: string | undefined,
])[] = [
  ["a value, its comment kept", "a: yes  # why\n", ["a"], false, false, "a: false  # why\n"],
  ["a value in quotes", "a: 'x'\n", ["a"], "Webhook", false, "a: Webhook\n"],
  ["a text that looks like another thing", "a: x\n", ["a"], "yes", false, 'a: "yes"\n'],
  [
    "a nested value, CRLF kept",
    "a:\r\n  b: 1\r\nc: 2\r\n",
    ["a", "b"],
    true,
    false,
    "a:\r\n  b: true\r\nc: 2\r\n",
  ],
  ["a block list", "a:\n  - x # one\n  - y\nb: 1\n", ["a"], ["z"], false, "a:\n  - z\nb: 1\n"],
  [
    "a list at its key's own column",
    "a:\n- x\n- y\nb: 1\n",
    ["a"],
    ["z", "w"],
    false,
    "a:\n- z\n- w\nb: 1\n",
  ],
  ["a flow list", "a: [x, y]\n", ["a"], ["z"], false, "a: [z]\n"],
  ["an empty value has no place", "a:\nb: 1\n", ["a"], true, false, undefined],
  ["a text over several lines", "a: |\n  x\n  y\n", ["a"], "z", false, undefined],
  ["a new key", "a: 1\n", ["b"], true, true, "a: 1\nb: true\n"],
  ["a new key without a last line end", "a: 1 # x", ["b"], true, true, "a: 1 # x\nb: true"],
  [
    "a new key before a second document",
    "a: 1\n---\nc: 2\n",
    ["b"],
    true,
    true,
    "a: 1\nb: true\n---\nc: 2\n",
  ],
  [
    "a new key inside",
    "a:\n    x: 1\n# end\nc: 2\n",
    ["a", "y"],
    true,
    true,
    "a:\n    x: 1\n    y: true\n# end\nc: 2\n",
  ],
  ["a new key behind a list", "a:\n- x\n- y: 1\n", ["b"], true, true, "a:\n- x\n- y: 1\nb: true\n"],
  ["a new key in a flow map", "a: {x: 1}\n", ["a", "y"], true, true, "a: {x: 1, y: true}\n"],
  ["a new key in an empty map", "a: {}\n", ["a", "y"], true, true, "a: {y: true}\n"],
  ["JSON on one line", '{"a": {"x": 1}}', ["a", "y"], "z", true, '{"a": {"x": 1, "y": "z"}}'],
  ["JSON on several lines", '{\n\t"a": 1\n}\n', ["b"], ["x"], true, '{\n\t"a": 1,\n\t"b": ["x"]\n}\n'],
];
for (const [name, text, path, value, insert, expected] of edits)
  test(`edit: ${name}`, () => assert.is(edited(text, path, value, insert), expected));

test.run();
