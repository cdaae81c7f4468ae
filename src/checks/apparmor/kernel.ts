// apparmor.kernel: AppArmor is on in the running kernel. Not what the boot loader asks for (boot.apparmor-cmdline).
import { notApplicable, undecided } from "../../core/outcome.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "apparmor.kernel",
  title: "AppArmor is on in the running kernel",
  why: "Switched off, no profile confines anything: neither services nor containers, whatever their pods ask for.",
  remedy:
    "Take `apparmor=0` and an `lsm=` or `security=` without apparmor from the kernel's command line, then restart.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["kernelProtection"],
  optional: ["selinux"],
  params: {},
  evaluate({ kernelProtection: { apparmor }, selinux }) {
    const other = selinux.state === "known" ? selinux.value.running : undefined;
    const isOn = apparmor.state === "known" && apparmor.value.value;
    if (!isOn && other?.state === "known" && other.value.mode !== "disabled")
      return notApplicable("SELinux confines the programs of this node instead of AppArmor");
    if (apparmor.state === "absent") return notApplicable(apparmor.reason);
    if (apparmor.state === "error") return undecided(apparmor.reason);
    return {
      expected: "Y",
      actual: apparmor.value.source.text,
      evidence: [apparmor.value.source],
      problems: isOn
        ? []
        : [{ message: "AppArmor is off in the running kernel: no profile confines anything" }],
    };
  },
});
