// What can be completed on the command line, as values taken from the commander program. Writes no script.
import type { Argument, Command, Option } from "commander";

/** What an option or operand takes. */
export type Takes =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "files" | "directories" | "checks" | "profiles" | "frameworks" | "anything" };

export interface CompletedOption {
  /** `-o`, `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Undefined for a switch. */
  readonly takes?: Takes;
  readonly variadic: boolean;
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly operand?: Takes;
}

/** The names that the registries know. */
export interface Names {
  readonly checks: readonly string[];
  readonly profiles: readonly string[];
  readonly frameworks: readonly string[];
}

/** By the word between the brackets of `--root <dir>`. */
const byPlaceholder: Readonly<Record<string, Exclude<Takes["kind"], "words">>> = {
  dir: "directories",
  file: "files",
  pattern: "checks",
  check: "checks",
  "name|file": "profiles",
  framework: "frameworks",
};

function takes(placeholder: string, choices: readonly string[] | undefined): Takes {
  if (choices !== undefined) return { kind: "words", words: choices };
  const name = placeholder.replace(/\.\.\.$/, "");
  return { kind: Object.hasOwn(byPlaceholder, name) ? (byPlaceholder[name] ?? "anything") : "anything" };
}

function optionOf(option: Option): CompletedOption {
  const placeholder = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1];
  return {
    flags: [option.short, option.long].flatMap((flag) => (flag === undefined || flag === null ? [] : [flag])),
    description: option.description,
    variadic: option.variadic,
    ...(placeholder === undefined ? {} : { takes: takes(placeholder, option.argChoices) }),
  };
}

function operandOf(argument: Argument | undefined): Takes | undefined {
  return argument === undefined ? undefined : takes(argument.name(), argument.argChoices);
}

function commandOf(command: Command): CompletedCommand {
  // A group of commands takes the name of one of them first; their own options are not completed.
  const inside = command.parent === null ? [] : command.createHelp().visibleCommands(command);
  const operand: Takes | undefined =
    inside.length > 0
      ? { kind: "words", words: inside.map((one) => one.name()) }
      : operandOf(command.registeredArguments[0]);
  return {
    name: command.name(),
    summary: command.summary() === "" ? command.description() : command.summary(),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    ...(operand === undefined ? {} : { operand }),
  };
}

/** The program itself first (its name is empty), then its commands; `help` completes their names. */
export function completed(root: Command): readonly CompletedCommand[] {
  const commands = root.createHelp().visibleCommands(root).map(commandOf);
  const names = commands.map(({ name }) => name);
  return [
    { ...commandOf(root), name: "" },
    ...commands.map(
      (command): CompletedCommand =>
        command.name === "help" ? { ...command, operand: { kind: "words", words: names } } : command,
    ),
  ];
}
