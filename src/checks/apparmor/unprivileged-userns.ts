// apparmor.unprivileged-userns: only programs with a profile that says so make user namespaces (kernels of Ubuntu).
import { defineCheck } from "../define.js";
import { verdictOn } from "../sysctl/rule.js";

export default defineCheck({
  id: "apparmor.unprivileged-userns",
  title: "Only programs with a profile for it make user namespaces without privilege",
  why: "Inside a user namespace any user reaches parts of the kernel that are root's, and most exploits begin there.",
  remedy: "Set kernel.apparmor_restrict_unprivileged_userns = 1 in /etc/sysctl.d, then `sysctl --system`.",
  breaks: "Rootless containers and sandboxes of programs that have no AppArmor profile with `userns`.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["sysctl"],
  params: {},
  evaluate: ({ sysctl }) =>
    verdictOn(
      {
        key: "kernel.apparmor_restrict_unprivileged_userns",
        wants: "1",
        accepts: (value) => value === 1,
        set: 1,
      },
      sysctl,
    ),
});
