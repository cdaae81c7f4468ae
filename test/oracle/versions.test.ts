// Do we order versions as dpkg orders packages and linux-base orders kernels? Starts programs, changes nothing.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareDebianVersions } from "../../src/formats/debian-version.js";
import { compareKernelReleases } from "../../src/formats/kernel-release.js";

type Pair = readonly [string, string];

/** What we say of each pair and the program (asked in one shell, once a pair) denies. */
function denied(
  compare: string,
  pairs: readonly Pair[],
  ours: (a: string, b: string) => number,
): readonly string[] {
  const claims = pairs.map(([a, b]) => `${a} ${["lt", "eq", "gt"][Math.sign(ours(a, b)) + 1]} ${b}`);
  const script = `while read -r a is b; do ${compare} "$a" "$is" "$b" && echo yes || echo "no: $a $is $b"; done`;
  const out = execFileSync("/bin/sh", ["-c", script], {
    input: claims.map((claim) => `${claim}\n`).join(""),
    encoding: "utf8",
  });
  const answers = out.trim().split("\n");
  assert.is(answers.length, pairs.length);
  return answers.filter((answer) => answer !== "yes");
}

const digit = fc.constantFrom(..."0123456789");
const mark = fc.constantFrom(..."+~.az-Z");
const upstream = fc
  .tuple(digit, fc.array(fc.oneof(digit, mark), { maxLength: 8 }))
  .map(([first, rest]) => first + rest.join(""));
const debian = fc
  .tuple(
    fc.constantFrom("", "0:", "1:", "12:"),
    upstream,
    fc.constantFrom("", "-0", "-1", "-1.1", "-1~bpo12", "-01"),
  )
  .map((parts) => parts.join(""))
  // dpkg refuses an empty revision.
  .filter((version) => !version.endsWith("-"));
/** A version, and one that is often a near relative of it. */
const debianPair: fc.Arbitrary<Pair> = fc.oneof(
  fc.tuple(debian, debian),
  fc.tuple(debian, fc.constantFrom("~", "+b1", "0", ".0", "a")).map(([a, tail]): Pair => [a, a + tail]),
);

if (existsSync("/usr/bin/dpkg"))
  test("2000 pairs of Debian versions", () => {
    const pairs = fc.sample(debianPair, { numRuns: 2000, seed: 41 });
    assert.equal(denied("dpkg --compare-versions", pairs, compareDebianVersions), []);
  });
else console.log("SKIPPED versions: dpkg is not installed");

const kernel = fc
  .tuple(
    fc.constantFrom("5.14.0", "6.1", "6.1.0", "6.10", "6.10.3", "6.12.38"),
    fc.constantFrom("", "-rc1", "-rc10", "+deb13", "+bpo", "~rc2", "-trunk"),
    fc.constantFrom("", "-9", "-38", "-427.13.1.el9_4", "-1016"),
    fc.constantFrom("", "-amd64", "-cloud-amd64", "-generic", ".x86_64", "-aws"),
  )
  .map((parts) => parts.join(""));

if (existsSync("/usr/share/perl5/DebianLinux.pm"))
  test("2000 pairs of kernel releases", () => {
    const pairs = fc.sample(fc.tuple(kernel, kernel), { numRuns: 2000, seed: 42 });
    // The module behind linux-version(1): one process for all pairs.
    const out = execFileSync(
      "/usr/bin/perl",
      ["-MDebianLinux=version_cmp", "-lane", "print version_cmp($F[0], $F[1])"],
      { input: pairs.map((pair) => `${pair.join(" ")}\n`).join(""), encoding: "utf8" },
    );
    const theirs = out.trim().split("\n").map(Number);
    assert.equal(
      pairs.map(([a, b]) => Math.sign(compareKernelReleases(a, b))),
      theirs,
    );
  });
else console.log("SKIPPED kernel releases: linux-base is not installed");

test.run();
