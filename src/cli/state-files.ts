// The state directory as commands open it. Reads nothing in it.
import type { StateFiles } from "../host/node-writer.js";
import { CommandError, type Context, exit } from "./context.js";

/** The state directory. Only root has one on this machine: who reads it knows what is wrong with the node. */
export function openStateFiles(context: Context, root: string): StateFiles {
  if (root === "/" && context.uid !== 0)
    throw new CommandError(exit.incomplete, "only root may read and keep the state of this machine");
  const opened = context.hands.openWriter(root);
  if (opened.state !== "ok") throw new CommandError(exit.incomplete, opened.reason);
  const files = opened.writer.state();
  if ("read" in files) return files;
  throw new CommandError(exit.incomplete, files.reason);
}
