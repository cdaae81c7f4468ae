// boot.selinux: where SELinux is the distribution's confinement, it enforces its policy now and after the next boot.
import { notApplicable } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { place, wholeFile } from "../../core/source.js";
import type { CommandLine } from "../../facts/kernel-command-line.js";
import { defineCheck } from "../define.js";

/** A word of the command line that turns it off or lets everything pass (kernel-parameters.txt). */
function weakens(line: CommandLine): string | undefined {
  const [off, permissive] = [line.last("selinux"), line.last("enforcing")];
  if (off?.value === "0") return off.text;
  return permissive?.value === "0" ? permissive.text : undefined;
}

export default defineCheck({
  id: "boot.selinux",
  title: "SELinux enforces its policy",
  why: "It is what keeps a container that breaks out, and a service that is broken into, from the rest of the node; permissive, it only writes down what it would have stopped.",
  remedy:
    "Install container-selinux, label with `fixfiles -F onboot`, set `SELINUX=enforcing` in /etc/selinux/config, take `selinux=0` and `enforcing=0` from the kernel's command line, and restart.",
  breaks:
    "A node that ran without it has unlabelled files: enforcing before they are labelled can stop the boot.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["selinux"],
  optional: ["kernelCommandLine", "kernelProtection"],
  params: { types: words(["targeted", "mls", "default"], "a list of policies (SELINUXTYPE)") },
  evaluate({ selinux, kernelCommandLine, kernelProtection }, { types }) {
    const { running, mode, type } = selinux;
    const isOff = running.state !== "known" || running.value.mode === "disabled";
    const apparmor = kernelProtection.state === "known" ? kernelProtection.value.apparmor : undefined;
    if (isOff && apparmor?.state === "known" && apparmor.value.value)
      return notApplicable("AppArmor confines the programs of this node instead of SELinux");
    const lines =
      kernelCommandLine.state === "known"
        ? kernelCommandLine.value.configured.filter((line) => weakens(line) !== undefined)
        : [];
    const now = running.state === "known" ? running.value : undefined;
    const next = mode?.value ?? "no SELINUX= in /etc/selinux/config";
    return {
      expected: `enforcing, now and after the next boot, policy ${types.join(" or ")}`,
      actual: `${now === undefined ? "" : `now ${now.mode}, `}configured ${next}, policy ${type?.value ?? "not named"}`,
      evidence: [
        ...(now === undefined ? [] : [now.source]),
        mode?.source ?? wholeFile("/etc/selinux/config"),
        ...(type === undefined ? [] : [type.source]),
        ...lines.map(({ source }) => source),
      ],
      problems: [
        ...(now === undefined || now.mode === "enforcing"
          ? []
          : [{ message: `SELinux is ${now.mode} in the running kernel` }]),
        ...(next === "enforcing" ? [] : [{ message: `SELinux is configured as ${next}` }]),
        ...(type !== undefined && types.includes(type.value)
          ? []
          : [{ message: `SELinux has the policy ${type?.value ?? "of no name"} (SELINUXTYPE)` }]),
        ...lines.map((line) => ({
          message: `\`${weakens(line) ?? ""}\` on the kernel's command line lets everything pass after the next boot (${place(line.source)})`,
        })),
      ],
      unknowns: [
        ...(running.state === "error" ? [running.reason] : []),
        ...(kernelCommandLine.state === "error" ? [kernelCommandLine.reason] : []),
        ...(kernelCommandLine.state === "known" ? kernelCommandLine.value.unread : []),
      ],
      notes: running.state === "absent" ? [running.reason] : [],
    };
  },
});
