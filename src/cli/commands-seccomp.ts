// `nodeward seccomp …`: what each of its commands is for and what it takes. Their work is loaded when they are called.
import { Command, Option } from "commander";
import { engines } from "../confine/runtime-default.js";
import { architectures } from "../formats/syscall-table.js";
import {
  automatic,
  choiceOption,
  examples,
  outputOptions,
  profileOptions,
  rootOption,
  site,
} from "./options.js";
import type { Program } from "./program.js";

const formats = ["text", "json"];
const recordingForms = ["auto", "strace", "audit", "tracee"];

/** A choice that has no default of its own: the node tells. */
function chosen(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, `${description} (default: this node's)`).choices(words);
}

/** Declares what a profile is judged for, where it is not this node. */
function targetOptions(command: Command): Command {
  return rootOption(command)
    .addOption(chosen("--engine <engine>", "container engine that reads the profile", engines))
    .option("--engine-version <version>", "its version, which decides on RuntimeDefault")
    .option("--runc [version]", "judge for runc, of this version")
    .option("--crun [version]", "judge for crun, of this version")
    .option("--kernel <release>", "kernel release (default: this node's)")
    .option("--libseccomp <version>", "libseccomp version (default: this node's)")
    .addOption(chosen("--arch <architecture>", "architecture", architectures))
    .option("--no-new-privileges", "for containers with allowPrivilegeEscalation: false");
}

function addList(program: Program, group: Command): void {
  const command = new Command("list")
    .summary("list the profiles that nodeward ships and the site's own")
    .description(
      "Lists the profiles that nodeward ships and those in /etc/nodeward/seccomp, and what each is for.",
    );
  outputOptions(rootOption(command), formats);
  const run = async (values: Record<string, unknown>) => {
    const { listCommand } = await import("./seccomp-status.js");
    return await listCommand(values, program.context);
  };
  program.add(command, run, group);
}

function addStatus(program: Program, group: Command): void {
  const command = new Command("status")
    .summary("say how the profiles in the kubelet's directory stand")
    .description(
      "Compares what lies in the kubelet's seccomp directory with the profiles that nodeward ships and the site's own, names the system calls that a changed one lets through, and which containers use what. Exit 1 when one is missing or changed.",
    );
  profileOptions(outputOptions(rootOption(command), formats), automatic, site).option(
    "--folder <name>",
    "sub-folder of the kubelet's seccomp directory (default: the site's, or nodeward)",
  );
  const run = async (values: Record<string, unknown>) => {
    const { statusCommand } = await import("./seccomp-status.js");
    return await statusCommand(values, program.context);
  };
  program.add(command, run, group);
}

function addInstall(program: Program, group: Command): void {
  const command = new Command("install")
    .summary("put profiles into the kubelet's directory")
    .description(
      "Puts the profiles that nodeward ships and those in /etc/nodeward/seccomp under nodeward/ in the seccomp directory of the kubelet that runs here (another folder: seccomp.profiles: {folder: …} among the params of the site file), and puts changed ones right. Shows the plan and asks; is journalled and can be undone.",
    )
    .argument("[name...]", "only these");
  profileOptions(outputOptions(rootOption(command), formats), automatic, site)
    .option("--dry-run", "show the plan and change nothing")
    .option("--yes", "do not ask");
  examples(command, [
    ["nodeward seccomp install --dry-run", "what would be written"],
    ["nodeward seccomp install --yes hardened", "one, without asking"],
    ["nodeward undo RUN", "and back; RUN as nodeward history names it"],
  ]);
  const run = async (values: Record<string, unknown>, names: readonly string[]) => {
    const { installCommand } = await import("./seccomp-install.js");
    return await installCommand(names, values, program.context);
  };
  program.add(command, run, group);
}

function addLint(program: Program, group: Command): void {
  const command = new Command("lint")
    .summary("find the faults of profiles")
    .description(
      "Names what the runtime of this node would refuse, what it would drop without a word, rules that never apply or contradict, dangerous calls that are allowed, and how the profile stands to RuntimeDefault. Exit 1 when there is an error.",
    )
    .argument("<file...>", "profiles: files, - for standard input, or names of shipped ones");
  targetOptions(outputOptions(command, formats)).option("--strict", "exit 1 also for a warning");
  examples(command, [
    ["nodeward seccomp lint web.json", "for this node"],
    ["nodeward seccomp lint --engine cri-o --crun -- web.json", "for another"],
    ["nodeward seccomp lint hardened --format json", "a shipped one, for a program"],
  ]);
  const run = async (values: Record<string, unknown>, files: readonly string[]) => {
    const { lintCommand } = await import("./seccomp-lint.js");
    return await lintCommand(files, values, program.context);
  };
  program.add(command, run, group);
}

function addDiff(program: Program, group: Command): void {
  const command = new Command("diff")
    .summary("say which system calls one profile lets through and another does not")
    .description(
      "Compares two profiles in meaning: blanks, order and the way rules are grouped make no difference. Exit 1 when they differ.",
    )
    .argument(
      "<file>",
      "profile: a file, - or the name of a shipped one; runtime-default is the engine's own",
    )
    .argument("<other-file>", "profile to compare it with");
  targetOptions(outputOptions(command, formats));
  examples(command, [
    ["nodeward seccomp diff runtime-default hardened", "what the shipped one refuses beyond the default"],
    ["nodeward seccomp diff old.json new.json", "two versions of one"],
  ]);
  const run = async (values: Record<string, unknown>, files: readonly string[]) => {
    const { diffCommand } = await import("./seccomp-lint.js");
    return await diffCommand(files, values, program.context);
  };
  program.add(command, run, group);
}

const twoSteps = `
To record a container that runs already, in two steps:
  1. Let its pod ask for the recording profile,
       seccompProfile: {type: Localhost, localhostProfile: nodeward/audit.json}
     let it be started anew, and exercise all that it does.
  2. nodeward seccomp generate --program NAME /var/log/audit/audit.log -o p.json
     Without auditd: journalctl -k -g type=1326 | nodeward seccomp generate`;

function addGenerate(program: Program, group: Command): void {
  const command = new Command("generate")
    .summary("write a profile from what a program was seen to call")
    .description(
      "Merges recordings into an allow list: strace with or without -f and -c, lines type=1326 and type=SECCOMP of the kernel log, audit.log or ausearch, events of Tracee as JSON. Adds what runc and crun need. The profile goes to standard output, what was seen how often to standard error.",
    )
    .argument("[file...]", "recordings; - or none is standard input");
  targetOptions(outputOptions(command, formats))
    .addOption(choiceOption("--from <form>", "what wrote the recordings", recordingForms, "auto"))
    .option("--program <name>", "only calls of this program (audit lines, Tracee)")
    .option("--arguments", "hold socket, socketpair and personality to the first arguments that were seen")
    .option("--merge <file>", "keep also what this profile allows")
    .option("--also <architecture...>", "hold for these architectures as well")
    .option("--no-base", "leave out what runc and crun need")
    .addOption(choiceOption("--errno <name>", "answer to everything else", ["ENOSYS", "EPERM"], "ENOSYS"))
    .option("--verbose", "all that was seen")
    .option("--strict", "exit 1 when a recording is known to be incomplete")
    .addHelpText("after", twoSteps);
  examples(command, [
    ["strace -f -o app.trace app && nodeward seccomp generate app.trace -o app.json", "from a run"],
    ["ausearch -m SECCOMP --raw | nodeward seccomp generate --program nginx", "from the audit log"],
    ["nodeward seccomp generate --merge app.json new.trace -o app.json", "a further run"],
  ]);
  const run = async (values: Record<string, unknown>, files: readonly string[]) => {
    const { generateCommand } = await import("./seccomp-generate.js");
    return await generateCommand(files, values, program.context);
  };
  program.add(command, run, group);
}

function addTry(program: Program, group: Command): void {
  const command = new Command("try")
    .summary("start a container under a profile, and say whether it starts")
    .description(
      "Starts a bare container with this node's runc and crun in a temporary folder, under the profile, with a program that only starts and ends (or a static one of your own), and takes it away again. Touches no container of the node. Needs root.",
    )
    .argument("<file>", "profile: a file, -, or the name of a shipped one");
  targetOptions(outputOptions(command, formats))
    .addOption(new Option("--runtime <runtime>", "only this one").choices(["runc", "crun"]))
    .option("--program <file...>", "static program to start instead, and its arguments")
    .option("--timeout <seconds>", "end it after this long", "10");
  examples(command, [
    ["nodeward seccomp try web.json", "can the runtimes start with it?"],
    ["nodeward seccomp try web.json --program /bin/busybox echo hello", "with a program that does something"],
  ]);
  const run = async (values: Record<string, unknown>, files: readonly string[]) => {
    const { tryCommand } = await import("./seccomp-try.js");
    return await tryCommand(files, values, program.context);
  };
  program.add(command, run, group);
}

export function addSeccompCommands(program: Program): void {
  const group = program.group(
    new Command("seccomp")
      .summary("install, judge, compare, write and try seccomp profiles")
      .description("Seccomp profiles: those that nodeward ships, those of this node, and those you write."),
  );
  examples(group, [
    ["nodeward seccomp status", "how those in the kubelet's directory stand"],
    ["nodeward seccomp install", "put them there"],
    ["nodeward seccomp lint web.json", "the faults of one"],
    ["nodeward seccomp diff runtime-default hardened", "what one refuses and the other does not"],
    ["nodeward seccomp generate app.trace", "a new one, from strace's output"],
  ]);
  addList(program, group);
  addStatus(program, group);
  addInstall(program, group);
  addLint(program, group);
  addDiff(program, group);
  addGenerate(program, group);
  addTry(program, group);
}
