// What reading the words behind a keyword gives: values in the spelling of `sshd -T`, or why sshd would not start.
import { lowerCase } from "../../formats/sshd-config.js";
import type { SshdBuild } from "./build.js";

/** What happens when a value is there already: the first stays, the last counts, or all are kept. */
export type Keep = "first" | "last" | "append";

export interface Part {
  /** Keywords with several values of their own life (RekeyLimit, MaxStartups, …) name them. */
  readonly slot?: string;
  readonly texts: readonly string[];
  readonly keep: Keep;
}

export type Reading =
  | {
      readonly parts: readonly Part[];
      /** Words taken; what is left over is an error. */
      readonly used: number;
    }
  | { readonly problem: string };

export interface Input {
  readonly words: readonly string[];
  /** All behind the keyword as written. */
  readonly rest: string;
  readonly build: SshdBuild;
  /** Does the line count, or is it only looked at? */
  readonly active: boolean;
  /** Is a value of this keyword (and slot) there already? */
  readonly has: (name: string) => boolean;
  /** How many values there are already. */
  readonly count: (name: string) => number;
  /** The home directory of a user, of root without a name. */
  readonly home: (user: string | undefined) => string | undefined;
  /** A TCP port by its name in services(5). */
  readonly service: (name: string) => number | undefined;
}

export type Reader = (input: Input) => Reading;

export function problem(text: string): { readonly problem: string } {
  return { problem: text };
}

export const missing = problem("the argument is missing");

/** The value of one word. */
export type Convert = (word: string, input: Input) => string | { readonly problem: string };

/** A keyword that takes one word and keeps the first value. */
export function one(convert: Convert, keep: Keep = "first"): Reader {
  return (input) => {
    const word = input.words[0];
    if (word === undefined || word === "") return missing;
    const value = convert(word, input);
    return typeof value === "string" ? { parts: [{ texts: [value], keep }], used: 1 } : value;
  };
}

/** Words in any case, and what `sshd -T` prints for each. */
export function choice(values: Readonly<Record<string, string>>): Convert {
  const known = new Map(Object.entries(values));
  return (word) => known.get(lowerCase(word)) ?? problem(`unsupported option "${word}"`);
}

/** Words that must be spelt exactly so. */
export function exactly(values: readonly string[]): Convert {
  return (word) => (values.includes(word) ? word : problem(`bad argument "${word}"`));
}

export const yesNo: Convert = choice({ yes: "yes", no: "no" });

/** Yes or no: in lower case only up to 7.6. */
export const flag: Reader = (input) => one(input.build.version < 707 ? exactly(["yes", "no"]) : yesNo)(input);

export const asWritten: Convert = (word) => word;

/** strtonum(3): white space and a sign may lead. */
export function decimal(word: string, min: number, max: number): number | undefined {
  if (!/^[ \t\n\v\f\r]*[+-]?\d+$/.test(word)) return undefined;
  const value = Number(word);
  return value >= min && value <= max ? value : undefined;
}

export const intMax = 2147483647;

/** Up to 7.6 what is no number was taken for 0 (atoi). */
export const integer: Convert = (word, { build }) => {
  if (build.version < 707) return String(Number(/^\s*([+-]?\d+)/.exec(word)?.[1] ?? 0));
  const value = decimal(word, 0, intMax);
  return value === undefined ? problem(`"${word}" is not a whole number of 0 or more`) : String(value);
};

/** `~` and `~user` in front become home directories; sshd exits for an unknown user. */
export function tilde(word: string, input: Input): string | { readonly problem: string } {
  if (!word.startsWith("~")) return word;
  const slash = word.indexOf("/");
  const user = word.slice(1, slash < 0 ? undefined : slash);
  const home = input.home(user === "" ? undefined : user);
  if (home === undefined) return problem(`no such user: ${user}`);
  const rest = slash < 0 ? "" : word.slice(slash).replace(/^\/+/, "");
  return `${home}${home.endsWith("/") ? "" : "/"}${rest}`;
}

/** A file name; one that is not absolute is below the directory sshd was started in, which is `/`. */
export const path: Convert = (word, input) => {
  if (lowerCase(word) === "none") return "none";
  const expanded = tilde(word, input);
  if (typeof expanded !== "string" || expanded.startsWith("/")) return expanded;
  return `//${expanded}`;
};

export const tcpPort = (word: string, input: Input): number | undefined =>
  decimal(word, 0, 65535) ?? input.service(word);
