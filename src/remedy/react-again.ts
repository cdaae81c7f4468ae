// After files were put back outside of a group's own run: the programs that read them are told, as after any change.
import type { Group, GroupName } from "../core/plan.js";
import { callAll } from "./call.js";
import { look, type Machine } from "./machine.js";
import { reactionOf } from "./reactions.js";
import { runningUnits } from "./shown.js";

/** Files that stand for all of a group: what they need is what any file of it needs. */
const examples: Readonly<Partial<Record<GroupName, readonly string[]>>> = {
  sshd: ["/etc/ssh/sshd_config"],
  "ufw-rules": ["/etc/ufw/user.rules"],
  "ufw-enable": ["/etc/ufw/ufw.conf"],
  services: ["/etc/systemd/system/x.service"],
  mounts: ["/etc/fstab"],
  kubelet: ["/etc/systemd/system/kubelet.service.d/x.conf"],
  logging: ["/etc/systemd/journald.conf", "/etc/rsyslog.conf", "/etc/audit/rules.d/x.rules"],
};

/** Answers what did not work. */
export async function reactAgain(machine: Machine, groups: readonly GroupName[]): Promise<readonly string[]> {
  if (machine.act === undefined) return [];
  const runs = await look(machine, runningUnits);
  const wrong: string[] = [];
  for (const name of groups) {
    const files = (examples[name] ?? []).map((path) => ({
      path,
      before: { state: "absent" as const },
      wanted: { state: "absent" as const },
      checks: [],
      diff: "",
    }));
    const group: Group = { name, risk: "none", files, live: [], checks: [] };
    const reason = await callAll(machine, reactionOf(group, runs).react);
    if (reason !== undefined) wrong.push(reason);
  }
  return wrong;
}
