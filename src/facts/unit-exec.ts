// The commands of a unit as they are run: words with specifiers and variables put in, and where each word came from.
import type { Source } from "../core/source.js";
import { expandSpecifiers, expandVariables, vanishing } from "../formats/systemd-expand.js";
import { splitCommands, type Word } from "../formats/systemd-words.js";
import type { Host } from "../host/host.js";
import type { LoadedUnit } from "./unit.js";
import {
  type Environment,
  environmentOf,
  lookupIn,
  type Surroundings,
  sourceIn,
  spanOf,
} from "./unit-environment.js";
import { inForce, type UnitSetting } from "./unit-state.js";

export interface ExecWord {
  readonly text: string;
  /** The word itself: in the unit, or in the file that sets the variable it was split from. Its span is the word's. */
  readonly source: Source;
  /** Assignments of the variables in it. */
  readonly uses: readonly Source[];
  /** What the files do not tell of it: a specifier or a variable set elsewhere. */
  readonly unknown: readonly string[];
}

export interface ExecLine {
  /** `-` `@` `:` `+` `!` before the program. */
  readonly prefix: string;
  /** The program first. */
  readonly words: readonly ExecWord[];
  readonly source: Source;
}

export interface ExecVariable {
  readonly text: string;
  readonly source: Source;
}

export interface Exec {
  readonly commands: readonly ExecLine[];
  /** Variables that the unit and its environment files set, and where. */
  readonly variables: ReadonlyMap<string, ExecVariable>;
  /** Variables that words name and no file sets; they vanish. */
  readonly unset: readonly string[];
  /** Why the unit would not start, though it may load. */
  readonly problems: readonly string[];
  /** What could not be read. */
  readonly unread: readonly string[];
}

/** Set by the manager itself for every service, or from its own environment: no file tells them (systemd.exec(5)). */
const managersOwn = new Set(
  "PATH LANG USER LOGNAME HOME SHELL INVOCATION_ID MAINPID MANAGERPID NOTIFY_SOCKET LISTEN_FDS LISTEN_PID".split(
    " ",
  ),
);

function wordsOf(
  unit: LoadedUnit,
  setting: UnitSetting,
  written: Word,
  environment: Environment,
  { surroundings, verbatim, outside }: Expansion,
): readonly ExecWord[] {
  const { traced } = setting.assignment;
  const specified = expandSpecifiers(written, (letter) => surroundings.specifier(letter));
  const source = sourceIn(unit, setting, spanOf(traced, written));
  if (verbatim) return [{ text: specified.text, source, uses: [], unknown: specified.unknown }];
  return expandVariables(specified.text, lookupIn(environment)).map(
    ({ text, part, variable, used, missing }): ExecWord => {
      const whole = variable === undefined ? undefined : environment.values.get(variable);
      return {
        text,
        source: part === undefined || whole === undefined ? source : whole.at(spanOf(whole.value, part)),
        uses: used.flatMap((name) => environment.values.get(name)?.source ?? []),
        unknown: [
          ...specified.unknown,
          ...missing.filter((name) => outside.has(name) || managersOwn.has(name)).map((name) => `$${name}`),
        ],
      };
    },
  );
}

interface Expansion {
  readonly surroundings: Surroundings;
  /** The prefix `:` leaves dollar signs alone. */
  readonly verbatim: boolean;
  /** Names that PassEnvironment= takes from the manager. */
  readonly outside: ReadonlySet<string>;
}

/** The commands of `key` (ExecStart, ExecStartPre, …) as systemd would run them. */
export async function execOf(
  host: Host,
  unit: LoadedUnit,
  surroundings: Surroundings,
  key = "ExecStart",
): Promise<Exec> {
  const environment = await environmentOf(host, unit, surroundings);
  const passed = inForce(unit.settings, "Service", "PassEnvironment");
  const outside = new Set(passed.flatMap(({ value }) => value.split(/[ \t]+/)));
  const problems = [...unit.problems, ...environment.problems];
  const unset = new Set<string>();
  const vanished = new Set<string>();
  const commands: ExecLine[] = [];
  for (const setting of inForce(unit.settings, "Service", key)) {
    const { traced } = setting.assignment;
    if (!environment.budget.spend(traced)) break;
    const split = splitCommands(traced);
    if (split.state === "error") {
      problems.push(`${setting.source.file}:${setting.source.line}: ${split.message}`);
      continue;
    }
    for (const { prefix, words } of split.commands) {
      const verbatim = prefix.includes(":");
      for (const word of verbatim ? [] : words)
        for (const { name, whole } of namesMissing(word, environment)) (whole ? vanished : unset).add(name);
      const expand = (word: Word) =>
        wordsOf(unit, setting, word, environment, { surroundings, verbatim, outside });
      const expanded = words.flatMap(expand);
      // The word after the program is the name it is to see, not one of its arguments.
      const own = prefix.includes("@") ? expanded.toSpliced(1, 1) : expanded;
      commands.push({ prefix, source: setting.source, words: own });
    }
  }
  const dark = [...vanished]
    .filter((name) => outside.has(name))
    .map((name) => `${unit.fragment}: $${name} is taken from systemd's own environment (PassEnvironment=)`);
  const unread = [...unit.unread, ...environment.unread, ...dark];
  if (environment.budget.exceeded) unread.push(`${unit.name}: its commands are longer than nodeward follows`);
  return {
    commands,
    variables: new Map(
      [...environment.values].map(([name, { value, source }]) => [name, { text: value.text, source }]),
    ),
    unset: [...new Set([...vanished, ...unset])],
    problems,
    unread,
  };
}

/** The variables of a word that no file sets; `whole`: the word is nothing else, and goes with it. */
function namesMissing(word: Word, environment: Environment) {
  const lookup = lookupIn(environment);
  const alone = vanishing(word.text, lookup);
  if (alone !== undefined) return [{ name: alone, whole: true }];
  return expandVariables(word.text, lookup).flatMap(({ missing }) =>
    missing.map((name) => ({ name, whole: false })),
  );
}
