// `nodeward exposure`: every listening socket, who holds it, who reaches it, and whether policy expects it.
import unexpected from "../checks/ports/unexpected.js";
import { type Exposure, exposure } from "../facts/exposure.js";
import { exposureJson, exposureText, type Judged } from "../report/exposure.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { ReadingOptions } from "./options.js";
import { deliver, viewFor } from "./output.js";
import { prepare } from "./prepare.js";

/** Is something missing: a table, an owner, the firewall's rules? */
function incomplete({ sockets, unread, unseen }: Exposure): boolean {
  return (
    unread.length > 0 ||
    unseen.length > 0 ||
    sockets.some(({ socket, scope }) => socket.owner.state === "unknown" || scope === "unknown")
  );
}

/** 3 when not everything could be seen, as without root: the list says what. */
export async function exposureCommand(
  options: ReadingOptions,
  format: "text" | "json",
  context: Context,
): Promise<ExitCode> {
  const { host, ask, selected } = await prepare(context, { ...options, only: [unexpected.id], skip: [] });
  try {
    const fact = await ask(exposure);
    if (fact.state === "error") throw new CommandError(exit.incomplete, fact.reason);
    const allowed = selected.find(({ check }) => check.id === unexpected.id)?.params.allow;
    const judged: Judged =
      fact.state === "known"
        ? { state: "known", exposure: fact.value, allowed }
        : { state: "absent", reason: fact.reason };
    const view = viewFor(context, options);
    deliver(context, options.output, format === "json" ? exposureJson(judged) : exposureText(judged, view));
    return fact.state === "known" && incomplete(fact.value) ? exit.incomplete : exit.done;
  } finally {
    await host.close();
  }
}
