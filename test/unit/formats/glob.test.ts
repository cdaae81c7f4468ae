import { test } from "uvu";
import * as assert from "uvu/assert";
import { globOf } from "../../../src/formats/glob.js";

const rows: readonly (readonly [pattern: string, good: readonly string[], bad: readonly string[]])[] = [
  ["*.conf", ["a.conf", "a.b.conf", "Z.conf"], ["a.conf~", ".a.conf", "conf"]],
  ["*", ["a", "a b"], [".a", "."]],
  [".*", [".a", ".."], ["a"]],
  ["a?c", ["abc", "a.c"], ["ac", "abbc"]],
  ["[0-9][0-9]-*", ["10-a", "99-"], ["1-a", "a0-b"]],
  ["[!a-c]x", ["dx", "^x"], ["ax", "cx", ".x"]],
  ["[^a]x", ["ax", "^x"], ["bx"]],
  ["[]a]x", ["]x", "ax"], ["bx"]],
  ["[[:upper:]]*", ["Ab"], ["ab"]],
  ["[[:nosuch:]x]", ["nx]", ":x]"], ["x", "nx"]],
  ["[![:digit:]a]", ["b"], ["1", "a", ".x"]],
  ["[a", ["[a"], ["a"]],
  ["\\*x", ["*x"], ["ax"]],
  ["a\\", ["a\\"], ["a"]],
  ["[a-]x", ["ax", "-x"], ["bx"]],
  ["**a**", ["a", "xax"], ["x"]],
  ["", [""], ["a"]],
];

for (const [pattern, good, bad] of rows)
  test(`pattern ${JSON.stringify(pattern)}`, () => {
    const glob = globOf(pattern);
    for (const name of good) assert.ok(glob.matches(name), `${pattern} matches ${name}`);
    for (const name of bad) assert.not.ok(glob.matches(name), `${pattern} does not match ${name}`);
  });

test("a pattern without a wildcard names one file", () => {
  assert.is(globOf("10-a.conf").literal, "10-a.conf");
  assert.is(globOf("a\\*b").literal, "a*b");
  assert.is(globOf("[a").literal, "[a");
  assert.is(globOf("a*").literal, undefined);
});

test("stars do not multiply the time", () => {
  const started = performance.now();
  assert.not.ok(globOf(`${"*a".repeat(200)}b`).matches("a".repeat(5000)));
  assert.ok(performance.now() - started < 30_000);
});

test.run();
