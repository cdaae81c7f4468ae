// Options that every reading command takes, as commander declares them and as commands read them.
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Severity, severities } from "../core/outcome.js";
import { type Format, formats, isFormat } from "../report/index.js";

export interface ReadingOptions {
  readonly root: string;
  readonly config?: string;
  readonly profile: readonly string[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly format: Format;
  readonly output: string;
  readonly failOn: Severity | "none";
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

export const defaultConfig = "/etc/nodeward/nodeward.yaml";

function directory(value: string): string {
  if (value === "") throw new InvalidArgumentError("takes a directory.");
  return value;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(",").filter((part) => part !== "")];
}

/** Declares --root, --config, --profile, --only, --skip. */
export function selectionOptions(command: Command): Command {
  return command
    .option(
      "--root <dir>",
      "read another root file system; no program is started, no socket opened",
      directory,
      "/",
    )
    .option("--config <file>", `site configuration (default: ${defaultConfig}, may be absent)`)
    .option(
      "--profile <name|file>",
      "profile, can be repeated (default: baseline, and control-plane where one is found)",
      collect,
    )
    .option("--only <pattern...>", "only these checks: ids, globs, tag:NAME, severity>=high, FRAMEWORK:ITEM")
    .option("--skip <pattern...>", "not these checks");
}

/** Declares --format, -o, --quiet, --verbose, --no-color. */
export function outputOptions(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "output format").choices(Object.keys(formats)).default("text"))
    .option(
      "-o, --output <file>",
      "write there instead, whole or not at all, mode 0600; - is standard output",
      "-",
    )
    .option("--quiet", "the summary alone", false)
    .option("--verbose", "also what passed and what does not apply", false)
    .option("--no-color", "no colour (also NO_COLOR)");
}

/** Declares --fail-on and --strict. */
export function verdictOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--fail-on <severity>", "exit 1 when something of this severity or graver failed")
        .choices([...severities, "none"])
        .default("low"),
    )
    .option("--strict", "a check that could not be evaluated counts as failed", false);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** commander's untyped values as the options they were declared to be. */
export function readOptions(values: Readonly<Record<string, unknown>>): ReadingOptions {
  const format = String(values.format ?? "text");
  const failOn = severities.find((severity) => severity === values.failOn);
  return {
    root: String(values.root ?? "/"),
    ...(values.config === undefined ? {} : { config: String(values.config) }),
    profile: texts(values.profile),
    only: texts(values.only),
    skip: texts(values.skip),
    format: isFormat(format) ? format : "text",
    output: String(values.output ?? "-"),
    failOn: values.failOn === "none" ? "none" : (failOn ?? "low"),
    strict: values.strict === true,
    quiet: values.quiet === true,
    verbose: values.verbose === true,
    color: values.color !== false,
  };
}
