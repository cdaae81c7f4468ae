// The commands: what each is for, what it takes, examples. One function a command; its work is loaded when it is called.
import { Argument, Command } from "commander";
import { catalogueFormats } from "../report/catalogue.js";
import { addAppArmorCommands } from "./commands-apparmor.js";
import { addDriftCommands } from "./commands-drift.js";
import { addRepairCommands } from "./commands-repair.js";
import { addSeccompCommands } from "./commands-seccomp.js";
import { shells } from "./completion.js";
import {
  automatic,
  catalogueFormat,
  choiceOption,
  examples,
  fileOption,
  outputOptions,
  policyOptions,
  profileOptions,
  readOptions,
  reportOptions,
  rootOption,
  site,
} from "./options.js";
import type { Program } from "./program.js";

/** Formats of the commands that print one table. */
const tableFormats = ["text", "json"];

function addReport(program: Program): void {
  const command = new Command("report")
    .summary("render saved reports in another format, several as one")
    .description(
      "Renders reports that nodeward audit --format json wrote. Those of several nodes become one fleet report: nodes, checks, and which fails where.",
    )
    .argument("[file...]", "saved reports; - is standard input");
  reportOptions(command).option("--schema", "print the JSON Schema that reports keep to");
  examples(command, [
    ["nodeward report node-7.json", "read it on the terminal"],
    ["nodeward report --format html -o fleet.html *.json", "a fleet on one page"],
    ["ssh node-7 nodeward audit --format json | nodeward report -", "from another machine"],
  ]);
  program.add(command, async (values, operands) => {
    const { reportCommand } = await import("./report.js");
    return await reportCommand(
      operands,
      { ...readOptions(values), schema: values.schema === true },
      program.context,
    );
  });
}

function addVerifyBinaries(program: Program): void {
  const command = new Command("verify-binaries")
    .summary("compare the platform's binaries with checksums")
    .description(
      "Compares kubelet, container runtimes, CNI plugins and the like with checksum lists (SHA512SUMS, SHA256SUMS, Kubernetes' .sha512 files), else with what their package recorded.",
    );
  const lists =
    "file or folder of checksum lists, can be repeated (default: /etc/nodeward/checksums of the node)";
  outputOptions(rootOption(command), tableFormats)
    .option("--manifest <file|dir...>", lists)
    .option("--strict", "exit 1 also when nothing says what a file should be");
  examples(command, [
    ["nodeward verify-binaries", "against the node's own lists and packages"],
    ["nodeward verify-binaries --manifest SHA512SUMS", "against a release's list"],
  ]);
  program.add(command, async (values) => {
    const { verifyBinariesCommand } = await import("./verify-binaries.js");
    const { root, output, strict } = readOptions(values);
    const manifests = Array.isArray(values.manifest) ? values.manifest.map(String) : [];
    const format = values.format === "json" ? "json" : "text";
    return await verifyBinariesCommand({ root, output, strict, manifests, format }, program.context);
  });
}

function addContainers(program: Program): void {
  const command = new Command("containers")
    .summary("list what runs here and what it has of the node")
    .description(
      "Lists the containers of this node with their pods, users, confinement, and what they have of the node: from the state that containerd, CRI-O and Docker keep on disk, and from /proc. No runtime is asked.",
    );
  outputOptions(rootOption(command), tableFormats);
  examples(command, [
    ["nodeward containers", "who runs here"],
    ["nodeward containers --format json", "for a program"],
  ]);
  program.add(command, async (values) => {
    const { containersCommand } = await import("./containers.js");
    const { root, output } = readOptions(values);
    const format = values.format === "json" ? "json" : "text";
    return await containersCommand({ root, output, format }, program.context);
  });
}

function addExposure(program: Program): void {
  const command = new Command("exposure")
    .summary("list who can reach which port of this node")
    .description(
      "Lists every listening socket with the process that holds it, the networks that the firewall lets reach it, the rule that decides, and whether policy (ports.unexpected) expects it; then the ports that are sent on to pods and containers, which the firewall's rules for incoming packets do not decide.",
    );
  profileOptions(outputOptions(rootOption(command), tableFormats), automatic, site);
  examples(command, [
    ["nodeward exposure", "what is open, widest first"],
    ["nodeward exposure --format json", "for a program"],
    ["nodeward exposure --root /mnt/image", "nothing listens in an image: says so"],
  ]);
  program.add(command, async (values) => {
    const { exposureCommand } = await import("./exposure.js");
    const format = values.format === "json" ? "json" : "text";
    return await exposureCommand(readOptions(values), format, program.context);
  });
}

function addAccess(program: Program): void {
  const command = new Command("access")
    .summary("list who and what has root on this node")
    .description(
      "Lists everybody and everything with root on this machine, and by which way: accounts with user id 0, rules of sudo, groups, authorized keys, files that root runs and others can write, control sockets, processes. To be read, and signed.",
    );
  outputOptions(rootOption(command), tableFormats);
  examples(command, [
    ["nodeward access", "the list, with a line to sign"],
    ["nodeward access --format json -o access.json", "to compare with the last one"],
  ]);
  program.add(command, async (values) => {
    const { accessCommand } = await import("./access.js");
    const format = values.format === "json" ? "json" : "text";
    return await accessCommand(readOptions(values), format, program.context);
  });
}

function addSecrets(program: Program): void {
  const command = new Command("secrets")
    .summary("list where secrets lie and who can read them")
    .description(
      "Lists where keys, kubeconfigs, tokens, password hashes, credentials and control sockets lie on this machine, and which accounts can read each. Never what they are.",
    );
  outputOptions(rootOption(command), tableFormats);
  examples(command, [["nodeward secrets", "the most open first"]]);
  program.add(command, async (values) => {
    const { secretsCommand } = await import("./secrets.js");
    const format = values.format === "json" ? "json" : "text";
    return await secretsCommand(readOptions(values), format, program.context);
  });
}

function addChecks(program: Program): void {
  const command = new Command("checks")
    .summary("list the checks, or what of a benchmark they answer")
    .description(
      "Lists the checks: id, severity, profiles that choose it, risk of its automatic repair, title.",
    );
  policyOptions(outputOptions(command, catalogueFormats), "all checks", "none").option(
    "--framework <framework>",
    "the items of this benchmark: which checks answer each, or why none does",
  );
  examples(command, [
    ["nodeward checks --only kubelet", "one domain"],
    ["nodeward checks --profile strict --format markdown", "what a profile asks for"],
    ["nodeward checks --framework cis-kubernetes", "the coverage of a benchmark"],
  ]);
  program.add(command, async (values) => {
    const { checksCommand } = await import("./checks.js");
    const framework = values.framework === undefined ? {} : { framework: String(values.framework) };
    const options = { ...readOptions(values), format: catalogueFormat(values.format), ...framework };
    return await checksCommand(options, program.context);
  });
}

function addExplain(program: Program): void {
  const command = new Command("explain")
    .summary("say all there is to know of a check")
    .description(
      "Says of a check what it reads, why it matters, what passes, which parameters it takes, how it is put right and what can break.",
    )
    .argument("<check...>", "ids, globs, tag:NAME, FRAMEWORK:ITEM")
    .addOption(choiceOption("--format <format>", "output format", catalogueFormats, "text"));
  fileOption(command).option("--no-color", "no colour (also NO_COLOR)");
  examples(command, [
    ["nodeward explain sshd.permit-root-login", "one check"],
    ["nodeward explain 'sshd.*' --format markdown", "a domain, as a document"],
    ["nodeward explain cis-kubernetes:4.2.1", "by a benchmark's number"],
  ]);
  program.add(command, async (values, operands) => {
    const { explainCommand } = await import("./explain.js");
    const { output, color } = readOptions(values);
    return await explainCommand(
      operands,
      { format: catalogueFormat(values.format), output, color },
      program.context,
    );
  });
}

function addCompletion(program: Program): void {
  const command = new Command("completion")
    .summary("print a completion script for a shell")
    .description("Prints a script that completes commands, options, formats, profiles and check ids.")
    .addArgument(new Argument("<shell>", "which shell").choices(shells));
  examples(command, [
    ["source <(nodeward completion bash)", "in ~/.bashrc"],
    ["nodeward completion zsh > /usr/local/share/zsh/site-functions/_nodeward", "once"],
    ["nodeward completion fish > ~/.config/fish/completions/nodeward.fish", "once"],
  ]);
  program.add(command, async (_values, [shell = ""]) => {
    const { completionCommand } = await import("./completion.js");
    return await completionCommand(shell, program.root, program.context);
  });
}

export function addCommands(program: Program): void {
  addRepairCommands(program);
  addReport(program);
  addChecks(program);
  addExplain(program);
  addVerifyBinaries(program);
  addContainers(program);
  addExposure(program);
  addAccess(program);
  addSecrets(program);
  addDriftCommands(program);
  addSeccompCommands(program);
  addAppArmorCommands(program);
  addCompletion(program);
}
