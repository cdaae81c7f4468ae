// Patterns as fnmatch(3) and glob(7) of glibc answered for them; 40,000 generated ones were compared once by hand.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isWildcard, matchesPathWildcard, matchesWildcard } from "../../../src/core/wildcard.js";

for (const [pattern, text, matches] of [
  ["sctp", "sctp", true],
  ["sctp", "sctp_diag", false],
  ["s*", "sctp", true],
  ["*", "", true],
  ["", "", true],
  ["?", "", false],
  ["*a*b*c", "xaybzc", true],
  ["*a*b*c", "xaybz", false],
  ["[a-c]x", "bx", true],
  ["[!a-c]x", "bx", false],
  ["[^a]x", "bx", true],
  ["[]a]", "]", true],
  ["[a-]", "-", true],
  ["[a", "[a", true],
  ["[[:alpha:]]*", "ab1", true],
  ["[![:digit:]]", "7", false],
  ["[[:nothing:]]", "a", false],
  ["[![:nothing:]]", "a", false],
  ["[[.a.]]", "a", true],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["\\", "\\", false],
  ["a/*", "a/b/c", true],
  ["*", ".hidden", true],
] as const)
  test(`${pattern} ${matches ? "matches" : "does not match"} ${text}`, () => {
    assert.is(matchesWildcard(pattern, text), matches);
  });

for (const [pattern, path, matches] of [
  ["net/ipv4/conf/*/rp_filter", "net/ipv4/conf/all/rp_filter", true],
  ["net/ipv4/*/rp_filter", "net/ipv4/conf/all/rp_filter", false],
  ["net/*", "net/.hidden", false],
  ["net/.*", "net/.hidden", true],
  ["*", "net", true],
] as const)
  test(`the path ${pattern} ${matches ? "matches" : "does not match"} ${path}`, () => {
    assert.is(matchesPathWildcard(pattern, path), matches);
  });

test("what is a pattern", () => {
  assert.equal(["a*", "a?", "[a", "a]", "a\\b", "a"].map(isWildcard), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("no pattern takes long", () => {
  const started = performance.now();
  assert.not.ok(matchesWildcard("*a".repeat(2000), `${"a".repeat(4000)}b`));
  assert.not.ok(matchesWildcard(`${"[a".repeat(2000)}`, "a".repeat(2000)));
  assert.ok(performance.now() - started < 30_000);
});

test.run();
