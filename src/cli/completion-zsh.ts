// The completion script for zsh: to be put into a directory of $fpath, or sourced. Values come from the model.
import type { CompletedCommand, CompletedOption, Names, Takes } from "./completion-model.js";

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What _arguments runs to complete a value (zshcompsys(1)). */
function action(takes: Takes): string {
  switch (takes.kind) {
    case "words":
      return `(${takes.words.join(" ")})`;
    case "files":
      return "_files";
    case "directories":
      return "_files -/";
    case "anything":
      return " ";
    default:
      return `_nodeward_${takes.kind}`;
  }
}

/** Text inside the brackets of a specification. */
function inBrackets(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function specification({ flags, description, takes, variadic }: CompletedOption): readonly string[] {
  const repeated = variadic ? "*" : "";
  // The other spelling of the option is not offered once one is given.
  const other = variadic || flags.length < 2 ? "" : `(${flags.join(" ")})`;
  return flags.map((flag) => {
    const value = takes === undefined ? "" : `:value:${action(takes)}`;
    const equals = takes === undefined || !flag.startsWith("--") ? "" : "=";
    return quoted(`${other}${repeated}${flag}${equals}[${inBrackets(description)}]${value}`);
  });
}

function commandCase({ name, options, operand }: CompletedCommand): string {
  const operands = operand === undefined ? [] : [quoted(`*:value:${action(operand)}`)];
  const lines = [...options.flatMap(specification), ...operands].join(" \\\n        ");
  return `    ${name})\n      _arguments -s \\\n        ${lines}\n      ;;`;
}

function list(name: string, words: readonly string[]): string {
  return `_nodeward_${name}() {\n  local -a words=(\n${words.map((word) => `    ${quoted(word)}`).join("\n")}\n  )\n  compadd -a words\n}`;
}

export function zshScript(commands: readonly CompletedCommand[], names: Names): string {
  const [program, ...own] = commands;
  const described = own.map(
    ({ name, summary }) => `      ${quoted(`${name}:${summary.replaceAll(":", "\\:")}`)}`,
  );
  const globals = (program?.options ?? []).flatMap(specification);
  return `#compdef nodeward
# zsh completion for nodeward; made by "nodeward completion zsh"

${list("checks", names.checks)}

${list("profiles", names.profiles)}

${list("frameworks", names.frameworks)}

_nodeward() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C \\
    ${globals.join(" \\\n    ")} \\
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${described.join("\n")}
      )
      _describe -t commands command commands
      return
      ;;
    argument) ;;
    *) return ;;
  esac
  case $words[1] in
${own.map(commandCase).join("\n")}
  esac
}

if [[ $funcstack[1] == _nodeward ]]; then
  _nodeward "$@"
else
  compdef _nodeward nodeward
fi
`;
}
