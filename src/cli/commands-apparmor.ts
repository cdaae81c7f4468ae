// `nodeward apparmor …`: what each of its commands is for and what it takes. Their work is loaded when they are called.
import { Command } from "commander";
import { addAppArmorGenerate } from "./commands-apparmor-generate.js";
import { automatic, examples, outputOptions, profileOptions, rootOption, site } from "./options.js";
import type { Program } from "./program.js";

const formats = ["text", "json"];

function addList(program: Program, group: Command): void {
  const command = new Command("list")
    .summary("list the profiles that nodeward ships and the site's own")
    .description(
      "Lists the profiles that nodeward ships and those in /etc/nodeward/apparmor, and what each is for.",
    );
  outputOptions(rootOption(command), formats);
  const run = async (values: Record<string, unknown>) => {
    const { listCommand } = await import("./apparmor-status.js");
    return await listCommand(values, program.context);
  };
  program.add(command, run, group);
}

function addStatus(program: Program, group: Command): void {
  const command = new Command("status")
    .summary("say how the profiles stand, on disk and in the kernel")
    .description(
      "Compares /etc/apparmor.d and the profiles in the kernel with those that nodeward ships and the site's own: what differs, what is not loaded, complains, or is disabled, and which processes each profile of the node confines. Exit 1 when one of ours is not as it is meant to be.",
    );
  profileOptions(outputOptions(rootOption(command), formats), automatic, site).option(
    "--verbose",
    "every profile in the kernel, also those that confine nothing now",
  );
  const run = async (values: Record<string, unknown>) => {
    const { statusCommand } = await import("./apparmor-status.js");
    return await statusCommand(values, program.context);
  };
  program.add(command, run, group);
}

function addInstall(program: Program, group: Command): void {
  const command = new Command("install")
    .summary("put profiles into /etc/apparmor.d and the kernel")
    .description(
      "Puts the profiles that nodeward ships and those in /etc/nodeward/apparmor into /etc/apparmor.d, once apparmor_parser takes them, and loads them in the mode that they ask for; puts changed ones right. Shows the plan and asks; is journalled, and undoing it unloads them again.",
    )
    .argument("[name...]", "only these");
  profileOptions(outputOptions(rootOption(command), formats), automatic, site)
    .option("--dry-run", "show the plan and change nothing")
    .option("--yes", "do not ask");
  examples(command, [
    ["nodeward apparmor install --dry-run", "what would be written and loaded"],
    ["nodeward apparmor install --yes nodeward-restricted", "one, without asking"],
    ["nodeward undo RUN", "and back; RUN as nodeward history names it"],
  ]);
  const run = async (values: Record<string, unknown>, names: readonly string[]) => {
    const { installCommand } = await import("./apparmor-install.js");
    return await installCommand(names, values, program.context);
  };
  program.add(command, run, group);
}

function addLint(program: Program, group: Command): void {
  const command = new Command("lint")
    .summary("find the faults of policy files")
    .description(
      "Names what the parser would refuse, what stops nothing (complain, unconfined), rules that give away what a profile is there to hold or that a denial takes away again, ways out of it, programs that two profiles claim, and what a container runtime needs. Asks apparmor_parser too, where it is installed. Exit 1 when there is an error.",
    )
    .argument("<file...>", "policies: files, - for standard input, or names of shipped ones");
  outputOptions(rootOption(command), formats)
    .option("--no-containers", "do not ask for what a container runtime needs")
    .option("--strict", "exit 1 also for a warning");
  examples(command, [
    ["nodeward apparmor lint /etc/nodeward/apparmor/web", "one of the site's own"],
    ["nodeward apparmor lint nodeward-restricted --format json", "a shipped one, for a program"],
  ]);
  const run = async (values: Record<string, unknown>, files: readonly string[]) => {
    const { lintCommand } = await import("./apparmor-lint.js");
    return await lintCommand(files, values, program.context);
  };
  program.add(command, run, group);
}

export function addAppArmorCommands(program: Program): void {
  const group = program.group(
    new Command("apparmor")
      .summary("install, judge and write AppArmor profiles")
      .description("AppArmor profiles: those that nodeward ships, those of this node, and those you write."),
  );
  examples(group, [
    ["nodeward apparmor status", "how they stand, on disk and in the kernel"],
    ["nodeward apparmor install", "put ours there"],
    ["nodeward apparmor lint web", "the faults of one"],
    ["nodeward apparmor generate /var/log/audit/audit.log", "a new one, from what was logged"],
  ]);
  addList(program, group);
  addStatus(program, group);
  addInstall(program, group);
  addLint(program, group);
  addAppArmorGenerate(program, group);
}
