// Options that several commands take, as commander declares them and as commands read them.
import { type Command, InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../core/nearest.js";
import { type Severity, severities } from "../core/outcome.js";
import type { PolicyTexts } from "../policy/load.js";
import { type CatalogueFormat, catalogueFormats } from "../report/catalogue.js";
import { type FormatName, formats, isFormat } from "../report/index.js";

export interface SelectionOptions {
  readonly root: string;
  readonly config?: string;
  readonly profile: readonly string[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export interface OutputOptions {
  readonly format: FormatName;
  readonly output: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}

export interface VerdictOptions {
  readonly failOn: Severity | "none";
  readonly strict: boolean;
}

export interface ReadingOptions extends SelectionOptions, OutputOptions, VerdictOptions {
  /** Policy files as they were read before, for a daemon whose site file has become wrong since. */
  readonly documents?: PolicyTexts;
}

export const defaultConfig = "/etc/nodeward/nodeward.yaml";

/** What a run without --profile and --config uses, for --help. */
export const automatic = "baseline, and control-plane where one is found";
export const site = `${defaultConfig}, may be absent`;

export type Values = Readonly<Record<string, unknown>>;

function nonEmpty(what: string): (value: string) => string {
  return (value) => {
    if (value === "") throw new InvalidArgumentError(`It takes ${what}.`);
    return value;
  };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  const parts = value.split(",").filter((part) => part !== "");
  if (parts.length === 0) throw new InvalidArgumentError("It takes a name or a file.");
  return [...before, ...parts];
}

/** An option that takes one of a few words, and names the nearest when it is none of them. */
export function choiceOption(
  flags: string,
  description: string,
  words: readonly string[],
  fallback?: string,
): Option {
  const option = new Option(flags, description).choices(words);
  return (fallback === undefined ? option : option.default(fallback)).argParser((value: string) => {
    if (words.includes(value)) return value;
    throw new InvalidArgumentError(`It takes one of ${words.join(", ")}${didYouMean(value, words)}.`);
  });
}

/** Declares --profile and --config; their defaults are told as given. */
export function profileOptions(command: Command, profile: string, config: string): Command {
  return command
    .option("--profile <name|file>", `profile, can be repeated (default: ${profile})`, collect)
    .option("--config <file>", `site configuration (default: ${config})`);
}

/** Declares --profile, --config, --only, --skip. */
export function policyOptions(command: Command, profile: string, config: string): Command {
  return profileOptions(command, profile, config)
    .option("--only <pattern...>", "only these checks: ids, globs, tag:NAME, severity>=high, FRAMEWORK:ITEM")
    .option("--skip <pattern...>", "not these checks");
}

/** Declares --root. */
export function rootOption(command: Command): Command {
  const read = nonEmpty("a directory");
  return command.option(
    "--root <dir>",
    "read another root file system; no program is started, no socket opened",
    read,
    "/",
  );
}

/** Declares -o. */
export function fileOption(command: Command): Command {
  const read = nonEmpty("a file, or - for standard output");
  return command.option(
    "-o, --output <file>",
    "write there instead, whole or not at all, mode 0600; - is standard output",
    read,
    "-",
  );
}

/** Declares --format, -o, --quiet, --no-color. */
export function outputOptions(command: Command, words: readonly string[]): Command {
  return fileOption(command.addOption(choiceOption("--format <format>", "output format", words, "text")))
    .option("--quiet", "the summary alone")
    .option("--no-color", "no colour (also NO_COLOR)");
}

/** Declares the options of commands that print reports: those of output, and --verbose. */
export function reportOptions(command: Command): Command {
  return outputOptions(command, Object.keys(formats)).option(
    "--verbose",
    "also what passed and what does not apply",
  );
}

/** Declares --fail-on and --strict. */
export function verdictOptions(command: Command): Command {
  const description = "exit 1 when something of this severity or graver failed";
  return command
    .addOption(choiceOption("--fail-on <severity>", description, [...severities, "none"], "low"))
    .option("--strict", "a check that could not be evaluated counts as failed");
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Patterns, several in one word parted by commas. A word without any stays: nobody means everything by it. */
function patterns(value: unknown): readonly string[] {
  return texts(value).flatMap((text) => {
    const parts = text.split(",").filter((part) => part !== "");
    return parts.length === 0 ? [""] : parts;
  });
}

export function catalogueFormat(value: unknown): CatalogueFormat {
  return catalogueFormats.find((format) => format === value) ?? "text";
}

/** commander's untyped values as the options they were declared to be. */
export function readOptions(values: Values): ReadingOptions {
  const format = String(values.format ?? "text");
  const failOn = severities.find((severity) => severity === values.failOn);
  return {
    root: String(values.root ?? "/"),
    ...(values.config === undefined ? {} : { config: String(values.config) }),
    profile: texts(values.profile),
    only: patterns(values.only),
    skip: patterns(values.skip),
    format: isFormat(format) ? format : "text",
    output: String(values.output ?? "-"),
    failOn: values.failOn === "none" ? "none" : (failOn ?? "low"),
    strict: values.strict === true,
    quiet: values.quiet === true,
    verbose: values.verbose === true,
    color: values.color !== false,
  };
}

/** What for, and the command line that does it, under the options in --help. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): Command {
  const shown = lines.map(([line, purpose]) => `  # ${purpose}\n  ${line}`);
  return command.addHelpText("after", `\nExamples:\n${shown.join("\n")}`);
}
