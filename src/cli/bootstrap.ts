// `nodeward bootstrap`: what a node gets at its first boot, unattended: every repair that is safe, the seccomp profiles, the
// result accepted as its baseline, and the units that look after it. Doing it again changes nothing. An image gets what its
// files can be given; the rest is left to a unit of its first boot.
import { markProven, markUnproven, unprovenRuns } from "../remedy/first-boot.js";
import { type Linked, linkUnits, type WantedUnit } from "../remedy/link-units.js";
import { exceeds } from "../remedy/repair.js";
import { whoRuns } from "../remedy/who.js";
import { readJournal } from "../state/journal-file.js";
import { newRunId } from "./audit.js";
import { baselineCommand } from "./baseline.js";
import { type Context, type ExitCode, exit } from "./context.js";
import { fixCommand } from "./fix.js";
import type { FixOptions } from "./fix-options.js";
import { openMachine, withState } from "./machine.js";
import { open, prepare } from "./prepare.js";
import { keptBefore } from "./snapshot-run.js";
import { openStateFiles } from "./state-files.js";

const timer = "nodeward-drift.timer";
const units = [timer, "nodeward-recover.service"];

/** Without it nothing that could shut people out is changed in an image: nobody would put it back. */
const proveUnit = "nodeward-prove.service";

/** What an image starts by itself, as the [Install] of the shipped units has it; the rest is enabled at the first boot. */
export const imageUnits: readonly WantedUnit[] = [
  { name: "nodeward-bootstrap.service", by: "multi-user.target" },
  { name: "nodeward-recover.service", by: "sysinit.target" },
  { name: proveUnit, by: "multi-user.target" },
];

/** Runs of the journal: what it grows by was changed by the run in between. */
function runsIn(context: Context, root: string): number {
  const read = readJournal(openStateFiles(context, root), "all");
  if (read.state !== "ok") return 0;
  return read.lines.filter(({ event }) => event?.event === "group-done").length;
}

async function acceptResult(options: FixOptions, context: Context, changed: boolean): Promise<ExitCode> {
  const { snapshot } = keptBefore(openStateFiles(context, options.root), "baseline");
  // What somebody else changed since is not accepted by starting again.
  if (snapshot !== undefined && !changed) {
    context.out.write(`The baseline of ${snapshot.takenAt} stays.\n`);
    return exit.done;
  }
  return await baselineCommand("accept", { ...options, format: "text" }, context);
}

async function enable({ hands, out, err }: Context): Promise<ExitCode> {
  for (const name of units) {
    const enabled = await hands.act("enable-unit", name);
    const started = name === timer && enabled.state === "ok" ? await hands.act("start-unit", name) : enabled;
    const bad = [enabled, started].find((result) => result.state !== "ok" || result.code !== 0);
    if (bad === undefined) out.write(`Enabled ${name}.\n`);
    else {
      const why = bad.state === "ok" ? (bad.stderr.trim().split("\n", 1)[0] ?? "") : bad.reason;
      err.write(`nodeward: ${name} is not enabled: ${why}\n`);
      return exit.incomplete;
    }
  }
  return exit.done;
}

/** The gravest of several exit codes: what must be looked at comes before what merely failed. */
function gravest(...codes: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [
    exit.damaged,
    exit.rolledBack,
    exit.incomplete,
    exit.guarded,
    exit.failed,
    exit.done,
  ];
  return order.find((code) => codes.includes(code)) ?? exit.done;
}

/** Before anything else is changed, so that no crash leaves an image whose first boot proves nothing. */
async function enableInImage({ root }: FixOptions, context: Context): Promise<Linked> {
  const machine = openMachine(context, root);
  const self = open(context, "/");
  const who = await whoRuns(self, context.uid).finally(() => self.close());
  const holder = `nodeward bootstrap, since ${new Date(context.clock()).toISOString()}`;
  const run = newRunId(context.clock());
  return await withState(context, machine, holder, async (state) => {
    const { enabled, failed } = await linkUnits({ machine, state, who, run, units: imageUnits });
    const marked = failed.has(proveUnit) ? undefined : markUnproven(state.files);
    if (marked === undefined || marked.state === "ok") return { enabled, failed };
    return {
      enabled: enabled.filter((name) => name !== proveUnit),
      failed: new Map([...failed, [proveUnit, marked.reason]]),
    };
  });
}

/** What a first boot has nothing to prove of is not waited for by its unit. */
function firstBootText(context: Context, root: string): string {
  const files = openStateFiles(context, root);
  const runs = unprovenRuns(files);
  const proof = Array.isArray(runs) && runs.length > 0;
  if (Array.isArray(runs) && runs.length === 0) markProven(files);
  return `What takes a running system is left to the first boot: nodeward-bootstrap.service repairs the rest and accepts the result.
${proof ? `${proveUnit} keeps what could shut people out once sshd and the kubelet were well for a minute, else puts it back.\n` : ""}`;
}

async function bootstrapImage(options: FixOptions, context: Context): Promise<ExitCode> {
  // A wrong configuration is told before anything is changed.
  await (await prepare(context, options)).host.close();
  const { enabled, failed } = await enableInImage(options, context);
  const limit = options.maxRisk ?? "lockout";
  const maxRisk = failed.has(proveUnit) && exceeds(limit, "restart") ? "restart" : limit;
  const fixed = await fixCommand({ ...options, maxRisk, apart: true }, context);
  for (const name of enabled) context.out.write(`Enabled ${name}.\n`);
  for (const [name, why] of failed) context.err.write(`nodeward: ${name} is not enabled: ${why}\n`);
  if (maxRisk !== limit)
    context.err.write(`nodeward: without ${proveUnit} nothing that could shut people out is changed\n`);
  // An image is no node yet: what it listens on and what it runs is accepted once it does.
  context.out.write(firstBootText(context, options.root));
  return gravest(fixed, failed.size > 0 ? exit.incomplete : exit.done);
}

export async function bootstrapCommand(options: FixOptions, context: Context): Promise<ExitCode> {
  if (options.root !== "/") return await bootstrapImage(options, context);
  const before = runsIn(context, options.root);
  const fixed = await fixCommand(options, context);
  // A node that somebody must look at is accepted by nobody.
  if (fixed === exit.damaged || fixed === exit.usage) return fixed;
  const accepted = await acceptResult(options, context, runsIn(context, options.root) > before);
  return gravest(fixed, accepted, await enable(context));
}
