// The commands that judge and change a node: audit with its repairs, and what was changed. Their work is loaded when called.
import { Command } from "commander";
import { fixOptions, readFixOptions, refuseWithout } from "./fix-options.js";
import {
  automatic,
  examples,
  policyOptions,
  readOptions,
  reportOptions,
  rootOption,
  site,
  verdictOptions,
} from "./options.js";
import type { Program } from "./program.js";

function addAudit(program: Program): void {
  const command = new Command("audit")
    .summary("judge this node and print the report, or repair it")
    .description(
      "Reads the node, evaluates every check of the profile and prints the report. Changes nothing, unless --fix is given.",
    );
  fixOptions(verdictOptions(reportOptions(policyOptions(rootOption(command), automatic, site))));
  examples(command, [
    ["nodeward audit", "this machine, as the baseline asks"],
    ["nodeward audit --only sshd kubelet", "two domains"],
    ["nodeward audit --only 'severity>=high' --verbose", "grave checks, passes too"],
    ["nodeward audit --root /mnt/image --profile strict", "a mounted image"],
    ["nodeward audit --format html -o report.html", "a page to pass on"],
    ["nodeward audit --fail-on high --format sarif", "for a pipeline"],
    ["nodeward audit --fix --dry-run", "what a repair would change"],
    ["nodeward audit --fix --only sshd", "repair one domain, asking first"],
  ]);
  program.add(command, async (values) => {
    if (values.fix === true) {
      const { fixCommand } = await import("./fix.js");
      return await fixCommand(readFixOptions(values), program.context);
    }
    refuseWithout(values, "--fix", ["dryRun", "yes", "maxRisk"]);
    const { auditCommand } = await import("./audit.js");
    return await auditCommand(readOptions(values), program.context);
  });
}

export function addRepairCommands(program: Program): void {
  addAudit(program);
}
