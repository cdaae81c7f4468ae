// services.apparmor: the unit that loads the AppArmor profiles at boot. Not the profiles themselves (apparmor.*).
import { defineCheck } from "../define.js";
import { judgeRequired } from "./required.js";

export default defineCheck({
  id: "services.apparmor",
  title: "AppArmor profiles are loaded at boot",
  why: "Without the unit no profile is in the kernel after a reboot, and every confined program and container runs unconfined.",
  remedy: "Install the package `apparmor`, then `systemctl enable --now apparmor`.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["services", "platform"],
  params: {},
  evaluate({ services, platform }) {
    const state = services.of("apparmor");
    const confinedOtherwise = ["fedora", "rhel"].some((family) => platform.is(family));
    if (confinedOtherwise && state.units.length === 0)
      return { notApplicable: `${platform.os} confines programs with SELinux instead of AppArmor` };
    return judgeRequired("AppArmor's unit", ["apparmor"], services);
  },
});
