// Command-line flags of the Kubernetes components and etcd: words -> flags with their places. Knows no component.
import type { Source } from "../core/source.js";

export interface FlagWord {
  readonly text: string;
  readonly source: Source;
}

export interface Flag {
  /** Without dashes, `_` as `-` (pflag's word separator normalisation). */
  readonly name: string;
  readonly value: string;
  readonly source: Source;
  /** The value stands in a word of its own after the flag. */
  readonly separate: boolean;
  /** Of the word that holds the value, where that is another one. */
  readonly valueSource?: Source;
}

export interface Flags {
  /** In the order given: a flag given twice is there twice. */
  readonly flags: readonly Flag[];
  /** Words that belong to no flag. */
  readonly left: readonly FlagWord[];
  /** A flag at the end that lacks its value. */
  readonly incomplete?: Flag;
}

/**
 * Reads words as spf13/pflag does: `--name=value`, `--name value`, a bare `--name` for a boolean (which takes no value
 * from the next word), `--` ends. `singleDash` also takes `-name`, as Go's own flag package does (etcd, k3s).
 */
export function parseFlags(
  words: readonly FlagWord[],
  isBoolean: (name: string) => boolean,
  singleDash = false,
  /** Gives a word that stands where a flag may its long form; a value's word is left alone. */
  long: (word: FlagWord) => FlagWord = (word) => word,
): Flags {
  const flags: Flag[] = [];
  const left: FlagWord[] = [];
  let incomplete: Flag | undefined;
  const dashes = singleDash ? /^--?(?=[^-])/ : /^--(?=[^-])/;
  for (let index = 0; index < words.length; index++) {
    const written = words[index];
    if (written === undefined) break;
    const word = long(written);
    if (word.text === "--") {
      left.push(...words.slice(index + 1));
      break;
    }
    if (!dashes.test(word.text)) {
      left.push(word);
      continue;
    }
    const body = word.text.replace(dashes, "");
    const equals = body.indexOf("=");
    const name = (equals < 0 ? body : body.slice(0, equals)).replaceAll("_", "-");
    const next = words[index + 1];
    const here = { name, source: word.source, separate: false };
    if (equals >= 0) flags.push({ ...here, value: body.slice(equals + 1) });
    else if (isBoolean(name)) flags.push({ ...here, value: "true" });
    else if (next === undefined) {
      incomplete = { ...here, value: "" };
      flags.push(incomplete);
    } else {
      flags.push({ ...here, value: next.text, separate: true, valueSource: next.source });
      index++;
    }
  }
  return { flags, left, ...(incomplete === undefined ? {} : { incomplete }) };
}

/** strconv.ParseBool: the words Go takes for a boolean; undefined for any other. */
export function goBoolean(text: string): boolean | undefined {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  return undefined;
}

const units: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** time.ParseDuration in seconds; undefined where Go refuses it (a number without a unit, except 0). */
export function goDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  // No honest duration is longer, and a long one would be looked at again and again.
  if (text.length > 100) return undefined;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|ns)/g)];
  const sum = parts.reduce((total, [, amount, unit]) => total + Number(amount) * (units[unit ?? ""] ?? 0), 0);
  return text.startsWith("-") ? -sum : sum;
}

/** A comma-separated list as pflag's StringSlice splits it; blanks around a name are kept out. */
export function listValue(value: string): readonly string[] {
  return value
    .replace(/^\[|\]$/g, "")
    .split(",")
    .map((part) => part.trim().replace(/^"(.*)"$/, "$1"))
    .filter((part) => part !== "");
}
