// `nodeward audit --fix`: judges the node, shows what would be changed, and changes it when somebody says yes.
import type { Risk } from "../core/outcome.js";
import type { Plan } from "../core/plan.js";
import { type Audited, examine } from "../engine/audit.js";
import { asker } from "../engine/gather.js";
import { makePlan } from "../remedy/plan.js";
import { repairsOf } from "../remedy/repair.js";
import { shownGroups } from "../remedy/shown.js";
import { planJson, planText, type ShownPlan } from "../report/plan.js";
import { newRunId, verdictCode } from "./audit.js";
import { CommandError, type Context, type ExitCode, exit, versionOf } from "./context.js";
import type { FixOptions } from "./fix-options.js";
import { deliver, viewFor } from "./output.js";
import { type Prepared, prepare } from "./prepare.js";

/** Where nobody is asked, nothing that could shut people out or stop pods. */
function riskLimit({ maxRisk, yes }: FixOptions): Risk {
  return maxRisk ?? (yes ? "restart" : "reboot");
}

async function shown(plan: Plan, prepared: Prepared, audited: Audited, context: Context): Promise<ShownPlan> {
  const { host } = prepared;
  return {
    hostname: audited.report.host.hostname,
    root: host.root,
    version: versionOf(context.data),
    groups: await shownGroups(plan.groups, host),
    left: plan.left,
  };
}

export async function fixCommand(options: FixOptions, context: Context): Promise<ExitCode> {
  if (options.format !== "text" && options.format !== "json")
    throw new CommandError(exit.usage, "with --fix the format is text or json");
  const started = context.clock();
  const prepared = await prepare(context, options);
  try {
    const { host } = prepared;
    const audited = await examine({
      ...prepared,
      version: versionOf(context.data),
      runId: newRunId(started),
      clock: context.clock,
    });
    const repairs = repairsOf(audited.findings);
    const plan = await makePlan({ host, ask: asker(host), repairs, maxRisk: riskLimit(options) });
    const view = await shown(plan, prepared, audited, context);
    const text = options.format === "json" ? planJson(view) : planText(view, viewFor(context, options));
    deliver(context, options.output, text);
    return verdictCode(audited.report, options);
  } finally {
    await prepared.host.close();
  }
}
