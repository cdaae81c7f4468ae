// The environment that a service is given by its unit and by environment files, and where each variable is set. Not its
// commands.
import type { Source, Span } from "../core/source.js";
import { parseEnvironmentFile } from "../formats/systemd-environment.js";
import { expandSpecifiers } from "../formats/systemd-expand.js";
import { splitWords, type Word } from "../formats/systemd-words.js";
import { LineIndex, type Traced, tracedSlice } from "../formats/traced.js";
import type { Host } from "../host/host.js";
import type { LoadedUnit } from "./unit.js";
import { inForce, type UnitSetting } from "./unit-state.js";

/** What the node itself says where a specifier asks for it. */
export interface Surroundings {
  specifier(letter: string): string | null | undefined;
  /** systemd before 254 carries comments in environment files over an escaped line end. */
  readonly commentsContinue: () => Promise<boolean>;
}

/**
 * Characters of commands, and of the variables in them, that are followed of one unit. The kernel takes 128 KiB in a word
 * and some 2 MiB in all (execve(2), "Limits on size of arguments and environment").
 */
const textLimit = 256 * 1024;

/** What is left of them. */
class Budget {
  private left = textLimit;

  /** Is there so much left, and one besides for a word that is empty? */
  spend({ text }: Traced): boolean {
    this.left -= text.length + 1;
    return this.left >= 0;
  }

  get exceeded(): boolean {
    return this.left < 0;
  }
}

interface Setting {
  readonly value: Traced;
  readonly source: Source;
  readonly at: (span: Span) => Source;
}

export interface Environment {
  readonly values: ReadonlyMap<string, Setting>;
  readonly budget: Budget;
  readonly problems: readonly string[];
  readonly unread: readonly string[];
}

export function sourceIn(unit: LoadedUnit, setting: UnitSetting, span: Span): Source {
  return unit.texts.get(setting.source.file)?.lines.source(setting.source.file, span) ?? setting.source;
}

/** The place of a word in the file that `traced` comes from. */
export function spanOf(traced: Traced, word: Word): Span {
  const last = traced.at[word.end - 1] ?? traced.at.at(-1) ?? 0;
  return { start: traced.at[word.start] ?? last, end: last + 1 };
}

/** The value of a variable for a word of a command. */
export function lookupIn({ values, budget }: Environment): (name: string) => Traced | undefined {
  return (name) => {
    const value = values.get(name)?.value;
    return value !== undefined && budget.spend(value) ? value : undefined;
  };
}

function assigned(unit: LoadedUnit, into: Gathering, surroundings: Surroundings): void {
  for (const setting of inForce(unit.settings, "Service", "Environment")) {
    const { traced } = setting.assignment;
    if (!into.budget.spend(traced)) return;
    for (const word of splitWords(traced).words) {
      const value = expandSpecifiers(word, (letter) => surroundings.specifier(letter));
      const equals = value.text.indexOf("=");
      if (equals <= 0) continue;
      const at = (span: Span) => sourceIn(unit, setting, span);
      into.values.set(value.text.slice(0, equals), {
        value: tracedSlice(value, equals + 1),
        source: at(spanOf(traced, word)),
        at,
      });
    }
  }
}

interface Gathering {
  readonly values: Map<string, Setting>;
  readonly budget: Budget;
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
  } else if (read.text.length > textLimit) {
    into.unread.push(`${path.text}: is larger than the environment of a service`);
  } else {
    const lines = new LineIndex(read.text);
    const at = (span: Span) => lines.source(path.text, span);
    const old = /\\\r?\n/.test(read.text) && (await surroundings.commentsContinue());
    for (const { name, value, span } of parseEnvironmentFile(read.text, old))
      into.values.set(name, { value, source: at(span), at });
  }
}

export async function environmentOf(
  host: Host,
  unit: LoadedUnit,
  surroundings: Surroundings,
): Promise<Environment> {
  const into: Gathering = { values: new Map(), budget: new Budget(), problems: [], unread: [] };
  assigned(unit, into, surroundings);
  // In their order: a later file replaces what an earlier one and Environment= set.
  for (const setting of inForce(unit.settings, "Service", "EnvironmentFile"))
    if (into.budget.spend(setting.assignment.traced)) await fromFile(host, setting, surroundings, into);
  for (const setting of inForce(unit.settings, "Service", "UnsetEnvironment"))
    for (const { text } of splitWords(setting.assignment.traced).words) {
      const [name = "", ...rest] = text.split("=");
      if (rest.length === 0 || into.values.get(name)?.value.text === rest.join("=")) into.values.delete(name);
    }
  return into;
}
