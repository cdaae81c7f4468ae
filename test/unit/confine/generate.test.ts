import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decisionOf, decisions, type Rule, reachOf } from "../../../src/confine/filter.js";
import { type GenerateOptions, generate } from "../../../src/confine/generate.js";
import { readingOf } from "../../../src/confine/reading.js";
import { baseCalls } from "../../../src/confine/runtime-base.js";
import { parseSeccomp } from "../../../src/formats/seccomp.js";
import { parseStrace } from "../../../src/formats/strace.js";
import { parseSyscallTable } from "../../../src/formats/syscall-table.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));
const plain: GenerateOptions = {
  architecture: "x86_64",
  architectures: [],
  base: true,
  arguments: false,
  errno: 38,
  also: [],
};
const trace = (...lines: readonly string[]) => parseStrace(`${lines.join("\n")}\n`);

function made(lines: readonly string[], options: Partial<GenerateOptions> = {}) {
  const generated = generate([trace(...lines)], { ...plain, ...options }, table);
  const parsed = parseSeccomp(generated.profile);
  if (parsed.state === "error") throw new Error(parsed.message);
  assert.equal(parsed.faults, []);
  const filter = readingOf(parsed.profile, {
    honours: "none",
    architecture: "x86_64",
    kernel: undefined,
    capabilities: new Set(),
  });
  if (filter === undefined) throw new Error("no filter");
  const decided = decisions(filter);
  return {
    ...generated,
    reach: (name: string) => reachOf(decisionOf(filter, decided, name)),
    filter,
    parsed,
  };
}

test("allows what was seen and the base set, and nothing else", () => {
  const { reach, added, counts } = made(["openat(1) = 3", "openat(1) = 3", "mount(1) = 0"]);
  assert.is(reach("openat"), "allowed");
  assert.is(reach("bpf"), "refused");
  for (const name of baseCalls) assert.is.not(reach(name), "refused", name);
  assert.ok(added.includes("execve") && !added.includes("openat"));
  assert.equal(
    counts.map(({ name, count, danger }) => [name, count, danger !== ""]),
    [
      ["openat", 2, false],
      ["mount", 1, true],
    ],
  );
});

test("without the base set only what was seen", () => {
  const { filter } = made(["openat(1) = 3"], { base: false });
  assert.equal(
    filter.rules.flatMap(({ names }) => names),
    ["openat"],
  );
});

test("clone makes no namespace, and clone3 sends programs back to it", () => {
  const { reach, gaps } = made(["clone3({flags=CLONE_VM}, 88) = 4"], { errno: 1 });
  assert.is(reach("clone"), "conditional");
  assert.is(reach("clone3"), "refused");
  assert.equal(gaps, []);
  const s390 = generate([trace("clone(child_stack=NULL) = 1")], { ...plain, architecture: "s390x" }, table);
  assert.match(
    s390.profile,
    /"names": \["clone"\],\s+"action": "SCMP_ACT_ALLOW",\s+"args": \[\{ "index": 1,/,
  );
});

test("rules on arguments where they are asked for and every one was told", () => {
  const lines = [
    "socket(AF_INET, 1, 0) = 3",
    "socket(AF_UNIX, 1, 0) = 3",
    "personality(0xffffffff) = 0",
    "socketpair(AF_ODD, 1) = 0",
  ];
  assert.is(made(lines).reach("socket"), "allowed");
  const { reach, filter } = made(lines, { arguments: true });
  assert.is(reach("socket"), "conditional");
  assert.is(reach("socketpair"), "allowed");
  assert.equal(
    filter.rules.filter(({ names }) => names[0] === "socket").map(({ args }) => args[0]?.value),
    [1n, 2n],
  );
});

test("recordings merge, and an existing profile keeps what it allows", () => {
  const also: readonly Rule[] = [
    { names: ["read", "mount"], action: { name: "ALLOW", code: 0 }, args: [], line: 1 },
    {
      names: ["socket"],
      action: { name: "ALLOW", code: 0 },
      args: [{ index: 0, op: "EQ", value: 1n, valueTwo: 0n }],
      line: 2,
    },
    { names: ["ptrace"], action: { name: "ERRNO", code: 1 }, args: [], line: 3 },
  ];
  const { reach } = made(["bind(1) = 0"], { also });
  assert.equal(["read", "mount", "bind"].map(reach), ["allowed", "allowed", "allowed"]);
  assert.is(reach("socket"), "conditional");
  assert.is(reach("ptrace"), "refused");
  assert.is(made(["socket(AF_INET, 1, 0) = 3"], { also }).reach("socket"), "allowed");
  const both = generate([trace("openat(1) = 3"), trace("openat(1) = 3", "bind(1) = 0")], plain, table);
  assert.equal(
    both.counts.map(({ name, count }) => `${name} ${count}`),
    ["openat 2", "bind 1"],
  );
});

test("numbers are named by architecture, and those nobody knows are told", () => {
  const { gaps, reach } = made(["syscall_0x101(1) = 0", "syscall_0x270f(1) = -1", "frobnicate(1) = -1"]);
  assert.is(reach("openat"), "allowed");
  assert.match(gaps.join("; "), /number 9999 of x86_64.*frobnicate is no known/);
});

test("the same recordings give the same bytes; architectures follow what was seen", () => {
  const lines = ["7 brk(NULL) = 0", "[ Process PID=7 runs in 32 bit mode. ]", "7 mmap2(1) = 0"];
  assert.is(made(lines).profile, made(lines).profile);
  assert.equal(
    made(lines).parsed.profile.architectures.map(({ value }) => value),
    ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
  );
  assert.equal(
    made(["brk(NULL) = 0"], { architectures: ["aarch64"] }).parsed.profile.architectures.length,
    2,
  );
});

test.run();
