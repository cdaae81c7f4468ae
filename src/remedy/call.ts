// Calling a row of the table of actions, and taking one back: what did not work, in a sentence.
import type { LiveUndo } from "../core/journal-event.js";
import { printable } from "../core/printable.js";
import { asker } from "../engine/gather.js";
import { commandOf, type HostAction, isJudge } from "../host/actions.js";
import type { RunResult } from "../host/host.js";
import { isUndoable, undoOf } from "./live-undo.js";
import { look, type Machine } from "./machine.js";
import type { Call } from "./reactions.js";

/** What a program said when it refused, in one line. */
function said(result: RunResult & { readonly state: "ok" }): string {
  const text = `${result.stderr}\n${result.stdout}`.trim();
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return printable(lines.slice(0, 3).join("; "), 300) || `it ended with ${result.code}`;
}

export type Called =
  | { readonly state: "ok" }
  /** Judged, or did its work, and said no. */
  | { readonly state: "refused"; readonly reason: string }
  /** Hung, was killed, or could not be started: it says nothing of what it was asked. */
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "absent"; readonly reason: string };

/** Nothing is called where nothing runs. */
export async function tryCall({ act }: Machine, { action, args }: Call): Promise<Called> {
  if (act === undefined) return { state: "ok" };
  const result = await act(action, ...args);
  const command = commandOf(action, args);
  if (result.state !== "ok") return { state: result.state, reason: `${command}: ${result.reason}` };
  return result.code === 0 ? { state: "ok" } : { state: "refused", reason: `${command}: ${said(result)}` };
}

/** Undefined when it worked. A validator that is not installed judges nothing. */
export async function call(machine: Machine, one: Call): Promise<string | undefined> {
  const called = await tryCall(machine, one);
  if (called.state === "ok" || (called.state === "absent" && isJudge(one.action))) return undefined;
  return called.reason;
}

/** The first thing that did not work. */
export async function callAll(machine: Machine, calls: readonly Call[]): Promise<string | undefined> {
  for (const one of calls) {
    const reason = await call(machine, one);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The validators of one group: one that was there at first must not be missing later. */
export class Judges {
  private readonly seen = new Set<HostAction>();

  constructor(private readonly machine: Machine) {}

  async ask(one: Call): Promise<string | undefined> {
    const called = await tryCall(this.machine, one);
    if (called.state === "absent" && isJudge(one.action))
      return this.seen.has(one.action) ? `${called.reason}, and was a moment ago` : undefined;
    this.seen.add(one.action);
    return called.state === "ok" ? undefined : called.reason;
  }

  async askAll(calls: readonly Call[]): Promise<string | undefined> {
    for (const one of calls) {
      const reason = await this.ask(one);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}

/** Takes a change of the running system back, where it is not so already. */
export async function takeBack(machine: Machine, { action, args }: LiveUndo): Promise<string | undefined> {
  if (!isUndoable(action)) return "is no action of this version";
  const change = { action, args, checks: [] };
  const now = await look(machine, (host) => undoOf(change, { host, ask: asker(host) }));
  return now.state === "same" ? undefined : await call(machine, { action, args });
}
