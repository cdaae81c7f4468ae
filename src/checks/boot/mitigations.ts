// boot.mitigations: the flaws of this processor are mitigated, and nothing turns that off at the next boot.
import type { Problem } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { CommandLine } from "../../facts/kernel-command-line.js";
import type { Vulnerability } from "../../facts/kernel-protection.js";
import { defineCheck } from "../define.js";

/** Words of the kernel's command line that turn protection off (kernel-parameters.txt). */
const bare = new Set(
  ["nopti nospectre_v1 nospectre_v2 nospectre_bhb nospec_store_bypass_disable nosmap nosmep nokaslr"]
    .concat("no_entry_flush no_rfi_flush no_stf_barrier no_uaccess_flush")
    .flatMap((names) => names.split(" ")),
);
/** Those that are turned off by a value; of each the last on the line counts. */
const off: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...(
    "attack_vector_mitigation gather_data_sampling indirect_target_selection l1tf mds mitigations mmio_stale_data pti " +
    "reg_file_data_sampling retbleed spec_rstack_overflow spec_store_bypass_disable spectre_bhi spectre_v2 " +
    "spectre_v2_user srbds tsa tsx_async_abort vmscape"
  )
    .split(" ")
    .map((name) => [name, new Set(["off"])] as const),
  ["kpti", new Set(["off", "0", "n", "N"])],
  ["ssbd", new Set(["force-off"])],
]);

function isOff(line: CommandLine, { name, value, text }: CommandLine["parameters"][number]): boolean {
  const plain = name.replaceAll("-", "_");
  if (value === undefined) return bare.has(plain);
  // What follows a comma is another matter, such as nosmt.
  const [first = ""] = value.split(",");
  return off.get(plain)?.has(first) === true && line.last(name)?.text === text;
}

function turnedOff(line: CommandLine, when: string): readonly Problem[] {
  return line.parameters
    .filter((parameter) => isOff(line, parameter))
    .map(({ text }) => ({
      message: `\`${printable(text, 80)}\` turns protection off ${when} (${place(line.source)})`,
    }));
}

/** Parts of a state are told by name: `Mitigation: Retpolines; BHI: Vulnerable`. Threads are another matter (smtNote). */
function isVulnerable(state: string): boolean {
  return (
    /^(?:KVM: )?Vulnerable\b|^Processor vulnerable\b/.test(state) ||
    state.split(/[;,] */).some((part) => /^[A-Za-z-]+: [Vv]ulnerable\b/.test(part))
  );
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
