// Expansion inside words of a unit: % specifiers (systemd.unit(5)) and $VARIABLES (systemd.service(5)). Knows no values.
import { splitWords, type Word } from "./systemd-words.js";
import type { Traced } from "./traced.js";

export interface Specified extends Word {
  /** Specifiers whose value the files do not tell. */
  readonly unknown: readonly string[];
}

/** Replaces `%x`; `%%` is a percent sign, and a letter that is no specifier stays with its sign. */
export function expandSpecifiers(
  word: Word,
  value: (letter: string) => string | null | undefined,
): Specified {
  if (!word.text.includes("%")) return { ...word, unknown: [] };
  const parts: string[] = [];
  const at: number[] = [];
  const unknown: string[] = [];
  for (let index = 0; index < word.text.length; index++) {
    const letter = word.text[index] === "%" ? word.text[index + 1] : undefined;
    const found = letter === undefined ? undefined : letter === "%" ? "%" : value(letter);
    if (found === null) unknown.push(`%${letter}`);
    const text = found ?? word.text[index] ?? "";
    parts.push(text);
    for (let count = 0; count < text.length; count++) at.push(word.at[index] ?? 0);
    if (typeof found === "string") index++;
  }
  return { ...word, text: parts.join(""), at, unknown };
}

export interface Expanded {
  readonly text: string;
  /** The word's place in the value of `variable`, when `$VARIABLE` alone was split into words. */
  readonly part?: Word;
  readonly variable?: string;
  /** Variables put into the word. */
  readonly used: readonly string[];
  readonly missing: readonly string[];
}

export type Lookup = (name: string) => Traced | undefined;

/**
 * One word becomes none, one or many: `$NAME` alone is split at white space (quotes respected), `${NAME}` is put in as
 * it is, anywhere; `$NAME` inside a word stays text, `$$` is a dollar sign; what is not set is empty.
 */
export function expandVariables(word: string, lookup: Lookup): readonly Expanded[] {
  if (word.startsWith("$") && word[1] !== "{" && word[1] !== "$") {
    const name = word.slice(1);
    const value = lookup(name);
    if (value === undefined) return [];
    return splitWords(value, { escapes: false, relaxed: true }).words.map((part) => ({
      text: part.text,
      part,
      variable: name,
      used: [name],
      missing: [],
    }));
  }
  if (!word.includes("$")) return [{ text: word, used: [], missing: [] }];
  const used: string[] = [];
  const missing: string[] = [];
  const text = word.replace(/\$\$|\$\{([^}:]*)\}/g, (_whole, name: string | undefined) => {
    if (name === undefined) return "$";
    const value = lookup(name);
    (value === undefined ? missing : used).push(name);
    return value?.text ?? "";
  });
  return [{ text, used, missing }];
}

/** Variables that `$NAME` alone names and nothing sets leave no word: their names, for who wants to say so. */
export function vanishing(word: string, lookup: Lookup): string | undefined {
  if (!word.startsWith("$") || word[1] === "{" || word[1] === "$") return undefined;
  return lookup(word.slice(1)) === undefined ? word.slice(1) : undefined;
}
