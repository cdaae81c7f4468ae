// files.hidepid: /proc shows users their own processes only, now and after the next boot.

import { choice } from "../../core/param.js";
import type { Step } from "../../core/step.js";
import { defineCheck } from "../define.js";

/** The numbers and words that mean the same (proc(5)): from 1 on nobody reads another's command lines. */
const strength: Readonly<Record<string, number>> = {
  off: 0,
  "0": 0,
  noaccess: 1,
  "1": 1,
  invisible: 2,
  "2": 2,
  ptraceable: 4,
  "4": 4,
};

function levelOf(options: ReadonlySet<string>): number {
  const value = [...options].find((option) => option.startsWith("hidepid="))?.slice("hidepid=".length);
  return strength[value ?? "off"] ?? 0;
}

export default defineCheck({
  id: "files.hidepid",
  title: "Users do not see each other's processes in /proc",
  why: "Command lines hold tokens, addresses and file names that a foothold in one service account should not get to read.",
  remedy:
    "Add `proc /proc proc defaults,nosuid,nodev,noexec,hidepid=2 0 0` to /etc/fstab and `mount -o remount,hidepid=2 /proc`; `gid=` names a group that still sees all.",
  breaks:
    "Monitoring agents and polkit that do not run as root no longer see other users' processes; give their group with `gid=`.",
  severity: "low",
  risk: "reboot",
  fixable: true,
  needs: ["mounts"],
  params: { least: choice(["noaccess", "invisible"], "invisible") },
  evaluate({ mounts }, { least }) {
    const { running, boot } = mounts;
    const wanted = `hidepid=${strength[least] ?? 2}`;
    const isEnough = (options: ReadonlySet<string>) => levelOf(options) >= (strength[least] ?? 2);
    const now = running.state === "known" ? running.value.at("/proc") : undefined;
    const later = boot.state === "known" ? boot.value.at("/proc") : undefined;
    const lasting = later === undefined || isEnough(later.flags) ? [] : later.set([wanted]);
    const remount: Step = { kind: "action", action: "remount", args: ["/proc", wanted] };
    const problems = [
      ...(now === undefined || isEnough(now.options)
        ? []
        : [{ message: "/proc shows everybody all processes", fix: [...lasting, remount] }]),
      ...(lasting.length === 0
        ? []
        : [{ message: "/proc will show everybody all processes after the next boot", fix: lasting }]),
    ];
    const blind = [running, boot].flatMap((fact) => (fact.state === "error" ? [fact.reason] : []));
    return {
      expected: `/proc mounted ${wanted} or stricter`,
      actual: now === undefined ? "not to be seen" : `hidepid=${levelOf(now.options)}`,
      evidence: [now?.source, later?.source].filter((source) => source !== undefined),
      problems,
      unknowns: blind,
      notes: running.state === "absent" ? [running.reason] : [],
    };
  },
});
