import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareDebianVersions } from "../../../src/formats/debian-version.js";

const ascending = [
  ["1.0~beta1", "1.0~rc1", "1.0", "1.0-0", "1.0-0.1", "1.0a", "1.0+b1", "1.0.0", "1.1", "1.10", "1:0.1"],
  ["1.2.3-4~deb12u1", "1.2.3-4", "1.2.3-4+b1", "1.2.3-4+deb12u1", "1.2.3-4+deb12u10", "1.2.3-5"],
  ["2.35-0ubuntu3.8", "2.35-0ubuntu3.10", "2.35-0ubuntu4"],
];

test("each version of a row is older than the next, or the same", () => {
  for (const row of ascending)
    for (const [index, version] of row.entries())
      for (const later of row.slice(index + 1))
        assert.ok(
          compareDebianVersions(version, later) < 0 || [version, later].join() === "1.0,1.0-0",
          `${version} < ${later}`,
        );
});

test("an absent epoch or revision is zero, leading zeros do not count", () => {
  assert.is(compareDebianVersions("0:1.0", "1.0"), 0);
  assert.is(compareDebianVersions("1.0-0", "1.0"), 0);
  assert.is(compareDebianVersions("1.007", "1.7"), 0);
});

const versions = fc.string({ unit: fc.constantFrom(..."0129.~+-:aZ"), maxLength: 12 });

test("the order is antisymmetric and transitive", () => {
  fc.assert(
    fc.property(versions, versions, versions, (a, b, c) => {
      const sign = (x: string, y: string) => Math.sign(compareDebianVersions(x, y));
      assert.is(sign(a, b) + sign(b, a), 0);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) assert.ok(sign(a, c) <= 0);
    }),
    { numRuns: 500 },
  );
});

test("numbers of any length are numbers", () => {
  assert.ok(compareDebianVersions(`1.${"9".repeat(50_000)}`, `1.1${"0".repeat(50_000)}`) < 0);
});

test.run();
