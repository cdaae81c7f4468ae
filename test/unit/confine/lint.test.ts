import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Target } from "../../../src/confine/finding.js";
import { lint, stopsRuntime } from "../../../src/confine/lint.js";
import { baseCalls, neededBy } from "../../../src/confine/runtime-base.js";
import { broughtBy, namedUpTo, tooNew } from "../../../src/confine/syscall-age.js";
import { parseSeccomp } from "../../../src/formats/seccomp.js";
import { parseSyscallTable } from "../../../src/formats/syscall-table.js";
import { corpus } from "../../support/seccomp-corpus.js";
import { shipped, shippedNames } from "../../support/seccomp-node.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));
const target: Target = {
  architecture: "x86_64",
  kernel: "6.12.1-amd64",
  libseccomp: "2.6.0",
  engine: "containerd",
  engineVersion: "1.7.24",
  low: [
    { name: "runc", version: "1.1.15" },
    { name: "crun", version: "1.14" },
  ],
  noNewPrivileges: false,
};

function found(text: string, over: Partial<Target> = {}): readonly string[] {
  return lint(parseSeccomp(text), { ...target, ...over }, table).findings.map(
    ({ rule, level, line }) => `${level} ${rule}${line > 0 ? ` ${line}` : ""}`,
  );
}

const base = baseCalls.map((name) => `"${name}"`).join(",");
/** An allow list that both runtimes start with, and these rules. */
const allowList = (rules = "", head = "") =>
  `{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":38,"architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X86"]${head},"syscalls":[\n{"names":[${base.replace('"clone",', "")}],"action":"SCMP_ACT_ALLOW"},{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":2114060288,"op":"SCMP_CMP_MASKED_EQ"}]}${rules === "" ? "" : `,\n${rules}`}]}`;
test("a sound profile has no finding, and is judged by how it stands to RuntimeDefault", () => {
  assert.equal(found(allowList()), []);
  assert.equal(found(shipped("hardened")), []);
  assert.equal(found(shipped("fine-grained")), []);
  const { strength } = lint(parseSeccomp(shipped("hardened")), target, table);
  assert.ok(
    (strength?.refused ?? 0) > 90 && strength?.weaker.length === 0 && strength.overDefault.lost.length > 20,
  );
});

const faulty: readonly (readonly [string, string, string, Partial<Target>?])[] = [
  ["nothing", "{}", "error no-profile"],
  [
    "no default action",
    '{"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}',
    "error no-default-action",
  ],
  ["unknown call", allowList('{"names":["reed"],"action":"SCMP_ACT_ALLOW"}'), "warning unknown-syscall 3"],
  [
    "unknown call in a deny list",
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mounnt"],"action":"SCMP_ACT_ERRNO"}]}',
    "error unknown-syscall 1",
  ],
  ["second rule", allowList('{"names":["read"],"action":"SCMP_ACT_KILL_PROCESS"}'), "error unreachable 3"],
  ["the same again", allowList('{"names":["read"],"action":"SCMP_ACT_ALLOW"}'), "note unreachable 3"],
  [
    "condition under a whole rule",
    allowList(
      '{"names":["read"],"action":"SCMP_ACT_TRAP","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]}',
    ),
    "error unreachable 3",
  ],
  [
    "a range",
    allowList(
      '{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_GE"},{"index":0,"value":5,"op":"SCMP_CMP_LE"}]}',
    ),
    "error alternatives 3",
  ],
  [
    "conflict",
    allowList(
      '{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]},{"names":["socket"],"action":"SCMP_ACT_TRAP","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]}',
    ),
    "error conflict 3",
  ],
  [
    "overlap",
    allowList(
      '{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"op":"SCMP_CMP_EQ"}]},{"names":["socket"],"action":"SCMP_ACT_TRAP","args":[{"index":1,"value":1,"op":"SCMP_CMP_EQ"}]}',
    ),
    "warning overlap 3",
  ],
  ["idle", allowList('{"names":["mount"],"action":"SCMP_ACT_ERRNO","errnoRet":38}'), "note redundant 3"],
  [
    "never true",
    allowList(
      '{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"valueTwo":2,"op":"SCMP_CMP_MASKED_EQ"}]}',
    ),
    "error never-true 3",
  ],
  [
    "two values",
    allowList(
      '{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":1,"valueTwo":2,"op":"SCMP_CMP_EQ"}]}',
    ),
    "warning value-two 3",
  ],
  [
    "fakes success",
    allowList('{"names":["mount"],"action":"SCMP_ACT_ERRNO","errnoRet":0}'),
    "error errno-zero 3",
  ],
  ["dangerous", allowList('{"names":["mount"],"action":"SCMP_ACT_ALLOW"}'), "warning dangerous"],
  ["weaker", allowList('{"names":["mount"],"action":"SCMP_ACT_ALLOW"}'), "warning weaker-than-default"],
  ["flags", allowList("", ',"flags":["SECCOMP_FILTER_FLAG_LOG"]'), "error flag 1"],
  [
    "native",
    allowList("", "").replace("SCMP_ARCH_X86_64", "SCMP_ARCH_NATIVE"),
    "error native-architecture 1",
  ],
  ["byte order", allowList("", "").replace("SCMP_ARCH_X86_64", "SCMP_ARCH_S390X"), "error byte-order 1"],
  [
    "other architectures",
    allowList("", "")
      .replace("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64")
      .replace("SCMP_ARCH_X86", "SCMP_ARCH_ARM"),
    "warning foreign-architectures 1",
  ],
  ["no architectures", allowList().replace(/"architectures":\[[^\]]*\],/, ""), "note no-architectures"],
  ["EPERM", allowList().replace('"defaultErrnoRet":38,', ""), "note default-errno 1"],
  [
    "no base",
    '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["write"],"action":"SCMP_ACT_ALLOW"}]}',
    "error runtime-base",
  ],
  ["all open", '{"defaultAction":"SCMP_ACT_ALLOW"}', "warning refuses-nothing"],
  [
    "a deny list",
    '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mount"],"action":"SCMP_ACT_ERRNO"}]}',
    "warning default-allow 1",
  ],
  [
    "a recording",
    '{"defaultAction":"SCMP_ACT_LOG","syscalls":[{"names":["mount"],"action":"SCMP_ACT_ERRNO"}]}',
    "note default-log 1",
  ],
  [
    "a newer call",
    allowList('{"names":["mseal"],"action":"SCMP_ACT_ALLOW"}'),
    "note too-new 3",
    { kernel: "6.1" },
  ],
  [
    "Docker's under containerd",
    allowList().replace('"action"', '"includes":{"caps":["CAP_BPF"]},"action"'),
    "error docker-key 2",
  ],
  [
    "Docker's under CRI-O",
    allowList().replace('"action"', '"includes":{"caps":["CAP_BPF"]},"action"'),
    "note docker-key 2",
    { engine: "cri-o" },
  ],
];

for (const [name, text, wanted, over] of faulty)
  test(`lint: ${name}`, () => {
    const all = found(text, over);
    assert.ok(all.includes(wanted), `${wanted} is not in ${all.join(", ")}`);
  });

test("a flag stops every runc that is older than it, and the flag for listeners one without", () => {
  const waiting = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";
  const asking = '{"names":["mount"],"action":"SCMP_ACT_NOTIFY"}';
  const stops = (flag: string, version: string | undefined, rules = "") =>
    found(allowList(rules, `,"flags":["${flag}"]`), { low: [{ name: "runc", version }] }).includes(
      "error flag 1",
    );
  const log = "SECCOMP_FILTER_FLAG_LOG";
  assert.equal(
    [undefined, "dev", "1.1.15", "1.2.0", "1.3.6", "1.5.0"].map((version) => stops(log, version)),
    [true, true, true, false, false, false],
  );
  assert.equal(
    ["1.1.15", "1.3.6", "1.4.2", "1.5.0"].map((version) => stops(waiting, version, asking)),
    [true, true, true, false],
  );
  assert.ok(stops(waiting, "1.5.0"));
});

test("Docker's keys are no fault to Docker", () => {
  const text = allowList().replace('"action"', '"includes":{"arches":["amd64"]},"action"');
  assert.equal(found(text, { engine: "docker", engineVersion: "28.0" }), []);
});

test("the base set hangs on runtime, release and no_new_privs", () => {
  assert.ok(neededBy({ name: "runc", version: "1.3.0" }, false).includes("statx"));
  assert.not.ok(neededBy({ name: "runc", version: "1.1.5" }, false).includes("statx"));
  assert.equal(neededBy({ name: "crun", version: undefined }, true), ["execve"]);
  const slim =
    '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["execve"],"action":"SCMP_ACT_ALLOW"}]}';
  const judged = lint(parseSeccomp(slim), { ...target, noNewPrivileges: true }, table);
  assert.ok(stopsRuntime(judged, "runc") && !stopsRuntime(judged, "crun"));
});

test("says since when a call exists and who knows its name", () => {
  assert.is(broughtBy("mseal"), "6.10");
  assert.is(broughtBy("read"), undefined);
  assert.is(namedUpTo("2.5.4"), "5.17");
  assert.is(namedUpTo("2.5.5-1"), "6.7");
  assert.is(tooNew("read", "3.10", "2.3.0"), undefined);
  assert.match(tooNew("mseal", "6.12", "2.5.4") ?? "", /libseccomp/);
  assert.match(tooNew("mseal", "6.1", "2.6.0") ?? "", /Linux 6\.10/);
});

test("lint answers for anything", () => {
  for (const { text } of corpus) lint(parseSeccomp(text), target, table);
  fc.assert(
    fc.property(fc.jsonValue(), (value) =>
      Array.isArray(
        lint(
          parseSeccomp(JSON.stringify({ defaultAction: "SCMP_ACT_ERRNO", syscalls: [value] })),
          target,
          table,
        ).findings,
      ),
    ),
    { numRuns: 100 },
  );
  assert.is(shippedNames.length, 5);
});

test.run();
