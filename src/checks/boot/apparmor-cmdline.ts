// boot.apparmor-cmdline: no kernel command line, now or at the next boot, leaves AppArmor out.
import type { Problem } from "../../core/outcome.js";
import { place } from "../../core/source.js";
import type { CommandLine } from "../../facts/kernel-command-line.js";
import { defineCheck } from "../define.js";

/** The word that leaves AppArmor out (apparmor.rst, lsm/index.rst of the kernel); undefined where none does. */
function leavesOut(line: CommandLine): string | undefined {
  const last = (name: string) => line.last(name);
  const switched = last("apparmor");
  if (switched !== undefined && switched.value === "0") return switched.text;
  const list = last("lsm");
  // With lsm= the kernel takes no notice of security=.
  if (list !== undefined) return list.value?.split(",").includes("apparmor") ? undefined : list.text;
  const chosen = last("security");
  return chosen === undefined || chosen.value === "apparmor" ? undefined : chosen.text;
}

function lineProblem(line: CommandLine, when: string): readonly Problem[] {
  const word = leavesOut(line);
  return word === undefined
    ? []
    : [
        {
          message: `\`${word}\` on the kernel's command line leaves AppArmor out ${when} (${place(line.source)})`,
        },
      ];
}

export default defineCheck({
  id: "boot.apparmor-cmdline",
  title: "The kernel is started with AppArmor",
  why: "One word on its command line, and after the next boot no profile confines anything.",
  remedy:
    "Take the word that is named from GRUB_CMDLINE_LINUX in /etc/default/grub, or add `apparmor=1 security=apparmor` there, then `update-grub` and restart.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kernelCommandLine"],
  optional: ["kernelProtection", "platform"],
  params: {},
  evaluate({ kernelCommandLine: { running, configured, unread }, kernelProtection, platform }) {
    if (platform.state === "known" && (platform.value.is("rhel") || platform.value.is("fedora")))
      return { notApplicable: "this distribution confines programs with SELinux instead of AppArmor" };
    const enabled = kernelProtection.state === "known" ? kernelProtection.value.apparmor : undefined;
    const now = running.state === "known" ? [running.value] : [];
    const lines = [...now, ...configured];
    const problems = [
      ...now.flatMap((line) => lineProblem(line, "of the running kernel")),
      ...configured.flatMap((line) => lineProblem(line, "at the next boot")),
    ];
    const silent = enabled?.state === "known" && !enabled.value.value && problems.length === 0;
    const facts = [running, ...(enabled === undefined ? [] : [enabled])];
    return {
      expected: "nothing that leaves AppArmor out",
      actual: lines.map((line) => leavesOut(line) ?? "AppArmor not left out").join(", "),
      evidence: [
        ...lines.map(({ source }) => source),
        ...(enabled?.state === "known" ? [enabled.value.source] : []),
      ],
      problems: silent
        ? [{ message: "AppArmor is off in the running kernel, and no word on its command line turns it on" }]
        : problems,
      unknowns: [...facts.flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])), ...unread],
      notes:
        configured.length === 0
          ? ["no known boot loader is configured: the next boot is judged as this one"]
          : [],
    };
  },
});
