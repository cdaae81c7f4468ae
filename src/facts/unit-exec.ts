// The commands of a unit as they are run: words with specifiers and variables put in, and where each word came from.
import type { Source, Span } from "../core/source.js";
import { parseEnvironmentFile } from "../formats/systemd-environment.js";
import { expandSpecifiers, expandVariables, vanishing } from "../formats/systemd-expand.js";
import { splitCommands, splitWords, type Word } from "../formats/systemd-words.js";
import { LineIndex, type Traced, tracedSlice } from "../formats/traced.js";
import type { Host } from "../host/host.js";
import type { LoadedUnit } from "./unit.js";
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

/** What the node itself says where a specifier asks for it. */
export interface Surroundings {
  specifier(letter: string): string | null | undefined;
  /** systemd before 254 carries comments in environment files over an escaped line end. */
  readonly commentsContinue: () => Promise<boolean>;
}

interface Setting {
  readonly value: Traced;
  readonly source: Source;
  readonly at: (span: Span) => Source;
}

interface Environment {
  readonly values: ReadonlyMap<string, Setting>;
  readonly problems: readonly string[];
  readonly unread: readonly string[];
}

function sourceIn(unit: LoadedUnit, setting: UnitSetting, span: Span): Source {
  return unit.texts.get(setting.source.file)?.lines.source(setting.source.file, span) ?? setting.source;
}

/** The place of a word in the file that `traced` comes from. */
function spanOf(traced: Traced, word: Word): Span {
  const last = traced.at[word.end - 1] ?? traced.at.at(-1) ?? 0;
  return { start: traced.at[word.start] ?? last, end: last + 1 };
}

function assigned(unit: LoadedUnit, values: Map<string, Setting>, surroundings: Surroundings): void {
  for (const setting of inForce(unit.settings, "Service", "Environment")) {
    const { traced } = setting.assignment;
    for (const word of splitWords(traced).words) {
      const value = expandSpecifiers(word, (letter) => surroundings.specifier(letter));
      const equals = value.text.indexOf("=");
      if (equals <= 0) continue;
      const at = (span: Span) => sourceIn(unit, setting, span);
      values.set(value.text.slice(0, equals), {
        value: tracedSlice(value, equals + 1),
        source: at(spanOf(traced, word)),
        at,
      });
    }
  }
}

interface Gathering {
  readonly values: Map<string, Setting>;
  readonly problems: string[];
  readonly unread: string[];
}

async function fromFile(
  host: Host,
  setting: UnitSetting,
  surroundings: Surroundings,
  into: Gathering,
): Promise<void> {
  const optional = setting.value.startsWith("-");
  const written = optional ? tracedSlice(setting.assignment.traced, 1) : setting.assignment.traced;
  const whole = { ...written, start: 0, end: written.text.length };
  const path = expandSpecifiers(whole, (letter) => surroundings.specifier(letter));
  const where = `${setting.source.file}:${setting.source.line}`;
  if (!path.text.startsWith("/") || path.unknown.length > 0 || /[*?[{]/.test(path.text)) {
    into.unread.push(`${where}: EnvironmentFile=${path.text} is not a plain path`);
    return;
  }
  const read = await host.read(path.text);
  if (read.state === "absent") {
    if (!optional) into.problems.push(`${where}: the environment file ${path.text} does not exist`);
  } else if (read.state !== "ok") into.unread.push(read.reason);
  else if (read.encoding === "latin1") {
    const reason = `${path.text} is not valid UTF-8`;
    if (!optional) into.problems.push(reason);
  } else {
    const lines = new LineIndex(read.text);
    const at = (span: Span) => lines.source(path.text, span);
    const old = /\\\r?\n/.test(read.text) && (await surroundings.commentsContinue());
    for (const { name, value, span } of parseEnvironmentFile(read.text, old))
      into.values.set(name, { value, source: at(span), at });
  }
}

async function environmentOf(host: Host, unit: LoadedUnit, surroundings: Surroundings): Promise<Environment> {
  const into: Gathering = { values: new Map(), problems: [], unread: [] };
  assigned(unit, into.values, surroundings);
  // In their order: a later file replaces what an earlier one and Environment= set.
  for (const setting of inForce(unit.settings, "Service", "EnvironmentFile"))
    await fromFile(host, setting, surroundings, into);
  for (const setting of inForce(unit.settings, "Service", "UnsetEnvironment"))
    for (const { text } of splitWords(setting.assignment.traced).words) {
      const [name = "", ...rest] = text.split("=");
      if (rest.length === 0 || into.values.get(name)?.value.text === rest.join("=")) into.values.delete(name);
    }
  return into;
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
  const lookup = (name: string) => environment.values.get(name)?.value;
  return expandVariables(specified.text, lookup).map(({ text, part, variable, used, missing }): ExecWord => {
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
  });
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
    const split = splitCommands(setting.assignment.traced);
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
  return {
    commands,
    variables: new Map(
      [...environment.values].map(([name, { value, source }]) => [name, { text: value.text, source }]),
    ),
    unset: [...new Set([...vanished, ...unset])],
    problems,
    unread: [...unit.unread, ...environment.unread, ...dark],
  };
}

/** The variables of a word that no file sets; `whole`: the word is nothing else, and goes with it. */
function namesMissing(word: Word, environment: Environment) {
  const lookup = (name: string) => environment.values.get(name)?.value;
  const alone = vanishing(word.text, lookup);
  if (alone !== undefined) return [{ name: alone, whole: true }];
  return expandVariables(word.text, lookup).flatMap(({ missing }) =>
    missing.map((name) => ({ name, whole: false })),
  );
}
