// boot.mitigations: the flaws of this processor are mitigated, and nothing turns that off at the next boot.
import type { Problem } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { CommandLine } from "../../facts/kernel-command-line.js";
import type { Vulnerability } from "../../facts/kernel-protection.js";
import { defineCheck } from "../define.js";

/** Words of the kernel's command line that turn protection off (kernel-parameters.txt). */
const bare = new Set([
  "nopti",
  "nospectre_v1",
  "nospectre_v2",
  "nosmap",
  "nosmep",
  "nokaslr",
  "nospec_store_bypass_disable",
]);
const off: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["mitigations", new Set(["off"])],
  ["pti", new Set(["off"])],
  ["kpti", new Set(["off", "0"])],
  ["spectre_v2", new Set(["off"])],
  ["spec_store_bypass_disable", new Set(["off"])],
]);

function turnedOff(line: CommandLine, when: string): readonly Problem[] {
  return line.parameters
    .filter(({ name, value }) => (value === undefined ? bare.has(name) : off.get(name)?.has(value) === true))
    .map(({ text }) => ({
      message: `\`${printable(text, 80)}\` turns protection off ${when} (${place(line.source)})`,
    }));
}

/** `KVM: Vulnerable` and `Processor vulnerable` are meant as well; `SMT vulnerable` behind a mitigation is not. */
function isVulnerable(state: string): boolean {
  return /^(?:KVM: )?Vulnerable\b|^Processor vulnerable\b/.test(state);
}

function isKnown(state: string): boolean {
  return /^(?:KVM: )?(?:Not affected|Mitigation|Vulnerable)\b|^Processor vulnerable\b/.test(state);
}

function smtNote({ name, state }: Vulnerability): readonly string[] {
  return /SMT vulnerable/.test(state)
    ? [`${name}: threads of one core can read each other (${printable(state, 120)})`]
    : [];
}

export default defineCheck({
  id: "boot.mitigations",
  title: "The processor's flaws are mitigated",
  why: "Pods of different tenants share the processor; without mitigations one reads the other's memory, and the host's.",
  remedy:
    "Install the processor's microcode (intel-microcode, amd64-microcode) and a current kernel; take `mitigations=off` and its kin from GRUB_CMDLINE_LINUX in /etc/default/grub, `update-grub`, restart. On a virtual machine the host has to do so first.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: [],
  optional: ["kernelProtection", "kernelCommandLine"],
  params: {
    accepted: words(
      [],
      "a list of names under /sys/devices/system/cpu/vulnerabilities that the site accepts",
    ),
  },
  evaluate({ kernelProtection, kernelCommandLine }, { accepted }) {
    const cpu =
      kernelProtection.state === "known" ? kernelProtection.value.vulnerabilities : kernelProtection;
    const lines = kernelCommandLine.state === "known" ? kernelCommandLine.value : undefined;
    const flaws = cpu.state === "known" ? cpu.value : [];
    const running = lines?.running.state === "known" ? [lines.running.value] : [];
    const configured = lines?.configured ?? [];
    if (cpu.state === "absent" && running.length + configured.length === 0)
      return { notApplicable: cpu.reason };
    const open = flaws.filter(({ name, state }) => isVulnerable(state) && !accepted.includes(name));
    const problems: readonly Problem[] = [
      ...open.map(({ name, state }) => ({ message: `${printable(name, 60)}: ${printable(state, 120)}` })),
      ...running.flatMap((line) => turnedOff(line, "in the running kernel")),
      ...configured.flatMap((line) => turnedOff(line, "at the next boot")),
    ];
    const facts = [cpu, kernelCommandLine, ...(lines === undefined ? [] : [lines.running])];
    return {
      expected: "not affected, or mitigated",
      actual:
        open.length === 0
          ? `${flaws.length} flaws looked at, none open`
          : `${open.length} of ${flaws.length} open`,
      evidence: [
        ...(open.length > 0 ? open : flaws).map(({ source }) => source),
        ...[...running, ...configured]
          .filter((line) => turnedOff(line, "").length > 0)
          .map(({ source }) => source),
      ],
      problems,
      unknowns: [
        ...facts.flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
        ...(lines?.unread ?? []),
        ...flaws
          .filter(({ name, state }) => !isKnown(state) && !accepted.includes(name))
          .map(({ name, state }) => `${name}: ${printable(state, 120)}`),
      ],
      notes: [
        ...flaws.flatMap(smtNote),
        ...(cpu.state === "absent" ? [`${cpu.reason}: judged by the command line alone`] : []),
      ],
    };
  },
});
