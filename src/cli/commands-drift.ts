// The commands that watch a node over time: drift and the accepted state. Their work is loaded when called.
import { Argument, Command, Option } from "commander";
import { risks } from "../core/outcome.js";
import { confirmTimeoutOption, readFixOptions } from "./fix-options.js";
import {
  automatic,
  choiceOption,
  examples,
  outputOptions,
  policyOptions,
  readOptions,
  rootOption,
  site,
  type Values,
  verdictOptions,
} from "./options.js";
import type { Program } from "./program.js";

const formats = ["text", "json"];
const actions = ["accept", "show", "diff"] as const;

function driftOptions(values: Values) {
  return { ...readOptions(values), format: values.format === "json" ? ("json" as const) : ("text" as const) };
}

function addDrift(program: Program): void {
  const command = new Command("drift")
    .summary("say what changed since the last run and from the accepted state")
    .description(
      "Judges the node, compares verdicts, watched files, listeners, units, packages, modules and ways to root with the last run and with the accepted baseline, and keeps what it saw for the next run.",
    );
  policyOptions(outputOptions(rootOption(command), formats), automatic, site).option(
    "--verbose",
    "every single thing",
  );
  examples(command, [
    ["nodeward drift", "what the timer runs"],
    ["nodeward drift --verbose", "every file of an upgrade, too"],
    ["nodeward drift --format json -o drift.json", "for a program"],
  ]);
  program.add(command, async (values) => {
    const { driftCommand } = await import("./drift.js");
    return await driftCommand(driftOptions(values), program.context);
  });
}

function addBaseline(program: Program): void {
  const command = new Command("baseline")
    .summary("accept the state of this node, show what was accepted, or what differs from it")
    .description(
      "accept judges the node and accepts what it finds as the state that drift compares with. show prints what was accepted. diff compares with it and keeps nothing.",
    )
    .addArgument(new Argument("<action>", "what to do").choices([...actions]));
  policyOptions(outputOptions(rootOption(command), formats), automatic, site).option(
    "--verbose",
    "every single thing",
  );
  examples(command, [
    ["nodeward baseline accept", "after a change that was wanted"],
    ["nodeward baseline diff", "what is not as accepted"],
  ]);
  program.add(command, async (values, [given = ""]) => {
    const { baselineCommand } = await import("./baseline.js");
    const action = actions.find((one) => one === given) ?? "show";
    return await baselineCommand(action, driftOptions(values), program.context);
  });
}

function addBootstrap(program: Program): void {
  const command = new Command("bootstrap")
    .summary("make a node safe at its first boot, unattended")
    .description(
      "Makes every repair of the profile that interrupts nothing worse than a service, puts the seccomp profiles in place, accepts the result as the baseline and enables the timer. Asks nothing; doing it again changes nothing.",
    );
  const risk = "leave riskier repairs (default: restart; lockout for an image, whose first boot proves it)";
  confirmTimeoutOption(
    verdictOptions(policyOptions(outputOptions(rootOption(command), formats), automatic, site)),
  )
    .addOption(choiceOption("--max-risk <risk>", risk, risks))
    .addOption(new Option("--prove").hideHelp());
  examples(command, [
    ["nodeward bootstrap", "from cloud-init, before or after the kubelet is there"],
    [
      "nodeward bootstrap --root /mnt/image",
      "an image: what needs a running system is left to its first boot",
    ],
  ]);
  program.add(command, async (values) => {
    const options = readFixOptions({ ...values, yes: true, confirm: "probe" });
    if (values.prove === true) {
      const { proveCommand } = await import("./first-boot.js");
      return await proveCommand(options, program.context);
    }
    const { bootstrapCommand } = await import("./bootstrap.js");
    return await bootstrapCommand({ ...options, pace: "boot" }, program.context);
  });
}

function addDaemon(program: Program): void {
  const command = new Command("daemon")
    .summary("look for changes all the time, as a service")
    .description(
      "Does what drift does, at the interval of the site file and within seconds of a change: of a file that an audit reads, of what listens, of loaded modules. Runs until it is stopped; SIGHUP reads the configuration anew. Speaks to systemd (Type=notify).",
    )
    .option(
      "--repair-unit <unit>",
      "let this unit make the repairs of drift.autofix; the daemon's own sandbox need not allow them",
    )
    .addOption(new Option("--look").hideHelp())
    .addOption(new Option("--repair").hideHelp());
  policyOptions(rootOption(command), automatic, site);
  examples(command, [["systemctl enable --now nodeward-daemon.service", "instead of the timer"]]);
  program.add(command, async (values) => {
    const { repairUnit } = values;
    const options = {
      ...driftOptions(values),
      ...(repairUnit === undefined ? {} : { repairUnit: String(repairUnit) }),
    };
    if (values.look === true) {
      const { daemonLook } = await import("./daemon-look.js");
      return await daemonLook(options, program.context);
    }
    if (values.repair === true) {
      const { autofixCommand } = await import("./autofix.js");
      return await autofixCommand(options, program.context);
    }
    const { daemonCommand } = await import("./daemon.js");
    return await daemonCommand(options, program.context);
  });
}

export function addDriftCommands(program: Program): void {
  addBootstrap(program);
  addDrift(program);
  addDaemon(program);
  addBaseline(program);
}
