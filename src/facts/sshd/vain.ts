// Lines that set a keyword to something and change nothing, because another line was first (or came later).
import type { Source } from "../../core/source.js";
import { lowerCase } from "../../formats/sshd-config.js";
import { Options } from "./options.js";
import type { Entry } from "./program.js";
import type { Subject } from "./settings.js";

export interface InVain {
  /** As written. */
  readonly keyword: string;
  readonly value: string;
  readonly source: Source;
  /** The line that counts instead. */
  readonly winner: Source;
  readonly inForce: string;
}

/** Lines that stand under the same Match blocks, or under none. */
function groups(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = JSON.stringify([lowerCase(entry.keyword.name), entry.conditions?.map(({ text }) => text)]);
    const same = found.get(key) ?? [];
    found.set(key, same);
    same.push(entry);
  }
  return [...found.values()];
}

function vainOf(subject: Subject, same: readonly Entry[]): readonly InVain[] {
  if (same.length < 2) return [];
  const { values } = new Options(subject.around).run(same);
  const used = new Set([...values.values()].flatMap(({ entries }) => entries.map(({ source }) => source)));
  const [winner] = [...values.values()].flatMap(({ entries }) => entries);
  if (winner === undefined) return [];
  const text = (entry: Entry) => entry.words.join(" ");
  return same
    .filter(({ source }) => !used.has(source))
    .filter((entry) => lowerCase(text(entry)) !== lowerCase(text(winner)))
    .map((entry) => ({
      keyword: entry.line.keyword,
      value: text(entry),
      source: entry.source,
      winner: winner.source,
      inForce: text(winner),
    }));
}

/** Every line whose value differs from the one in force in its place. */
export function linesInVain(subject: Subject): readonly InVain[] {
  return groups(subject.resolved.entries).flatMap((same) => vainOf(subject, same));
}
