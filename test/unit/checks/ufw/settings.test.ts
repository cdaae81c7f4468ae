import { test } from "uvu";
import type { Check } from "../../../../src/checks/define.js";
import { policies } from "../../../../src/checks/ufw/policies.js";
import { small } from "../../../../src/checks/ufw/small.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { type Cases, testCheck } from "../../../support/check.js";
import { kernelOf, ufwFiles } from "../../../support/ufw.js";

const defaults = "/etc/default/ufw";
const conf = "/etc/ufw/ufw.conf";

function named(list: readonly Check[], id: string): Check {
  const found = list.find((check) => check.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

function text(files: MemoryFiles, path: string): string {
  return String(files[path]);
}

const files = ufwFiles();
const none = { name: "ufw is not installed", files: { [defaults]: "IPV6=yes\n" } };
const live = { live: true, runs: kernelOf() };
const denied = {
  live: true,
  runs: {
    "iptables-save": { state: "ok" as const, code: 4, stdout: "", stderr: "Permission denied" },
    "ip6tables-save": { state: "ok" as const, code: 4, stdout: "", stderr: "Permission denied" },
  },
};

const incoming: Cases = {
  passes: [
    { name: "denied", files },
    { name: "rejected", files: ufwFiles({ input: "REJECT" }) },
    { name: "denied in the kernel too", files, host: live },
  ],
  fails: [
    {
      name: "accepted",
      files: ufwFiles({ input: "ACCEPT" }),
      at: [`${defaults}:2`],
      says: /DEFAULT_INPUT_POLICY is ACCEPT: allows what no rule names/,
      fixed: { [defaults]: text(files, defaults) },
    },
    {
      name: "in lower case, which iptables refuses",
      files: ufwFiles({ input: "drop" }),
      says: /iptables knows no such policy, so that ufw fails to start/,
      fixed: { [defaults]: text(files, defaults) },
    },
    {
      name: "in single quotes, which the command does not see",
      files: { ...files, [defaults]: text(files, defaults).replace('"DROP"', "'DROP'") },
      says: /the ufw command reads nothing/,
      fixed: { [defaults]: text(files, defaults) },
    },
    {
      name: "not set",
      files: {
        ...files,
        [defaults]: "IPV6=yes\nDEFAULT_OUTPUT_POLICY=ACCEPT\nDEFAULT_FORWARD_POLICY=DROP\n",
      },
      says: /is not set/,
    },
    {
      name: "changed since it was loaded",
      files,
      host: { live: true, runs: kernelOf({ input: "ACCEPT" }) },
      says: /the kernel's IPv4 policy of INPUT is ACCEPT.*IPv6/,
    },
  ],
  errors: [
    { name: "the kernel may not be asked", files, host: denied, says: /Permission denied/ },
    {
      name: "a variable",
      files: { ...files, [defaults]: "DEFAULT_INPUT_POLICY=$P\n" },
      says: /is not known/,
    },
    { name: "the file may not be read", files: { ...files, [defaults]: { error: "denied" } } },
  ],
  notApplicable: [none],
};

const outgoing: Cases = {
  passes: [
    { name: "accepted", files },
    {
      name: "denied where that is expected",
      files: ufwFiles({ output: "DROP" }),
      params: { expected: "deny" },
    },
  ],
  fails: [
    {
      name: "denied",
      files: ufwFiles({ output: "DROP" }),
      at: [`${defaults}:3`],
      fixed: { [defaults]: text(files, defaults) },
    },
  ],
  errors: [{ name: "the file may not be read", files: { ...files, [conf]: { error: "denied" } } }],
  notApplicable: [none],
};

const ipv6: Cases = {
  passes: [
    { name: "yes", files },
    { name: "YES", files: ufwFiles({ ipv6: "YES" }) },
  ],
  fails: [
    {
      name: "no",
      files: ufwFiles({ ipv6: "no" }),
      at: [`${defaults}:1`],
      says: /IPv6 has no rules of its own/,
      fixed: { [defaults]: text(files, defaults) },
    },
    {
      name: "Yes, which the boot script does not take",
      files: ufwFiles({ ipv6: "Yes" }),
      says: /takes only yes or YES/,
      fixed: { [defaults]: text(files, defaults) },
    },
  ],
  errors: [{ name: "the file may not be read", files: { ...files, [defaults]: { error: "failed" } } }],
  notApplicable: [
    none,
    {
      name: "a kernel without IPv6",
      files: { ...ufwFiles({ ipv6: "no" }), "/proc/sys/net/ipv4/ip_forward": "1\n" },
    },
    {
      name: "IPv6 switched off",
      files: { ...ufwFiles({ ipv6: "no" }), "/proc/sys/net/ipv6/conf/all/disable_ipv6": "1\n" },
      says: /switched off/,
    },
  ],
};

const logging: Cases = {
  passes: [
    { name: "low", files },
    { name: "full", files: ufwFiles({ logLevel: "full" }) },
    { name: "low, and the kernel logs", files, host: live },
  ],
  fails: [
    {
      name: "off",
      files: ufwFiles({ logLevel: "off" }),
      at: [`${conf}:2`],
      says: /nothing is logged/,
      fixed: { [conf]: text(files, conf) },
    },
    { name: "a level ufw does not know", files: ufwFiles({ logLevel: "some" }), says: /knows no such level/ },
    {
      name: "the kernel logs nothing",
      files,
      host: {
        live: true,
        runs: Object.fromEntries(
          Object.entries(kernelOf()).map(([program, result]) => [
            program,
            result.state === "ok" ? { ...result, stdout: result.stdout.replace(/.*-j LOG.*\n/, "") } : result,
          ]),
        ),
      },
      says: /the kernel logs nothing/,
    },
  ],
  errors: [{ name: "the kernel may not be asked", files, host: denied }],
  notApplicable: [none],
};

testCheck(named(policies, "ufw.default-incoming"), incoming);
testCheck(named(policies, "ufw.default-outgoing"), outgoing);
testCheck(named(small, "ufw.ipv6"), ipv6);
testCheck(named(small, "ufw.logging"), logging);

test.run();
