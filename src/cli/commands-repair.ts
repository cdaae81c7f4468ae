// The commands that judge and change a node: audit with its repairs, and what was changed. Their work is loaded when called.
import { Command, Option } from "commander";
import {
  confirmOptions,
  fixOptions,
  readConfirmOptions,
  readFixOptions,
  refuseWithout,
} from "./fix-options.js";
import type { HistoryOptions } from "./history.js";
import {
  automatic,
  examples,
  outputOptions,
  policyOptions,
  readOptions,
  reportOptions,
  rootOption,
  site,
  type Values,
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

/** What the commands about past runs print. */
const listFormats = ["text", "json"];

function listOptions(values: Values): HistoryOptions {
  return { ...readOptions(values), format: values.format === "json" ? "json" : "text" };
}

function addHistory(program: Program): void {
  const command = new Command("history")
    .summary("list what was changed here, when and by whom")
    .description(
      "Lists the runs that changed this node, the last one first: their kind, result, files and who started them.",
    );
  outputOptions(rootOption(command), listFormats)
    .option("--verify", "check that no line of the journal was changed or taken away")
    .option("--scores", "list the scores of past looks instead, the last of each day")
    .option("--verbose", "with --scores: of every look");
  examples(command, [
    ["nodeward history", "the runs"],
    ["nodeward history --verify", "exit code 1 where the journal's chain is broken"],
    ["nodeward history --scores", "how well the node stood, day by day"],
  ]);
  program.add(command, async (values) => {
    const { historyCommand, verifyCommand } = await import("./history.js");
    const options = listOptions(values);
    if (values.scores === true) {
      const { scoresCommand } = await import("./scores.js");
      return await scoresCommand(options, program.context);
    }
    return await (values.verify === true ? verifyCommand : historyCommand)(options, program.context);
  });
}

function addShow(program: Program): void {
  const command = new Command("show")
    .summary("show what a run changed")
    .description(
      "Shows a run: who started it and when, its diffs and commands, and what became of each group.",
    )
    .argument("<run>", "a run, the beginning of its name, or last");
  outputOptions(rootOption(command), listFormats);
  examples(command, [["nodeward show last", "the latest run"]]);
  program.add(command, async (values, [name = ""]) => {
    const { showCommand } = await import("./history.js");
    return await showCommand(name, listOptions(values), program.context);
  });
}

function addUndo(program: Program): void {
  const command = new Command("undo")
    .summary("take back what a run changed")
    .description(
      "Puts back what a run changed: files with their owners, modes and attributes, and the running system. A run of its own, which can be undone too. Files that somebody has changed since are left, and nothing else is put back either, unless forced. What can shut people out or stop pods must be confirmed, as when it was made.",
    )
    .argument("<run>", "a run, the beginning of its name, or last")
    .option("--force", "put back also what somebody has changed since")
    .option("--dry-run", "show what would be put back and change nothing")
    .addOption(new Option("--switch <token>").hideHelp())
    .addOption(new Option("--after <seconds>").hideHelp());
  confirmOptions(rootOption(command)).option("--no-color", "no colour (also NO_COLOR)");
  examples(command, [
    ["nodeward undo last", "take the latest run back"],
    ["nodeward undo last --dry-run", "what that would do"],
  ]);
  program.add(command, async (values, [name = ""]) => {
    if (typeof values.switch === "string") {
      const { switchCommand } = await import("./switch.js");
      return await switchCommand(
        name,
        { token: values.switch, after: Number(values.after ?? 0) },
        program.context,
      );
    }
    const { undoCommand } = await import("./undo.js");
    const { force, dryRun } = values;
    const options = {
      ...readOptions(values),
      ...readConfirmOptions(values),
      force: force === true,
      dryRun: dryRun === true,
    };
    return await undoCommand(name, options, program.context);
  });
}

function addConfirm(program: Program): void {
  const command = new Command("confirm")
    .summary("keep a change that waits to be confirmed")
    .description(
      "Keeps a change that can shut people out or stop pods: without it the change is put back by itself. It must come from a login that is newer than the change, so that it shows that one can still log in.",
    )
    .option("--same-session", "confirm from the session that made the change");
  examples(command, [["nodeward confirm", "after logging in anew"]]);
  program.add(command, async (values) => {
    const { confirmCommand } = await import("./confirm.js");
    return await confirmCommand({ sameSession: values.sameSession === true }, program.context);
  });
}

export function addRepairCommands(program: Program): void {
  addAudit(program);
  addHistory(program);
  addShow(program);
  addUndo(program);
  addConfirm(program);
}
