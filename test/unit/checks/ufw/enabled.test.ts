import { test } from "uvu";
import enabled from "../../../../src/checks/ufw/enabled.js";
import type { MemoryOptions } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { kernelOf, ufwFiles } from "../../../support/ufw.js";

const conf = "/etc/ufw/ufw.conf";
const ssh = { protocol: "tcp", dport: "22" };
const files = ufwFiles({ v4: [ssh] });
const unit = "/usr/lib/systemd/system/ufw.service";
const link = "/etc/systemd/system/multi-user.target.wants/ufw.service";
const { [link]: _, ...notEnabled } = files;
const kernel = kernelOf({ v4: [ssh] });

function running(runs: MemoryOptions["runs"]): MemoryOptions {
  return { live: true, runs: runs ?? {} };
}

testCheck(enabled, {
  passes: [
    { name: "in the files of an image", files },
    { name: "in the file and in the kernel", files, host: running(kernel) },
    {
      name: "in capitals, which the boot script takes too",
      files: { ...files, [conf]: "ENABLED=YES\nLOGLEVEL=low\n" },
    },
    {
      name: "IPv6 off in the kernel",
      files: { ...files, "/proc/sys/net/ipv4/ip_forward": "0\n" },
      host: running({ ...kernel, "ip6tables-save": { state: "failed", reason: "no IPv6" } }),
    },
  ],
  fails: [
    {
      name: "ENABLED=no",
      files: ufwFiles({ enabled: "no" }),
      at: [`${conf}:1`, unit],
      says: /ENABLED is no: ufw does not start/,
      fixed: { [conf]: "ENABLED=yes\nLOGLEVEL=low\n" },
    },
    {
      name: "not set",
      files: { ...files, [conf]: "LOGLEVEL=low" },
      says: /ENABLED is not set/,
      fixed: { [conf]: "LOGLEVEL=low\nENABLED=yes\n" },
    },
    {
      name: "Yes, which the command takes and the boot script does not",
      files: { ...files, [conf]: "ENABLED=Yes\n" },
      says: /ENABLED is Yes: ufw does not start/,
    },
    {
      name: "a comment after it, which the boot script skips and the command does not",
      files: { ...files, [conf]: "ENABLED=yes # at boot\n" },
      says: /at boot ENABLED is yes, the ufw command reads yes # at boot/,
      fixed: { [conf]: "ENABLED=yes\n" },
    },
    { name: "the unit is not enabled", files: notEnabled, says: /ufw\.service is disabled/ },
    {
      name: "the unit is masked",
      files: { ...notEnabled, "/etc/systemd/system/ufw.service": { link: "/dev/null" } },
      says: /ufw\.service is masked/,
    },
    {
      name: "a line that iptables refuses",
      files: { ...files, "/etc/ufw/before.rules": `${files["/etc/ufw/before.rules"]}nonsense\n` },
      at: [`${conf}:1`, unit, "/etc/ufw/before.rules:10"],
      says: /before\.rules:10 is no iptables rule/,
    },
    {
      name: "enabled in the file, absent in the kernel",
      files,
      host: running({ "iptables-save": kernelText(""), "ip6tables-save": kernelText("") }),
      says: /enabled in the file, absent in the kernel: no packet enters ufw's IPv4 chains/,
    },
    {
      name: "flushed: the chains are there and nothing enters them",
      files,
      host: running({
        ...kernel,
        "iptables-save": kernelText("*filter\n:INPUT ACCEPT [0:0]\n:ufw-user-input - [0:0]\nCOMMIT\n"),
      }),
      says: /IPv4 chains/,
    },
    {
      name: "IPv6 flushed alone",
      files,
      host: running({ ...kernel, "ip6tables-save": kernelText("") }),
      says: /IPv6 chains/,
    },
    {
      name: "a rule of the file that was not loaded",
      files: ufwFiles({ v4: [ssh, { protocol: "tcp", dport: "443" }] }),
      host: running(kernel),
      says: /user\.rules:8 is not in the kernel.*user6\.rules:8/,
    },
    {
      name: "a rule that somebody added by hand to ufw's chain",
      files,
      host: running(kernelOf({ v4: [ssh, { protocol: "tcp", dport: "8080" }] })),
      says: /in none of ufw's files/,
    },
    {
      name: "rules in another order",
      files: ufwFiles({ v4: [ssh, { action: "deny" }] }),
      host: running(kernelOf({ v4: [{ action: "deny" }, ssh] })),
      says: /another place/,
    },
  ],
  errors: [
    {
      name: "the kernel may not be asked",
      files,
      host: running({
        "iptables-save": { state: "ok", code: 4, stdout: "", stderr: "iptables-save: Permission denied\n" },
        "ip6tables-save": { state: "ok", code: 4, stdout: "", stderr: "Permission denied\n" },
      }),
      says: /could not be read: iptables-save: Permission denied/,
    },
    {
      name: "the kernel's answer is not understood",
      files,
      host: running({ ...kernel, "iptables-save": kernelText("*filter\nwhat\nCOMMIT\n") }),
      says: /is not understood/,
    },
    {
      name: "nodeward is in a container's network",
      files: { ...files, "/proc/self/ns/net": { link: "net:[2]" }, "/proc/1/ns/net": { link: "net:[1]" } },
      host: running(kernel),
      says: /network namespace of its own/,
    },
    { name: "what the shell makes of it is not known", files: { ...files, [conf]: "ENABLED=$X\n" } },
    {
      name: "more than assignments",
      files: { ...files, [conf]: "ENABLED=yes\n. /etc/ufw/site.conf\n" },
      says: /ufw\.conf:2 is more than an assignment/,
    },
    { name: "a file is not there", files: { ...files, "/etc/ufw/user.rules": { error: "failed" } } },
    { name: "a directory in place of a file", files: { ...files, [conf]: { kind: "directory" } } },
  ],
  notApplicable: [{ name: "ufw is not installed", files: { [conf]: "ENABLED=yes\n" } }],
});

function kernelText(stdout: string) {
  return { state: "ok" as const, code: 0, stdout, stderr: "" };
}

test.run();
