import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { changeText, compare } from "../../../src/confine/compare.js";
import { dangers } from "../../../src/confine/dangerous.js";
import { type Action, decisionOf, decisions, type Filter, reachOf } from "../../../src/confine/filter.js";
import { kernelAtLeast, readingOf } from "../../../src/confine/reading.js";
import { baseCalls } from "../../../src/confine/runtime-base.js";
import { ordinaryCapabilities, runtimeDefault } from "../../../src/confine/runtime-default.js";
import { allowedEverywhere } from "../../../src/confine/runtime-default-names.js";
import { trialConfig } from "../../../src/confine/trial-config.js";
import { parseSeccomp } from "../../../src/formats/seccomp.js";
import { type Architecture, architectures, parseSyscallTable } from "../../../src/formats/syscall-table.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));
const allow: Action = { name: "ALLOW", code: 0 };

function filterOf(
  text: string,
  honours: "none" | "all" = "none",
  capabilities = ordinaryCapabilities,
  architecture: Architecture = "x86_64",
): Filter {
  const parsed = parseSeccomp(text);
  if (parsed.state !== "ok") throw new Error(parsed.message);
  const filter = readingOf(parsed.profile, { honours, architecture, kernel: "6.1", capabilities });
  if (filter === undefined) throw new Error("no filter");
  return filter;
}

test("the table holds every name that the data of this folder speaks of", () => {
  const spoken = [...allowedEverywhere, ...baseCalls, ...dangers.flatMap(({ calls }) => calls)];
  const old = new Set(["create_module", "query_module", "uselib", "vm86", "vm86old", "nfsservctl", "stime"]);
  assert.equal(
    spoken.filter((name) => !table.has(name) && !old.has(name)),
    [],
  );
  const calls = dangers.flatMap((danger) => danger.calls);
  assert.equal(
    calls.filter((name, index) => calls.indexOf(name) !== index),
    [],
  );
  for (const one of architectures) assert.ok(table.of(one).length > 290, one);
});

test("a rule without conditions takes the call whole, and the first of them counts", () => {
  const rule = (name: Action["name"], value?: number) =>
    `{"names":["personality"],"action":"SCMP_ACT_${name}"${value === undefined ? "" : `,"args":[{"index":0,"value":${value},"op":"SCMP_CMP_EQ"}]`}}`;
  const reach = (...rules: readonly string[]) => {
    const filter = filterOf(`{"defaultAction":"SCMP_ACT_KILL","syscalls":[${rules.join(",")}]}`);
    return reachOf(decisionOf(filter, decisions(filter), "personality"));
  };
  assert.is(reach(), "refused");
  assert.is(reach(rule("ALLOW"), rule("ERRNO")), "allowed");
  assert.is(reach(rule("ERRNO"), rule("ALLOW")), "refused");
  assert.is(reach(rule("ERRNO", 1), rule("ALLOW")), "allowed");
  assert.is(reach(rule("ALLOW"), rule("ERRNO", 1)), "allowed");
  assert.is(reach(rule("ALLOW", 1)), "conditional");
  assert.is(reach(rule("LOG")), "allowed");
});

test("Docker's conditions hold only where they are honoured", () => {
  const text =
    '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["bpf"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_BPF"]}},{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"6.2"}},{"names":["mount"],"action":"SCMP_ACT_ALLOW","excludes":{"arches":["amd64"]}}]}';
  const open = (filter: Filter) => [...decisions(filter).keys()].sort();
  assert.equal(open(filterOf(text)), ["bpf", "mount", "ptrace"]);
  assert.equal(open(filterOf(text, "all")), []);
  assert.equal(open(filterOf(text, "all", new Set(["CAP_BPF"]), "aarch64")), ["bpf", "mount"]);
  assert.ok(
    kernelAtLeast("6.1.0-13-amd64", "4.8") && !kernelAtLeast("4.4", "4.8") && kernelAtLeast("4.8", "4.8"),
  );
});

test("compares what is let through", () => {
  const difference = (before: string, after: string) => {
    const { gained, lost, changed } = compare(filterOf(before), filterOf(after), table, "x86_64");
    return [gained, lost, changed].map((list) => list.map(changeText).join(" "));
  };
  const socket = (...values: readonly number[]) =>
    `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[${values.map((value) => `{"names":["socket"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":${value},"op":"SCMP_CMP_EQ"}]}`).join(",")}]}`;
  const whole =
    '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["socket"],"action":"SCMP_ACT_ALLOW"}]}';
  assert.equal(difference(socket(1), socket(1, 2)), [
    "socket (when arg0 == 1, or arg0 == 2; before when arg0 == 1)",
    "",
    "",
  ]);
  assert.equal(difference(socket(1, 2), socket(2)), [
    "",
    "socket (when arg0 == 2; before when arg0 == 1, or arg0 == 2)",
    "",
  ]);
  assert.equal(difference(socket(1), socket(2))[2], "socket (when arg0 == 2; before when arg0 == 1)");
  assert.equal(difference(socket(1), whole), ["socket (before only when arg0 == 1)", "", ""]);
  assert.equal(difference(whole, socket(1))[1], "socket (when arg0 == 1)");
  assert.equal(difference(whole, whole), ["", "", ""]);
});

test("law: a filter is as open as itself, and what one side gains the other loses", () => {
  const rule = fc.record({
    names: fc.array(fc.constantFrom("read", "mount", "socket", "bpf"), { minLength: 1, maxLength: 2 }),
    action: fc.constantFrom<Action>(allow, { name: "ERRNO", code: 1 }, { name: "LOG", code: 0 }),
    args: fc.array(
      fc.record({
        index: fc.nat(1),
        op: fc.constantFrom("EQ" as const, "NE" as const),
        value: fc.bigInt(0n, 2n),
        valueTwo: fc.constant(0n),
      }),
      { maxLength: 2 },
    ),
    line: fc.constant(1),
  });
  const filter: fc.Arbitrary<Filter> = fc.record({
    otherwise: fc.constantFrom<Action>(allow, { name: "ERRNO", code: 1 }),
    architectures: fc.constant([]),
    rules: fc.array(rule, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(filter, filter, (a, b) => {
      const same = compare(a, a, table, "x86_64");
      assert.equal([same.gained, same.lost, same.changed], [[], [], []]);
      const [there, back] = [compare(a, b, table, "x86_64"), compare(b, a, table, "x86_64")];
      const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
      assert.equal(names(there.gained), names(back.lost));
      assert.equal(names(there.changed), names(back.changed));
    }),
    { numRuns: 100 },
  );
});

test("RuntimeDefault follows release, capabilities, kernel and architecture", () => {
  const reach = (
    name: string,
    at: Parameters<typeof runtimeDefault>[0],
    over: Partial<Parameters<typeof runtimeDefault>[1]> = {},
  ) => {
    const filter = runtimeDefault(at, {
      architecture: "x86_64",
      kernel: "6.1",
      capabilities: ordinaryCapabilities,
      ...over,
    });
    return reachOf(decisionOf(filter, decisions(filter), name));
  };
  const [old, now] = [
    { engine: "containerd", version: "1.7.24" },
    { engine: "containerd", version: "2.1.0" },
  ] as const;
  assert.is(reach("io_uring_setup", old), "allowed");
  assert.is(reach("io_uring_setup", now), "refused");
  assert.is(reach("io_uring_setup", { engine: "cri-o", version: undefined }), "refused");
  assert.is(reach("clone", now), "conditional");
  assert.is(reach("clone", now, { capabilities: new Set(["CAP_SYS_ADMIN"]) }), "allowed");
  assert.is(reach("mount", now), "refused");
  assert.is(reach("mount", now, { capabilities: new Set(["CAP_SYS_ADMIN"]) }), "allowed");
  assert.is(reach("chroot", now), "allowed");
  assert.is(reach("ptrace", old, { kernel: "4.4.0" }), "refused");
  assert.is(reach("arch_prctl", now), "allowed");
  assert.is(reach("arch_prctl", now, { architecture: "aarch64" }), "refused");
  assert.is(reach("socket", { engine: "docker", version: "20.10.24" }), "allowed");
  assert.is(reach("socket", { engine: "docker", version: "28.1.0" }), "conditional");
});

test("a trial's configuration holds the profile as it stands", () => {
  const profile = '{"defaultAction":"SCMP_ACT_ALLOW","x":18446744073709551615,"y":"$&"}';
  const text = trialConfig({
    profile,
    args: ["/trial"],
    noNewPrivileges: false,
    mounts: [],
    cgroup: "/x",
    ownNetwork: true,
  });
  assert.ok(text.includes(`"seccomp":${profile}`));
  assert.ok(
    !trialConfig({
      profile: undefined,
      args: [],
      noNewPrivileges: true,
      mounts: [],
      cgroup: "/x",
      ownNetwork: true,
    }).includes("seccomp"),
  );
});

test.run();
