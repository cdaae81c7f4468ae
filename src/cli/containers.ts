// `nodeward containers`: what runs on this node, who it is and what it has of the node. Asks no container runtime.
import { asker } from "../engine/gather.js";
import { containers } from "../facts/containers.js";
import { containersJson, containersText } from "../report/containers.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import { deliver, viewFor } from "./output.js";
import { open } from "./prepare.js";

export interface ContainersOptions {
  readonly root: string;
  readonly format: "text" | "json";
  readonly output: string;
}

/** 3 when a part of the runtimes' state could not be read: containers may be missing from the list. */
export async function containersCommand(options: ContainersOptions, context: Context): Promise<ExitCode> {
  const host = open(context, options.root);
  try {
    const fact = await asker(host)(containers);
    if (fact.state === "error") throw new CommandError(exit.incomplete, fact.reason);
    const found = fact.state === "known" ? fact.value : { seen: [], all: [], unread: [] };
    const view = { output: options.output, color: false, verbose: false, quiet: false };
    const { columns } = viewFor(context, view);
    const text = options.format === "json" ? containersJson(found) : containersText(found, columns);
    deliver(context, options.output, text);
    return found.unread.length > 0 ? exit.incomplete : exit.done;
  } finally {
    await host.close();
  }
}
