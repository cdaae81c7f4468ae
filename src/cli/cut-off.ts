// Says to whoever only reads that an earlier run did not end. Puts nothing back: that is for commands that change.
import type { Host } from "../host/host.js";
import type { StateFiles } from "../host/node-writer.js";
import { isWhole, openRuns } from "../remedy/recover.js";
import { journalName, readJournal } from "../state/journal-file.js";
import type { Context } from "./context.js";

const path = `/var/lib/nodeward/${journalName}`;
/** Of the part that is written to; a run begins a new one from 4 MiB on, and may itself be large. */
const limit = 64 * 1024 * 1024;

/** Nothing follows an open run: a journal that ends with one of these has none, and need not be parsed. */
const settled = /"event":"(?:end|freed|rotated)"/;

function lastLine(text: string): string {
  const end = text.lastIndexOf("\n");
  return text.slice(text.lastIndexOf("\n", end - 1) + 1, end);
}

/** A run that waits to be confirmed is told elsewhere. Who may not read the journal is told nothing. */
export async function sayCutOff({ err }: Pick<Context, "err">, host: Host): Promise<void> {
  const read = await host.read(path, { limit });
  if (read.state !== "ok" || settled.test(lastLine(read.text))) return;
  const bytes = Buffer.from(read.text, read.encoding);
  const files: Pick<StateFiles, "read" | "list"> = {
    list: () => [],
    read: (name) => (name === journalName ? { state: "ok", bytes } : { state: "absent" }),
  };
  const journal = readJournal(files, "current");
  if (journal.state !== "ok") return;
  for (const run of openRuns(journal))
    if (run.waitsUntil === null || !isWhole(run))
      err.write(
        `nodeward: run ${run.begin.run} was cut off, or is still at work: before anything else is changed it is put back (nodeward undo ${run.begin.run})\n`,
      );
}
