// patches.automatic where dnf is used: dnf-automatic's settings and timers. Version locks are not looked at.
import type { Outcome, Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { DnfAutomatic } from "../../facts/dnf-automatic.js";

export function judgeDnf({ installed, timers, apply, applies, upgradeType, unread }: DnfAutomatic): Outcome {
  const starting = timers.filter(({ starts }) => starts);
  // This one installs whatever apply_updates says.
  const always = starting.some(({ name }) => name === "dnf-automatic-install.timer");
  const problems: Problem[] = [];
  if (!installed) problems.push({ message: "dnf-automatic is not installed" });
  else {
    const [timer] = timers.filter(({ state }) => state !== undefined);
    if (starting.length === 0)
      problems.push({
        message: "no timer of dnf-automatic is enabled",
        ...(timer === undefined
          ? {}
          : {
              fix: (["enable-unit", "start-unit"] as const).map((action) => ({
                kind: "action" as const,
                action,
                args: [timer.name],
              })),
            }),
      });
    if (!applies && !always)
      problems.push({
        message: `updates are only announced: apply_updates is ${apply === undefined ? "not set" : `${printable(apply.value)} (${place(apply.source)})`}`,
        ...(apply === undefined ? {} : { fix: [apply.set("yes")] }),
      });
    if (upgradeType !== undefined && !["default", "security"].includes(upgradeType.value))
      problems.push({
        message: `upgrade_type ${printable(upgradeType.value)} is not known (${place(upgradeType.source)})`,
      });
  }
  return {
    expected: "dnf-automatic installs updates",
    actual: installed
      ? `${starting.length} timers, apply_updates ${apply?.value ?? "not set"}`
      : "not installed",
    evidence: [
      ...(apply === undefined ? [] : [apply.source]),
      ...(upgradeType === undefined ? [] : [upgradeType.source]),
      ...timers.filter(({ state }) => state !== undefined).map(({ source }) => source),
    ],
    problems,
    unknowns: unread,
    notes: installed ? ["version locks of kubelet and runtime (dnf versionlock) are not looked at"] : [],
  };
}
