// The options of repairs, as commander declares them and as commands read them.
import { type Command, InvalidArgumentError } from "commander";
import { type Risk, risks } from "../core/outcome.js";
import { CommandError, exit } from "./context.js";
import { choiceOption, type ReadingOptions, readOptions, type Values } from "./options.js";

export interface FixOptions extends ReadingOptions {
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Undefined: whatever somebody says yes to, and restart at most where nobody is asked. */
  readonly maxRisk?: Risk;
  /** Seconds. */
  readonly confirmTimeout: number;
  /** Who says that a risky change is good: somebody who logs in anew, or sshd and the kubelet that go on to answer. */
  readonly confirm: "login" | "probe";
  /** How often it may be repaired with nobody there: as whoever asks counts `itself`, or at each `boot`. */
  readonly pace?: "itself" | "boot";
  /** What can shut people out or stop pods is a run of its own. */
  readonly apart?: boolean;
}

const [shortest, longest] = [10, 3600];

function seconds(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= shortest && number <= longest) return number;
  throw new InvalidArgumentError(`It takes seconds, from ${shortest} to ${longest}.`);
}

export function confirmTimeoutOption(command: Command): Command {
  const timeout = `put a risky change back unless confirmed within so many seconds, ${shortest} to ${longest}`;
  return command.option("--confirm-timeout <seconds>", timeout, seconds, 120);
}

/** Declares how a risky change is confirmed. */
export function confirmOptions(command: Command): Command {
  return confirmTimeoutOption(command).addOption(
    choiceOption(
      "--confirm <how>",
      "by a new login, or unattended by a minute of health",
      ["login", "probe"],
      "login",
    ),
  );
}

/** Declares --fix and what goes with it. */
export function fixOptions(command: Command): Command {
  command
    .option("--fix", "repair what fails: shows the plan, asks, applies, judges again")
    .option("--dry-run", "with --fix: show the plan and change nothing")
    .option("--yes", "with --fix: do not ask")
    .addOption(
      choiceOption("--max-risk <risk>", "leave riskier repairs (default: restart with --yes)", risks),
    );
  return confirmOptions(command);
}

export type ConfirmOptions = Pick<FixOptions, "confirm" | "confirmTimeout">;

/** Seconds in which a minute of health can be seen. */
const leastProof = 90;

export function readConfirmOptions(values: Values): ConfirmOptions {
  const confirm = values.confirm === "probe" ? "probe" : "login";
  const confirmTimeout = typeof values.confirmTimeout === "number" ? values.confirmTimeout : 120;
  if (confirm === "probe" && confirmTimeout < leastProof)
    throw new CommandError(
      exit.usage,
      `--confirm probe takes a minute: --confirm-timeout must be ${leastProof} or more`,
    );
  return { confirm, confirmTimeout };
}

export function readFixOptions(values: Values): FixOptions {
  const maxRisk = risks.find((risk) => risk === values.maxRisk);
  return {
    ...readOptions(values),
    dryRun: values.dryRun === true,
    yes: values.yes === true,
    ...(maxRisk === undefined ? {} : { maxRisk }),
    ...readConfirmOptions(values),
  };
}

/** An option that says nothing alone is a mistake, not to be passed over: `--yes` without --fix repairs nothing. */
export function refuseWithout(values: Values, option: string, names: readonly string[]): void {
  const given = names.find((name) => values[name] !== undefined && values[name] !== "");
  if (given === undefined) return;
  const flag = `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new CommandError(exit.usage, `${flag} goes with ${option}`);
}
