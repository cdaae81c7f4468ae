// The rules of an AppArmor policy file by the profiles they stand in, what it includes, its variables, and where a further
// rule can be written. Judges none of them.
import { addTo } from "../core/add-to.js";
import type { Span } from "../core/source.js";
import { flagsOf, headerOf, unquoted, type Word, words } from "./apparmor-profile.js";

export interface Rule {
  /** Its words without the comma that ends it. */
  readonly words: readonly string[];
  readonly span: Span;
  readonly line: number;
}

export interface ProfileRules {
  /** With its parents': `parent//child`. */
  readonly name: string;
  readonly flags: readonly string[];
  readonly line: number;
  readonly rules: readonly Rule[];
  /** Paths below /etc/apparmor.d, or absolute ones. */
  readonly includes: readonly string[];
  /** Of its closing brace. */
  readonly end: number;
}

export interface PolicyRules {
  readonly profiles: readonly ProfileRules[];
  /** Rules outside a profile: those of a file that is to be included into one. */
  readonly loose: readonly Rule[];
  readonly includes: readonly string[];
  /** `NAME` of `@{NAME}` with its values; later lines add to it. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
  /** What cannot be followed, in words. */
  readonly problem: string | undefined;
}

const depthLimit = 64;

interface Open {
  readonly name: string;
  readonly flags: readonly string[];
  readonly line: number;
  readonly rules: Rule[];
  readonly includes: string[];
  /** A block of conditions or qualifiers: what stands in it is not known to hold. */
  readonly isOther: boolean;
}

/** `@{NAME} = a "b c"` and `+=`; both forms of a name (apparmor.d(5) "Variables"). */
function variablesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const line = /^[ \t]*@(?:\{([A-Za-z_]\w{0,100})\}|([A-Za-z_]\w{0,100}))[ \t]*(\+?=)(.*)$/gm;
  for (const [, braced, bare, sign, rest = ""] of text.matchAll(line)) {
    const name = braced ?? bare ?? "";
    const values = [...rest.matchAll(/"([^"]*)"|#.*|([^\s"#][^\s"]*)/g)].flatMap(
      ([, quoted, plain]) => quoted ?? plain ?? [],
    );
    if (sign !== "+=") found.set(name, [...values]);
    else for (const value of values) addTo(found, name, value);
  }
  return found;
}

/** `include <a>`, `include if exists "b"`, `#include <a>`: what it names, and the words that it takes. */
function includeAt(
  all: readonly Word[],
  at: number,
): { readonly path: string; readonly taken: number } | undefined {
  const word = all[at];
  if (word === undefined) return undefined;
  const named = (text: string) => text.replace(/^[<"]|[>"],?$/g, "");
  if (word.text.startsWith("#"))
    return { path: named(/[<"].*$/.exec(word.text)?.[0].trim() ?? ""), taken: 1 };
  if (word.text !== "include") return undefined;
  const rest = all.slice(at + 1, at + 6).filter((one) => one.line === word.line);
  const length = rest.findIndex(({ text }) => /^[<"]/.test(text));
  return length < 0 ? undefined : { path: named(rest[length]?.text ?? ""), taken: length + 2 };
}

class Reader {
  readonly profiles: ProfileRules[] = [];
  readonly loose: Rule[] = [];
  readonly includes: string[] = [];
  private readonly open: Open[] = [];
  private before: Word[] = [];

  /** What cannot be followed, or nothing. */
  read(text: string): string | undefined {
    const all = words(text);
    for (let at = 0; at < all.length; at++) {
      const word = all[at];
      if (word === undefined) break;
      const include = this.before.length === 0 || word.text.startsWith("#") ? includeAt(all, at) : undefined;
      if (include !== undefined) {
        (this.open.at(-1)?.includes ?? this.includes).push(include.path);
        at += include.taken - 1;
      } else if (word.text === "{") {
        if (this.open.length === depthLimit) return `line ${word.line} nests more than ${depthLimit} blocks`;
        this.enter(word);
      } else if (word.text === "}") {
        if (!this.leave(word)) return `line ${word.line} closes a block that is not open`;
      } else {
        this.before.push(word);
        if (word.text.endsWith(",")) this.rule();
      }
    }
    return this.open.length > 0 ? "a block is not closed" : undefined;
  }

  private enter(brace: Word): void {
    const header = headerOf(this.before, this.open.length === 0);
    const parent = this.open.at(-1);
    const own = unquoted(header[0]?.text ?? "").replace(/^\^/, "");
    const name = own === "" || parent === undefined || parent.name === "" ? own : `${parent.name}//${own}`;
    const isOther = own === "" || parent?.isOther === true;
    this.open.push({ name, flags: flagsOf(header), line: brace.line, rules: [], includes: [], isOther });
    this.before = [];
  }

  private leave(brace: Word): boolean {
    const closed = this.open.pop();
    this.before = [];
    if (closed === undefined) return false;
    const { isOther, ...profile } = closed;
    if (!isOther) this.profiles.push({ ...profile, end: brace.at });
    return true;
  }

  private rule(): void {
    const [first] = this.before;
    const last = this.before.at(-1);
    if (first !== undefined && last !== undefined) {
      const texts = this.before.map(({ text }) => text);
      const parts = [...texts.slice(0, -1), last.text.slice(0, -1)].filter((text) => text !== "");
      const span = { start: first.at, end: last.at + last.text.length };
      (this.open.at(-1)?.rules ?? this.loose).push({ words: parts, span, line: first.line });
    }
    this.before = [];
  }
}

/** Never throws; depth is a list, not recursion. */
export function parsePolicyRules(text: string): PolicyRules {
  const reader = new Reader();
  const problem = reader.read(text);
  const { profiles, loose, includes } = reader;
  return { profiles, loose, includes, variables: variablesOf(text), problem };
}
