// boot.mitigations: the kernel's words on each flaw, and those of its command line now and at the next boot.
import { test } from "uvu";
import mitigations from "../../../../src/checks/boot/mitigations.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const grub = "/boot/grub/grub.cfg";
const cpu = "/sys/devices/system/cpu/vulnerabilities";
const flaws = (states: Readonly<Record<string, string>>): MemoryFiles =>
  Object.fromEntries(Object.entries(states).map(([name, state]) => [`${cpu}/${name}`, `${state}\n`]));
const fine = flaws({
  meltdown: "Not affected",
  spectre_v2: "Mitigation: IBRS; SMT vulnerable",
  itlb_multihit: "KVM: Mitigation: VMX disabled",
});
testCheck(mitigations, {
  passes: [
    { name: "mitigated", files: { ...fine, "/proc/cmdline": "ro mitigations=auto\n" } },
    { name: "accepted", files: flaws({ srso: "Vulnerable" }), params: { accepted: ["srso"] } },
    { name: "another architecture", files: { "/proc/cmdline": "ro\n" } },
    { name: "the last word counts", files: { ...fine, "/proc/cmdline": "mitigations=off mitigations=auto" } },
    {
      name: "GRUB's variables, as grubenv has them",
      files: {
        ...fine,
        [grub]: "linux /v $kernelopts $tuned_params\n",
        "/boot/grub2/grubenv": "kernelopts=ro quiet\n####",
      },
    },
  ],
  fails: [
    {
      name: "turned off in grubenv",
      files: {
        ...fine,
        "/boot/loader/entries/a.conf": "options $kernelopts\n",
        "/boot/grub2/grubenv": "# GRUB Environment Block\nkernelopts=ro mitigations=off\n####",
      },
      says: "`mitigations=off` turns protection off at the next boot",
    },
    ...[
      "retbleed=off",
      "spectre-v2-user=off",
      "mitigations=off,nosmt",
      "l1tf=off",
      "vmscape=off",
      "no_rfi_flush",
    ].map((word) => ({
      name: word,
      files: { ...fine, [grub]: `linux /vmlinuz ro ${word}\n` },
      says: `\`${word}\` turns protection off at the next boot`,
    })),
    {
      name: "a part is open",
      files: flaws({ spectre_v2: "Mitigation: Retpolines; IBPB: conditional; BHI: Vulnerable" }),
    },
    {
      name: "a part among others",
      files: flaws({ l1tf: "Mitigation: PTE Inversion; VMX: vulnerable, SMT disabled" }),
    },
    {
      name: "open",
      files: { ...fine, ...flaws({ srso: "Vulnerable: Safe RET, no microcode" }) },
      at: [`${cpu}/srso`],
      says: "srso: Vulnerable: Safe RET, no microcode",
    },
    { name: "guests are open", files: flaws({ itlb_multihit: "KVM: Vulnerable" }) },
    {
      name: "turned off now",
      files: { ...fine, "/proc/cmdline": "mitigations=off" },
      says: "`mitigations=off` turns protection off in the running kernel (/proc/cmdline:1)",
    },
    {
      name: "turned off at the next boot",
      files: { ...fine, [grub]: "linux /vmlinuz ro nopti quiet\n" },
      says: `\`nopti\` turns protection off at the next boot (${grub}:1)`,
    },
  ],
  errors: [
    {
      name: "the kernel does not know",
      files: flaws({ mds: "Unknown: No mitigations" }),
      says: "mds: Unknown",
    },
    {
      name: "a variable of GRUB that no file tells",
      files: { ...fine, [grub]: "linux /v ro $kernelopts\n" },
      says: "$kernelopts of GRUB",
    },
    { name: "a flaw may not be read", files: { ...fine, [`${cpu}/mds`]: { error: "failed" } } },
    { name: "the folder is empty", files: { [cpu]: { kind: "directory" } }, says: "is empty" },
  ],
  notApplicable: [{ name: "no kernel to be seen", files: { "/etc/hosts": "" }, says: "no /sys" }],
});

test.run();
