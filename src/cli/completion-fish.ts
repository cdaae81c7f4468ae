// The completion script for fish. Values come from the model.
import type { CompletedCommand, CompletedOption, Names, Takes } from "./completion-model.js";

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** What `complete` is told of a value: an exclusive list, or files. */
function values(takes: Takes): string {
  switch (takes.kind) {
    case "words":
      return `-x -a ${quoted(takes.words.join(" "))}`;
    case "files":
      return "-r -F";
    case "directories":
      return "-x -a '(__fish_complete_directories)'";
    case "anything":
      return "-x";
    case "profiles":
      return "-r -F -a '(__nodeward_profiles)'";
    default:
      return `-x -a '(__nodeward_${takes.kind})'`;
  }
}

function option(condition: string, { flags, description, takes }: CompletedOption): string {
  const spelled = flags.map((flag) =>
    flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const value = takes === undefined ? "" : ` ${values(takes)}`;
  return `complete -c nodeward -n ${quoted(condition)} ${spelled.join(" ")}${value} -d ${quoted(description)}`;
}

function lines({ name, options, operand }: CompletedCommand): readonly string[] {
  const condition = name === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${name}`;
  const operands =
    operand === undefined
      ? []
      : [`complete -c nodeward -n ${quoted(condition)} ${values(operand).replace(/^-[rx]/, "")}`];
  return [
    ...options.map((one) => option(condition, one)),
    ...operands.map((line) => line.replace(/ +/g, " ")),
  ];
}

function list(name: string, words: readonly string[]): string {
  return `function __nodeward_${name}\n  printf '%s\\n' ${words.map(quoted).join(" \\\n    ")}\nend`;
}

export function fishScript(commands: readonly CompletedCommand[], names: Names): string {
  const own = commands.filter(({ name }) => name !== "");
  return `# fish completion for nodeward; made by "nodeward completion fish"

${list("checks", names.checks)}

${list("profiles", names.profiles)}

${list("frameworks", names.frameworks)}

complete -c nodeward -f
${own.map(({ name, summary }) => `complete -c nodeward -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`).join("\n")}
${commands.flatMap(lines).join("\n")}
`;
}
