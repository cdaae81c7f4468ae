// The completion script for bash (4 or later), without the bash-completion package. Values come from the model.
import type { CompletedCommand, Names, Takes } from "./completion-model.js";

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** An assignment that says what is to be completed. */
function assignment(takes: Takes): string {
  return takes.kind === "words" ? `kind=words words=${quoted(takes.words.join(" "))}` : `kind=${takes.kind}`;
}

function optionCases({ name, options }: CompletedCommand): readonly string[] {
  return options.flatMap(({ flags, takes, variadic }) => {
    if (takes === undefined) return [];
    const patterns = flags.map((flag) => quoted(`${name} ${flag}`)).join("|");
    return [`    ${patterns}) ${assignment(takes)} many=${variadic ? "yes" : "no"} ;;`];
  });
}

function commandCase({ name, options, operand }: CompletedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(" ");
  const operands = operand === undefined ? "" : ` ${assignment(operand)}`;
  return `    ${quoted(name)}) flags=${quoted(flags)}${operands} ;;`;
}

export function bashScript(commands: readonly CompletedCommand[], names: Names): string {
  const own = commands.filter(({ name }) => name !== "").map(({ name }) => name);
  return `# bash completion for nodeward; made by "nodeward completion bash"

# What option $2 of command $1 takes: kind, words, and whether it takes many.
_nodeward_option() {
  case "$1 $2" in
${commands.flatMap(optionCases).join("\n")}
    *) return 1 ;;
  esac
}

# The options of command $1, and the kind of its operands.
_nodeward_command() {
  case "$1" in
${commands.map(commandCase).join("\n")}
  esac
}

_nodeward() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" option="" after=0 index word
  local kind="" words="" many=no flags=""
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ $word == -* ]]; then
      option=$word after=0
    elif [[ $word != "=" ]]; then
      [[ -z $command ]] && command=$word && continue
      ((after++))
    fi
  done
  [[ $current == "=" ]] && current=""
  if [[ -n $option && $current != -* ]] && _nodeward_option "$command" "$option" &&
    [[ $after -eq 0 || $many == yes ]]; then
    :
  else
    kind="" words=""
    _nodeward_command "$command"
    if [[ $current == -* ]]; then
      kind=words words=$flags
    elif [[ -z $command ]]; then
      kind=words words=${quoted(own.join(" "))}
    fi
  fi
  case $kind in
    checks) words=${quoted(names.checks.join(" "))} ;;
    profiles) words=${quoted(names.profiles.join(" "))} ;;
    frameworks) words=${quoted(names.frameworks.join(" "))} ;;
    files) mapfile -t COMPREPLY < <(compgen -f -- "$current"); compopt -o filenames 2>/dev/null; return ;;
    directories) mapfile -t COMPREPLY < <(compgen -d -- "$current"); compopt -o filenames 2>/dev/null; return ;;
  esac
  [[ -n $words ]] && mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  return 0
}

complete -F _nodeward nodeward
`;
}
