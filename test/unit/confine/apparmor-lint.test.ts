import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type LintTarget, lintPolicy } from "../../../src/confine/apparmor-lint.js";
import { parsePolicyRules } from "../../../src/formats/apparmor-rules.js";

const plain: LintTarget = { parser: undefined, containers: false, others: [] };

function lint(text: string, target: LintTarget = plain): readonly string[] {
  return lintPolicy({ text, rules: parsePolicyRules(text) }, target).map(
    ({ rule, level, line }) => `${level} ${rule}:${line}`,
  );
}

const one = (rule: string) => lint(`abi <abi/3.0>,\nprofile x /x {\n  ${rule}\n}\n`);

/** A rule, and what is said of it. */
const rules: readonly (readonly [string, readonly string[]])[] = [
  ["/srv/** r,", []],
  ["/srv/** rw,\n  /usr/bin/x mrix,", []],
  ["deny /** w,", []],
  ["file,", ["warning all-files:3"]],
  ["/** rw,", ["warning all-files:3"]],
  ["/{,**} rwix,", ["warning all-files:3"]],
  ["/** rix,", []],
  ["capability,", ["warning all-of-a-kind:3"]],
  ["network,", ["warning all-of-a-kind:3"]],
  ["mount,", ["warning all-of-a-kind:3"]],
  ["ptrace,", ["warning all-of-a-kind:3"]],
  ["change_profile,", ["warning all-of-a-kind:3"]],
  ["change_profile -> unconfined,", ["warning dangerous:3"]],
  ["capability chown net_raw,", []],
  ["capability sys_admin,", ["warning dangerous:3"]],
  ["capability chown sys_adm,", ["error unknown-capability:3"]],
  ["network inet stream,", []],
  ["network inet raw,", ["warning dangerous:3"]],
  ["network inet9,", ["error unknown-network:3"]],
  ["/tmp/** rwix,", ["warning write-and-start:3"]],
  ["/tmp/** rwm,", ["warning write-and-start:3"]],
  ["/usr/bin/x ux,", ["warning unconfined-start:3"]],
  ["/usr/bin/x Ux,", ["warning unconfined-start:3"]],
  ["/usr/bin/x PUx,", ["warning unconfined-start:3"]],
  ["/usr/bin/x px,", ["note environment:3"]],
  ["/usr/bin/x Px -> y,", []],
  ["/etc/shadow r,", ["warning dangerous:3"]],
  ["/run/containerd/containerd.sock rw,", ["warning dangerous:3"]],
  ["/proc/sys/** rw,", ["warning dangerous:3"]],
  ["/a rw,\n  deny /a w,", ["warning denied:3"]],
  ["/a/b/c rw,\n  deny /a/** rw,", ["warning denied:3"]],
  ["/a/** rw,\n  deny /a/* rw,", []],
  ["/a/** r,\n  deny owner /a/** r,", []],
];

for (const [rule, said] of rules)
  test(`lint: ${rule.replace(/\n */g, " ")}`, () => assert.equal(one(rule), said));

test("what the file says before its rules", () => {
  const base = "abi <abi/3.0>,\ninclude <tunables/global>\nprofile x @{bin}/x {\n}\n";
  assert.equal(lint(base), []);
  assert.equal(lint(base.replace("abi <abi/3.0>,\n", "")), ["warning no-abi:0"]);
  assert.equal(lint(base.replace("include <tunables/global>\n", "")), ["error no-tunables:0"]);
  assert.equal(lint(base.replace("include <tunables/global>", "@{bin}=/usr/bin")), []);
  assert.equal(lint("abi <abi/3.0>,\n# @{bin}\nprofile x /x {\n  signal peer=@{profile_name},\n}\n"), []);
  assert.equal(lint("abi <abi/3.0>,\n"), ["error no-profile:0"]);
  assert.equal(lint("profile x {\n"), ["error syntax:0"]);
});

test("modes, twins and programs that two are for", () => {
  assert.equal(lint("abi <abi/3.0>,\nprofile x /x flags=(complain) {\n}\n"), ["warning complain:2"]);
  assert.equal(lint("abi <abi/3.0>,\nprofile x /x flags=(unconfined) {\n}\n"), ["warning unconfined:2"]);
  const twins = "abi <abi/3.0>,\nprofile x /x {\n}\nprofile x /y {\n}\n";
  assert.equal(lint(twins), ["error duplicate:4"]);
  assert.equal(lint(twins.replace("profile x /y", "profile y /x")), ["warning overlap:4"]);
  const others = [{ name: "y", attach: "/x" }];
  assert.equal(lint("abi <abi/3.0>,\n/x {\n}\n", { ...plain, others }), ["warning overlap:2"]);
});

test("rules that an old parser does not know", () => {
  const text = "abi <abi/3.0>,\nprofile x /x {\n  userns,\n}\n";
  assert.equal(lint(text, { ...plain, parser: "3.0.8-3" }), [
    "error parser-too-old:3",
    "warning dangerous:3",
  ]);
  assert.equal(lint(text, { ...plain, parser: "4.1.0" }), ["warning dangerous:3"]);
});

test("what a container runtime needs, of profiles without programs", () => {
  const container = { ...plain, containers: true };
  const profile = (name: string, body: string) => `abi <abi/3.0>,\nprofile ${name} {\n${body}\n}\n`;
  assert.equal(lint(profile("x", "  /a r,"), container), [
    "warning nothing-starts:2",
    "warning not-stopped:2",
    "note disconnected:2",
  ]);
  assert.equal(lint(profile("x /a", "  /a r,"), container), []);
  const enough = "  /** rmix,\n  signal (receive) peer=unconfined,";
  assert.equal(lint(profile("x flags=(attach_disconnected)", enough), container), []);
  assert.equal(
    lint(profile("x flags=(attach_disconnected)", "  include <abstractions/base>"), container),
    [],
  );
  assert.equal(
    lint(
      profile("x flags=(attach_disconnected)", "  /** mr,\n  signal receive peer={runc,unconfined},"),
      container,
    ),
    [],
  );
});

test("the shipped ones: only what they are for", () => {
  const shipped = (name: string) =>
    lint(readFileSync(new URL(`../../../apparmor/${name}`, import.meta.url), "utf8"), {
      ...plain,
      containers: true,
    });
  assert.equal(shipped("nodeward-restricted"), ["warning all-files:7"]);
  assert.equal(shipped("nodeward-deny-write"), ["warning all-of-a-kind:13", "warning all-of-a-kind:14"]);
  assert.equal(shipped("nodeward-audit"), ["warning complain:4"]);
});

test("never throws, and is not slow", () => {
  const words = fc.array(
    fc.constantFrom(
      "/**",
      "{",
      "}",
      "/a{b,",
      "rw",
      "deny",
      ",\n",
      "peer=(",
      ")",
      "signal",
      "capability",
      "@{",
      "x",
      "profile",
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(words, (found) => {
      lint(`profile x {\n${found.join(" ")}\n}\n`, { ...plain, containers: true });
    }),
    { numRuns: 200 },
  );
  const many = Array.from(
    { length: 2000 },
    (_, index) => `  /a/${index}/* rw,\n  deny /b/${index}/** w,`,
  ).join("\n");
  const start = performance.now();
  lint(`profile x {\n${many}\n}\n`);
  assert.ok(performance.now() - start < 30_000);
});

test.run();
