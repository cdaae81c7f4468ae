// Calling a row of the table of actions, and taking one back: what did not work, in a sentence.
import type { LiveUndo } from "../core/journal-event.js";
import { printable } from "../core/printable.js";
import { asker } from "../engine/gather.js";
import { commandOf } from "../host/actions.js";
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

/** Undefined when it worked; nothing is called where nothing runs. */
export async function call({ act }: Machine, { action, args }: Call): Promise<string | undefined> {
  if (act === undefined) return undefined;
  const result = await act(action, ...args);
  const command = commandOf(action, args);
  // A validator that is not installed judges nothing.
  if (result.state === "absent")
    return action.startsWith("check-") ? undefined : `${command}: ${result.reason}`;
  if (result.state === "failed") return `${command}: ${result.reason}`;
  return result.code === 0 ? undefined : `${command}: ${said(result)}`;
}

/** The first thing that did not work. */
export async function callAll(machine: Machine, calls: readonly Call[]): Promise<string | undefined> {
  for (const one of calls) {
    const reason = await call(machine, one);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Takes a change of the running system back, where it is not so already. */
export async function takeBack(machine: Machine, { action, args }: LiveUndo): Promise<string | undefined> {
  if (!isUndoable(action)) return "is no action of this version";
  const change = { action, args, checks: [] };
  const now = await look(machine, (host) => undoOf(change, { host, ask: asker(host) }));
  return now.state === "same" ? undefined : await call(machine, { action, args });
}
