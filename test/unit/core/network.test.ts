import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AddressSet, isLocal, isWide } from "../../../src/core/address-set.js";
import {
  type Family,
  formatAddress,
  formatNetwork,
  parseAddress,
  parseNetwork,
  scopeOf,
} from "../../../src/core/network.js";

test("addresses are read in every usual notation and written canonically", () => {
  for (const [text, canonical] of [
    ["127.0.0.1", "127.0.0.1"],
    ["::", "::"],
    ["::1", "::1"],
    ["2001:0DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["fe80::", "fe80::"],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ] as const) {
    const address = parseAddress(text);
    assert.is(address === undefined ? undefined : formatAddress(address), canonical, text);
  }
});

test("what is no address is refused", () => {
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.256",
    "1.2.3.4.5",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "::1%eth0",
    "g::",
    "12345::",
    "0x7f.0.0.1",
    " 127.0.0.1",
  ])
    assert.is(parseAddress(text), undefined, text);
});

test("networks by length and by mask, host bits cleared", () => {
  for (const [text, canonical] of [
    ["10.1.2.3/8", "10.0.0.0/8"],
    ["10.1.2.3/255.255.255.0", "10.1.2.0/24"],
    ["0.0.0.0/0.0.0.0", "0.0.0.0/0"],
    ["192.0.2.1/255.255.255.255", "192.0.2.1"],
    ["fe80::1/10", "fe80::/10"],
    ["::/0", "::/0"],
  ] as const) {
    const network = parseNetwork(text);
    assert.is(network === undefined ? undefined : formatNetwork(network), canonical, text);
  }
  for (const text of ["10.0.0.0/33", "10.0.0.0/255.0.255.0", "::/129", "10.0.0.0/", "10.0.0.0/8/8"])
    assert.is(parseNetwork(text), undefined, text);
});

test("every address survives writing and reading", () => {
  const value = fc.oneof(
    fc.record({ family: fc.constant<Family>(4), value: fc.bigInt(0n, (1n << 32n) - 1n) }),
    fc.record({ family: fc.constant<Family>(6), value: fc.bigInt(0n, (1n << 128n) - 1n) }),
    fc.record({
      family: fc.constant<Family>(6),
      value: fc
        .array(fc.constantFrom(0n, 1n, 0xffffn), { minLength: 8, maxLength: 8 })
        .map((groups) => groups.reduce<bigint>((sum, group) => (sum << 16n) | group, 0n)),
    }),
  );
  fc.assert(
    fc.property(value, (address) => assert.equal(parseAddress(formatAddress(address)), { ...address })),
  );
});

test("scopes", () => {
  const scope = (text: string) => {
    const network = parseNetwork(text);
    return network === undefined ? "" : scopeOf(network);
  };
  assert.is(scope("127.0.0.53"), "loopback");
  assert.is(scope("fe80::1"), "link-local");
  assert.is(scope("100.64.1.0/24"), "private");
  assert.is(scope("224.0.0.251"), "multicast");
  assert.is(scope("192.0.2.1"), "public");
  assert.is(scope("0.0.0.0/0"), "public");
});

const ranges = fc.array(
  fc
    .tuple(fc.bigInt(0n, 255n), fc.bigInt(0n, 40n))
    .map(([first, length]) => ({ first, last: first + length })),
  { maxLength: 6 },
);
const universe = Array.from({ length: 300 }, (_, index) => BigInt(index));
const members = (set: AddressSet) =>
  universe.filter((one) => !set.intersect({ first: one, last: one }).empty);

test("sets of addresses behave as sets", () => {
  fc.assert(
    fc.property(ranges, ranges, (left, right) => {
      const [a, b] = [AddressSet.of(4, left), AddressSet.of(4, right)];
      const [inA, inB] = [new Set(members(a)), new Set(members(b))];
      assert.equal(
        members(a.and(b)),
        universe.filter((one) => inA.has(one) && inB.has(one)),
      );
      assert.equal(
        members(a.or(b)),
        universe.filter((one) => inA.has(one) || inB.has(one)),
      );
      assert.equal(
        members(a.without(b)),
        universe.filter((one) => inA.has(one) && !inB.has(one)),
      );
      assert.is(
        a.covers(b),
        [...inB].every((one) => inA.has(one)),
      );
      assert.is(a.size, BigInt(inA.size));
      assert.ok(AddressSet.of(4, a.networks()).equals(a));
    }),
    { numRuns: 300 },
  );
});

function setOf(...texts: readonly string[]): AddressSet {
  const networks = texts.flatMap((text) => parseNetwork(text) ?? []);
  return AddressSet.of(networks[0]?.family ?? 4, networks);
}

test("a set says what it is", () => {
  assert.is(setOf("10.0.0.0/8", "192.0.2.7").describe(), "10.0.0.0/8, 192.0.2.7");
  assert.is(AddressSet.all(6).describe(), "anywhere");
  assert.is(AddressSet.none(4).describe(), "nowhere");
  assert.is(AddressSet.all(4).without(setOf("192.0.2.0/24")).describe(), "anywhere except 192.0.2.0/24");
  assert.is(setOf("0.0.0.0/1").describe(), "anywhere except 128.0.0.0/1");
  const many = AddressSet.of(
    4,
    universe.filter((one) => one % 2n === 0n).map((first) => ({ first, last: first })),
  );
  assert.match(many.describe(), / and 142 more$/);
});

test("half of the internet is no list of sources, and private networks are not the internet", () => {
  assert.ok(isWide(setOf("0.0.0.0/1")));
  assert.not(isWide(setOf("8.0.0.0/8")));
  assert.ok(isWide(setOf("2000::/3")));
  assert.not(isWide(setOf("2001:db8::/32")));
  assert.ok(isLocal(setOf("10.1.0.0/16", "192.168.0.0/24")));
  assert.not(isLocal(setOf("10.0.0.0/8", "11.0.0.0/8")));
  assert.ok(isLocal(setOf("fe80::/10", "fd00::/8")));
});

test.run();
