import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  matchAddresses,
  matchHost,
  matchList,
  matchPattern,
  matchUser,
  numericAddress,
} from "../../../../src/facts/sshd/patterns.js";

test("stars and question marks", () => {
  for (const [text, pattern] of [
    ["", ""],
    ["", "*"],
    ["a", "?"],
    ["abc", "a*c"],
    ["abc", "*b*"],
    ["a*", "a*"],
    ["aXbXc", "a*X?"],
  ] as const)
    assert.ok(matchPattern(text, pattern), `${text} ${pattern}`);
  for (const [text, pattern] of [
    ["a", ""],
    ["", "?"],
    ["abc", "a*b"],
    ["abc", "b*"],
    ["ab", "a?b"],
  ] as const)
    assert.not.ok(matchPattern(text, pattern), `${text} ${pattern}`);
});

test("a pattern without wildcards matches itself alone", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      fc.pre(!/[*?]/.test(b));
      assert.is(matchPattern(a, b), a === b);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("many stars take no time", () => {
  const started = performance.now();
  assert.not.ok(matchPattern("a".repeat(20_000), `${"*a".repeat(500)}b`));
  assert.ok(performance.now() - started < 30_000);
});

test("lists: a refusal outweighs, wherever it stands", () => {
  assert.is(matchList("bob", "alice,bob"), "matched");
  assert.is(matchList("bob", "*,!bob"), "refused");
  assert.is(matchList("bob", "!bob,*"), "refused");
  assert.is(matchList("bob", "!alice"), "unmatched");
  assert.is(matchList("bob", ""), "unmatched");
  assert.is(matchList("bob", "bob,"), "matched");
  assert.is(matchList("bob", `${"x".repeat(1100)},bob`), "unmatched");
  assert.is(matchHost("HOST.Example.org", "*.EXAMPLE.org"), "matched");
});

test("addresses as getaddrinfo takes numbers", () => {
  for (const [text, shown] of [
    ["127.0.0.1", 0x7f000001n],
    ["127.1", 0x7f000001n],
    ["0x7f.1", 0x7f000001n],
    ["0177.0.0.1", 0x7f000001n],
    ["2130706433", 0x7f000001n],
    ["1.2.3", 0x01020003n],
  ] as const)
    assert.equal(numericAddress(text), { family: 4, value: shown });
  for (const text of [
    "",
    "256.1.1.1",
    "1.2.3.4.5",
    "1.2.3.256",
    "4294967296",
    "08",
    "a.b",
    "1..2",
    " 1",
    "1.2.3.4 ",
  ])
    assert.is(numericAddress(text), undefined, text);
  assert.equal(numericAddress("::1"), { family: 6, value: 1n });
  assert.equal(numericAddress("fe80::1%3"), { family: 6, value: 0xfe80_0000_0000_0000_0000_0000_0000_0001n });
  assert.is(numericAddress("::1::"), undefined);
});

test("networks, wildcards and refusals in one list", () => {
  assert.is(matchAddresses("10.1.2.3", "10.0.0.0/8"), "matched");
  assert.is(matchAddresses("11.1.2.3", "10.0.0.0/8"), "unmatched");
  assert.is(matchAddresses("10.1.2.3", "10.0.0.0/8,!10.1.0.0/16"), "refused");
  assert.is(matchAddresses("10.1.2.3", "*.3"), "matched");
  assert.is(matchAddresses("2001:db8::5", "2001:db8::/32"), "matched");
  assert.is(matchAddresses("10.0.0.1", "::/0"), "unmatched");
  assert.is(matchAddresses("host", "*"), "unmatched");
  assert.is(matchAddresses(undefined, "anything,*"), "unmatched");
});

test("lists that keep sshd from starting", () => {
  for (const list of ["10.0.0.1/8", "", "10.0.0.0/8,", "a,,b", "!", "10.0.0.0/33", "2001:db8::1/32"])
    assert.is(matchAddresses(undefined, list), "invalid", list);
  for (const list of ["10.0.0.0/200", "10.0.0.0/x", "1.2.3.4/32", "x/8"])
    assert.is.not(matchAddresses(undefined, list), "invalid", list);
});

test("user@host of AllowUsers", () => {
  const bob = (pattern: string) => matchUser("bob", "a.example.org", "10.0.0.7", pattern);
  assert.ok(bob("bob"));
  assert.ok(bob("b*@10.0.0.0/8"));
  assert.ok(bob("bob@*.example.org"));
  assert.not.ok(bob("bob@*.example.com"));
  assert.not.ok(bob("bob@*.example.org,!10.0.0.0/8"));
  assert.not.ok(bob("alice@*"));
});

test.run();
