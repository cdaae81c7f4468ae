// boot.lockdown: root cannot change the running kernel.
import { choice } from "../../core/param.js";
import { defineCheck } from "../define.js";

const order = ["none", "integrity", "confidentiality"] as const;

export default defineCheck({
  id: "boot.lockdown",
  title: "The kernel is locked down",
  why: "Without lockdown root writes into the running kernel: by /dev/mem, by unsigned modules, by kexec.",
  remedy:
    "Add `lockdown=integrity` to GRUB_CMDLINE_LINUX in /etc/default/grub, `update-grub`, restart; or start with Secure Boot, which turns it on.",
  breaks:
    "Unsigned drivers (DKMS), hibernation, some debuggers; with `confidentiality` also tools that look into the kernel by BPF.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["kernelProtection"],
  params: { least: choice(["integrity", "confidentiality"], "integrity") },
  evaluate({ kernelProtection: { lockdown } }, { least }) {
    if (lockdown.state === "absent") return { notApplicable: lockdown.reason };
    if (lockdown.state === "error") return { undecided: lockdown.reason };
    const { value, source } = lockdown.value;
    const enough = order.indexOf(value) >= order.indexOf(least);
    return {
      expected: `${least} or more`,
      actual: value,
      evidence: [source],
      problems: enough ? [] : [{ message: `the running kernel's lockdown is ${value} instead of ${least}` }],
    };
  },
});
