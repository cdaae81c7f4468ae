// After files were put back: the programs that read them are told, one that did not outlive the change is started again,
// and all are waited for.
import type { GroupRecord } from "../core/journal-event.js";
import type { Group, Wanted } from "../core/plan.js";
import { callAll, tryCall } from "./call.js";
import { illness, waitUntilWell } from "./health.js";
import { look, type Machine } from "./machine.js";
import { type Call, type Reaction, reactionOf } from "./reactions.js";
import { runningUnits } from "./shown.js";

/** Who does not reload is restarted: what it has in force is not known else. */
async function takeUp(machine: Machine, one: Call): Promise<string | undefined> {
  const called = await tryCall(machine, one);
  if (called.state === "ok") return undefined;
  const [unit = ""] = one.args;
  const anew =
    one.action === "reload-unit" ? await tryCall(machine, { action: "restart-unit", args: [unit] }) : called;
  return anew.state === "ok" ? undefined : called.reason;
}

/** `systemctl reload` and `restart` do nothing for a unit that has failed, or failed too often. */
async function revive(machine: Machine, { health }: Reaction): Promise<ReadonlySet<string>> {
  const revived = new Set<string>();
  for (const one of health) {
    if (one.kind !== "unit" || (await illness([one], machine)) === undefined) continue;
    await tryCall(machine, { action: "reset-failed-unit", args: [one.unit] });
    await tryCall(machine, { action: "start-unit", args: [one.unit] });
    revived.add(one.unit);
  }
  return revived;
}

/**
 * Has what was put back taken up, and answers what is not well then. A validator that hangs or is gone keeps nobody from
 * reading again what was there before; only what one refuses is told.
 */
export async function comeBack(machine: Machine, reaction: Reaction): Promise<readonly string[]> {
  const refused: string[] = [];
  const failures: { readonly one: Call; readonly reason: string }[] = [];
  for (const one of reaction.validate) {
    const called = await tryCall(machine, one);
    if (called.state === "refused") refused.push(called.reason);
  }
  for (const one of reaction.react) {
    const reason = await takeUp(machine, one);
    if (reason !== undefined) failures.push({ one, reason });
  }
  const revived = await revive(machine, reaction);
  const ill = await waitUntilWell([...reaction.health, ...reaction.effects], machine);
  const left = failures.filter(({ one: { args } }) => !revived.has(args[0] ?? ""));
  return [...refused, ...left.map(({ reason }) => reason), ...(ill === undefined ? [] : [ill])];
}

/** The group as far as its reactions ask: a change in place is one of mode and owner. */
function groupOf({ name, risk, files, live, checks }: GroupRecord): Group {
  const wanted = (inPlace: boolean): Wanted =>
    inPlace ? { state: "attributes" } : { state: "file", content: "", encoding: "utf8" };
  return {
    name,
    risk,
    live,
    checks,
    files: files.map(({ path, before, inPlace, checks: own }) => ({
      path,
      before,
      wanted: wanted(inPlace),
      checks: own,
      diff: "",
    })),
  };
}

/** Of a run that was put back: what is not well, in words. */
export async function reactAgain(
  machine: Machine,
  groups: readonly GroupRecord[],
): Promise<readonly string[]> {
  if (machine.act === undefined || groups.length === 0) return [];
  // What has failed meanwhile may have failed over the change.
  const runs = await look(machine, (host) =>
    runningUnits(host, ["active", "activating", "reloading", "failed"]),
  );
  const wrong: string[] = [];
  for (const group of groups) wrong.push(...(await comeBack(machine, reactionOf(groupOf(group), runs))));
  return wrong;
}

/** At boot, before anything else is up: units were read before their files were put back, and programs read theirs later. */
export async function rereadUnits(
  machine: Machine,
  groups: readonly GroupRecord[],
): Promise<readonly string[]> {
  const calls = groups
    .flatMap((group) => reactionOf(groupOf(group), () => false).react)
    .filter(({ action }) => action === "reload-systemd");
  const reason = await callAll(machine, calls.slice(0, 1));
  return reason === undefined ? [] : [reason];
}
