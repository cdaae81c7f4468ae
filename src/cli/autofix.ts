// The repair that a look of the daemon asked for: what drifted, by the risks that the site allows, unattended. The repair
// itself is that of `audit --fix`.
import type { JournalEvent } from "../core/journal-event.js";
import { withRepair } from "../daemon/autofix.js";
import type { StateFiles } from "../host/node-writer.js";
import { keepLedger, readLedger } from "../state/autofix-ledger.js";
import { readJournal } from "../state/journal-file.js";
import { type Context, type ExitCode, exit } from "./context.js";
import type { DriftOptions } from "./drift.js";
import { fixCommand } from "./fix.js";
import { prepare } from "./prepare.js";
import { openStateFiles } from "./state-files.js";

/** Seconds that a risky repair gets to show a minute of health. */
const proofSeconds = 120;

type Begin = Extract<JournalEvent, { readonly event: "begin" }>;

/** What runs of the journal from line `from` on changed for each check: groups that are done, with their files. */
function changedSince(files: StateFiles, from: number): ReadonlyMap<string, readonly string[]> {
  const read = readJournal(files, "all");
  const events = read.state === "ok" ? read.lines.slice(from).map(({ event }) => event) : [];
  const begun = new Map<string, Begin>();
  const changed = new Map<string, readonly string[]>();
  for (const event of events) {
    if (event?.event === "begin") begun.set(event.run, event);
    if (event?.event !== "group-done") continue;
    const group = begun.get(event.run)?.groups.find(({ name }) => name === event.group);
    for (const check of group?.checks ?? []) {
      const own = (group?.files ?? []).filter(({ checks }) => checks.includes(check));
      changed.set(check, [...(changed.get(check) ?? []), ...own.map(({ path }) => path)]);
    }
  }
  return changed;
}

function linesOf(files: StateFiles): number {
  const read = readJournal(files, "all");
  return read.state === "ok" ? read.lines.length : 0;
}

/** Makes the repair that was asked for last, once. */
export async function autofixCommand(options: DriftOptions, context: Context): Promise<ExitCode> {
  const files = openStateFiles(context, options.root);
  const ledger = readLedger(files);
  const prepared = await prepare(context, options);
  await prepared.host.close();
  const { autofix } = prepared.drift;
  if (ledger.asked.length === 0 || autofix === "off") {
    context.err.write("nodeward: no repair is asked for\n");
    return exit.done;
  }
  const at = new Date(context.clock()).toISOString();
  const attempted = {
    ...ledger,
    asked: [],
    attempts: [...ledger.attempts, { at, checks: ledger.asked }],
  };
  // Written down first: a repair that is cut off has been tried.
  const kept = keepLedger(files, attempted);
  if (kept.state !== "ok") {
    context.err.write(`nodeward: nothing is repaired: ${kept.reason}\n`);
    return exit.incomplete;
  }
  const from = linesOf(files);
  const code = await fixCommand(
    {
      ...options,
      only: ledger.asked,
      skip: [],
      dryRun: false,
      yes: true,
      maxRisk: autofix,
      confirm: "probe",
      confirmTimeout: proofSeconds,
      failOn: "none",
      pace: "itself",
    },
    context,
  );
  keepLedger(files, withRepair(attempted, { at, files: changedSince(files, from) }));
  return code;
}
