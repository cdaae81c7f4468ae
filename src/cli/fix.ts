// `nodeward audit --fix`: judges the node, shows what would be changed, and changes it when somebody says yes.
import type { Risk } from "../core/outcome.js";
import type { Plan } from "../core/plan.js";
import { type Audited, examine } from "../engine/audit.js";
import type { Host } from "../host/host.js";
import { unrestoredOf } from "../remedy/apply-run.js";
import { type Fixed, fix, planAllowed } from "../remedy/fix.js";
import { isUnattended, pacing } from "../remedy/pace.js";
import { ranOf } from "../remedy/ran.js";
import { repairsOf } from "../remedy/repair.js";
import { shownGroups } from "../remedy/shown.js";
import { deadMansSwitch } from "../remedy/switch.js";
import { whoRuns } from "../remedy/who.js";
import { type FixReport, fixedJson, fixedText, waitingText } from "../report/fixed.js";
import { planJson, planText, planValue, type ShownPlan } from "../report/plan.js";
import { newRunId, verdictCode } from "./audit.js";
import { CommandError, type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { FixOptions } from "./fix-options.js";
import { openMachine, withState } from "./machine.js";
import { deliver, viewFor } from "./output.js";
import { open, type Prepared, prepare } from "./prepare.js";

/** Where nobody is asked, nothing that could shut people out or stop pods. */
function riskLimit({ maxRisk, yes }: FixOptions): Risk {
  return maxRisk ?? (yes ? "restart" : "reboot");
}

/** What somebody must do now. */
function waitText(runs: Fixed["runs"]): string {
  const waiting = runs.find(({ waitsUntil }) => waitsUntil !== null);
  return waiting === undefined ? "" : waitingText(waiting.run, waiting.waitsUntil ?? "");
}

class FixRun {
  /** The first plan, which a JSON report is about. */
  private planned: ShownPlan | undefined;

  constructor(
    private readonly options: FixOptions,
    private readonly context: Context,
    private readonly prepared: Prepared,
  ) {}

  audit(host: Host): Promise<Audited> {
    const { context, prepared } = this;
    const { clock } = context;
    const { selected, references, profile } = prepared;
    const version = versionOf(context.data);
    return examine({ host, selected, references, profile, version, runId: newRunId(clock()), clock });
  }

  async dryRun(): Promise<ExitCode> {
    const { context, options } = this;
    const { host } = this.prepared;
    const audited = await this.audit(host);
    const repairs = repairsOf(audited.findings);
    const opened = context.hands.openWriter(options.root);
    const writer = opened.state === "ok" ? opened.writer : undefined;
    const { plan } = await planAllowed({ host, writer, repairs, maxRisk: riskLimit(options) });
    const shown = await this.shown(plan, audited, host);
    const text = this.isJson ? planJson(shown) : planText(shown, viewFor(context, options));
    deliver(context, options.output, text);
    return verdictCode(audited.report, options);
  }

  async run(): Promise<ExitCode> {
    const { context, options } = this;
    const machine = openMachine(context, options.root);
    const self = open(context, "/");
    const who = await whoRuns(self, context.uid).finally(() => self.close());
    const holder = `nodeward audit --fix, since ${new Date(context.clock()).toISOString()}`;
    const fixed = await withState(context, machine, holder, (state) =>
      fix({
        machine,
        state,
        who,
        maxRisk: riskLimit(options),
        apart: options.apart === true,
        audit: (host) => this.audit(host),
        newRun: () => newRunId(context.clock()),
        ...(machine.act === undefined
          ? {}
          : { arm: () => deadMansSwitch(machine, state, context.hands, options.confirmTimeout) }),
        ...(options.confirm === "probe"
          ? { proof: () => context.clock() + options.confirmTimeout * 1000 }
          : {}),
        ...(options.yes && options.root === "/" && options.pace !== "itself" && isUnattended(who)
          ? { leave: pacing(state.journal.lines, context.clock(), options.pace !== "boot") }
          : {}),
        approve: (plan, audited, host) => this.approve(plan, audited, host),
      }),
    );
    const report = this.report(fixed);
    const planValues =
      this.planned === undefined ? { groups: [], left: report.left } : planValue(this.planned);
    const view = viewFor(context, options);
    const text = this.isJson ? fixedJson(report, planValues) : this.nothing(fixed) + fixedText(report, view);
    deliver(context, options.output, text);
    return this.code(fixed);
  }

  private get isJson(): boolean {
    return this.options.format === "json";
  }

  /** Without a plan that could be shown: what is left, and why. */
  private nothing({ left, before }: Fixed): string {
    if (this.planned !== undefined) return "";
    const { hostname } = before.report.host;
    const shown = { hostname, root: this.options.root, version: "", groups: [], left };
    return `${planText(shown, viewFor(this.context, this.options))}\n`;
  }

  private async approve(plan: Plan, audited: Audited, host: Host): Promise<boolean> {
    const { context, options } = this;
    const whole = await this.shown(plan, audited, host);
    // What is left has been told with the first plan.
    const shown = this.planned === undefined ? whole : { ...whole, left: [] };
    this.planned ??= shown;
    if (!this.isJson && options.output === "-")
      context.out.write(`${planText(shown, viewFor(context, options))}\n`);
    if (options.yes) return true;
    const answer = await context.question("Make these changes? [y/N] ");
    if (answer === undefined)
      throw new CommandError(
        exit.usage,
        "nobody can be asked here: --yes makes the changes, --dry-run shows them",
      );
    return /^y(?:es)?$/i.test(answer.trim());
  }

  private async shown(plan: Plan, { report }: Audited, host: Host): Promise<ShownPlan> {
    return {
      hostname: report.host.hostname,
      root: host.root,
      version: versionOf(this.context.data),
      groups: await shownGroups(plan.groups, host),
      left: plan.left,
    };
  }

  private report({ runs, left, before, after, refused, declined }: Fixed): FixReport {
    return {
      version: versionOf(this.context.data),
      root: this.options.root,
      runs: runs.map(ranOf),
      left,
      before: before.report.summary,
      after: after.report,
      ended: refused?.reason ?? (declined ? "Nothing more was changed: it was not wanted." : waitText(runs)),
    };
  }

  private code({ runs, guarded, refused, after }: Fixed): ExitCode {
    const groups = runs.flatMap((run) => run.groups);
    if (unrestoredOf(groups).length > 0) return exit.damaged;
    if (groups.some(({ applied }) => applied.state === "rolled-back")) return exit.rolledBack;
    if (refused !== undefined) return exit.incomplete;
    if (guarded.length > 0 || groups.some(({ applied }) => applied.state === "skipped")) return exit.guarded;
    return verdictCode(after.report, this.options);
  }
}

export async function fixCommand(options: FixOptions, context: Context): Promise<ExitCode> {
  if (options.format !== "text" && options.format !== "json")
    throw new CommandError(exit.usage, "with --fix the format is text or json");
  const prepared = await prepare(context, options);
  try {
    const run = new FixRun(options, context, prepared);
    return options.dryRun ? await run.dryRun() : await run.run();
  } finally {
    await prepared.host.close();
  }
}
