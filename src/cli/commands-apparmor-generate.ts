// `nodeward apparmor generate`: what it is for and what it takes. Its work is loaded when it is called.
import { Command } from "commander";
import { examples, outputOptions, rootOption } from "./options.js";
import type { Program } from "./program.js";

const twoSteps = `
To write a profile for a program in two steps:
  1. Load a first one that only writes down (aa-complain NAME, or flags=(complain)), and exercise all that it does.
  2. nodeward apparmor generate --merge /etc/apparmor.d/NAME /var/log/audit/audit.log -o new
     Without auditd: journalctl -k -g apparmor= | nodeward apparmor generate --merge /etc/apparmor.d/NAME -o new
     Then look at what changed: diff /etc/apparmor.d/NAME new, and check it: nodeward apparmor lint new`;

export function addAppArmorGenerate(program: Program, group: Command): void {
  const command = new Command("generate")
    .summary("write a profile, or add to one, from what AppArmor logged")
    .description(
      'Makes rules of the lines apparmor="ALLOWED" and apparmor="DENIED" of audit.log, ausearch, the kernel log and the journal (text, JSON, export): files, capabilities, sockets, signals, mounts, D-Bus and the rest. Process ids, identifiers, temporary names and versions of libraries become variables and wildcards; what the profile and its abstractions allow already is not written again. The policy goes to standard output, what was seen how often, and what to look at, to standard error.',
    )
    .argument("[file...]", "recordings; - or none is standard input");
  outputOptions(rootOption(command), ["text", "json"])
    .option("--program <name>", "only for this profile, its children and hats")
    .option("--merge <file>", "add to the profiles of this policy, whose text stays as it is")
    .option("--abi <version>", "feature set to write for, such as 4.0 (default: the newest of the node)")
    .option("--complain", "let new profiles only write down what they do not allow")
    .option("--verbose", "all that was seen")
    .option("--strict", "exit 1 when something was seen that no rule could be made of")
    .addHelpText("after", twoSteps);
  examples(command, [
    ["nodeward apparmor generate --program nginx /var/log/audit/audit.log", "a new profile"],
    ["journalctl -k -o json | nodeward apparmor generate --merge nginx -o nginx.new", "a further run"],
  ]);
  program.add(
    command,
    async (values, files) => {
      const { generateCommand } = await import("./apparmor-generate.js");
      return await generateCommand(files, values, program.context);
    },
    group,
  );
}
