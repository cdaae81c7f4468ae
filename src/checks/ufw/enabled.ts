// ufw.enabled: ufw starts at boot, and the kernel has what its files say.
import type { Fact } from "../../core/fact.js";
import type { Family } from "../../core/network.js";
import type { Problem } from "../../core/outcome.js";
import { place, type Source } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { KernelFilter } from "../../facts/kernel-filter.js";
import { disagreement, type Ufw, usesIpv6 } from "../../facts/ufw.js";
import { differences, entered } from "../../facts/ufw-loaded.js";
import { defineCheck } from "../define.js";

interface Findings {
  readonly problems: Problem[];
  readonly unknowns: string[];
  readonly notes: string[];
  readonly evidence: Source[];
}

const start: Step = { kind: "action", action: "enable-ufw", args: [] };
const atBoot: Step = { kind: "action", action: "enable-unit", args: ["ufw.service"] };

function judgeSetting({ settings, startsAtBoot }: Ufw, found: Findings): void {
  const { enabled } = settings;
  const where = place(enabled.source);
  const differs = disagreement(enabled);
  found.evidence.push(enabled.source);
  if (enabled.value === undefined) found.unknowns.push(`${where}: ${differs}`);
  else if (!startsAtBoot)
    found.problems.push({
      message: `${where}: ENABLED is ${enabled.value === "" ? "not set" : enabled.value}: ufw does not start`,
      fix: [enabled.set("yes"), atBoot, start],
    });
  else if (differs !== undefined)
    found.problems.push({ message: `${where}: ${differs}`, fix: [enabled.set("yes")] });
  for (const { file, line } of settings.other)
    found.unknowns.push(`${file}:${line} is more than an assignment: the shell may set anything there`);
}

function judgeUnit({ unit }: Ufw, found: Findings): void {
  if (unit.state === "error") found.unknowns.push(unit.reason);
  else if (unit.state === "absent") found.unknowns.push(`whether ufw starts at boot: ${unit.reason}`);
  else {
    if (unit.value.source !== undefined) found.evidence.push(unit.value.source);
    if (!unit.value.starts)
      found.problems.push({
        message: `ufw.service is ${unit.value.state}: ufw does not start at boot`,
        fix: unit.value.state === "masked" ? [] : [atBoot],
      });
  }
}

function judgeFiles({ chains }: Ufw, families: readonly Family[], found: Findings): void {
  for (const family of families) {
    const built = chains[family];
    if (built.state !== "known") found.unknowns.push(built.reason);
    else
      for (const source of built.value.malformed) {
        found.evidence.push(source);
        found.problems.push({ message: `${place(source)} is no iptables rule: ufw would not load the file` });
      }
  }
}

function judgeKernel(own: Ufw, kernel: KernelFilter, family: Family, found: Findings): void {
  const loaded = kernel[family];
  const name = `IPv${family}`;
  if (loaded.state !== "known") {
    found.unknowns.push(`${name} in the kernel: ${loaded.reason}`);
    return;
  }
  if (!entered(loaded.value.rules)) {
    found.problems.push({
      message: `enabled in the file, absent in the kernel: no packet enters ufw's ${name} chains`,
      fix: [start],
    });
    return;
  }
  const built = own.chains[family];
  if (built.state !== "known") return;
  for (const { message, source } of differences(built.value.rules, loaded.value.rules)) {
    found.evidence.push(source);
    found.problems.push({ message: `${place(source)} ${message}: run \`ufw reload\`` });
  }
}

function judgeLive(own: Ufw, kernel: Fact<KernelFilter>, families: readonly Family[], found: Findings): void {
  if (kernel.state === "error") found.unknowns.push(kernel.reason);
  else if (kernel.state === "absent") found.notes.push(`judged by the files alone: ${kernel.reason}`);
  else if (own.startsAtBoot) for (const family of families) judgeKernel(own, kernel.value, family, found);
}

export default defineCheck({
  id: "ufw.enabled",
  title: "ufw is on, starts at boot, and the kernel has its rules",
  why: "Rules in a file filter nothing. A firewall that was flushed, or that does not come back after a restart, is one that somebody believes in.",
  remedy:
    "Allow SSH first (`ufw allow 22/tcp`), then `ufw enable` and `systemctl enable ufw`; after an edit of a file under /etc/ufw, `ufw reload`.",
  breaks:
    "Whatever no rule allows is cut off, running sessions too: rules for every port sshd listens on, the kubelet's and the CNI's must stand first.",
  severity: "high",
  risk: "lockout",
  fixable: true,
  needs: ["ufw"],
  optional: ["kernelFilter"],
  params: {},
  evaluate({ ufw, kernelFilter }) {
    const found: Findings = { problems: [], unknowns: [], notes: [], evidence: [] };
    const families: readonly Family[] = usesIpv6(ufw.settings) && ufw.hostHasIpv6 ? [4, 6] : [4];
    judgeSetting(ufw, found);
    judgeUnit(ufw, found);
    judgeFiles(ufw, families, found);
    judgeLive(ufw, kernelFilter, families, found);
    return {
      expected: "ENABLED=yes, ufw.service enabled, its chains in the kernel",
      actual: ufw.startsAtBoot ? "starts at boot" : "does not start",
      ...found,
    };
  },
});
