// The headers of an AppArmor policy file: which profiles it holds, with which flags (apparmor.d(5)). Not their rules.

export interface ProfileHeader {
  /** Of a child or hat with its parents': `parent//child`. */
  readonly name: string;
  readonly flags: readonly string[];
  /** Of the opening brace, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface PolicyFile {
  readonly profiles: readonly ProfileHeader[];
  /** What cannot be followed, in words. */
  readonly problem: string | undefined;
}

/** Real policies nest a child or hat in a profile, and blocks of rules in those. */
const depthLimit = 64;

export interface Word {
  readonly text: string;
  readonly line: number;
  /** Where it starts in the text. */
  readonly at: number;
}

/** Quoted words, lists in parentheses and the braces of blocks are words of their own; a path keeps its braces. */
const wordPattern =
  /"(?:[^"\\\n]|\\.)*"|\([^()]*\)|\{(?=[\s#}]|$)|\{[^\s"(]*|\}|\n|#[^\n]*|[^\s"(){}#=][^\s"(]*|[^\s]/g;

/** All but blanks and comments; `#include <…>` is no comment. */
export function words(text: string): readonly Word[] {
  const found: Word[] = [];
  let line = 1;
  for (const { 0: word, index: at } of text.matchAll(wordPattern)) {
    if (word !== "\n" && (!word.startsWith("#") || /^#include\s/.test(word)))
      found.push({ text: word, line, at });
    for (let at = word.indexOf("\n"); at >= 0; at = word.indexOf("\n", at + 1)) line++;
  }
  return found;
}

export function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1) : word;
}

export function flagsOf(header: readonly Word[]): readonly string[] {
  const at = header.findIndex(({ text }) => /^flags=?$/.test(text));
  const bare = header.find(({ text }) => text.startsWith("("));
  const list = at < 0 ? bare : header.slice(at).find(({ text }) => text.startsWith("("));
  return (list?.text.slice(1, -1) ?? "").split(/[\s,]+/).filter((flag) => flag !== "");
}

/** The words that open a profile; none for blocks of another kind (`if`, `owner {`). */
export function headerOf(before: readonly Word[], isTop: boolean): readonly Word[] {
  const keyword = before.findLastIndex(({ text }) => text === "profile" || text === "hat");
  if (keyword >= 0) return before.slice(keyword + 1);
  const last = before.at(-1)?.line;
  const line = before.filter((word) => word.line === last);
  const [first] = line;
  return first !== undefined && (isTop ? /^["/@]/ : /^\^/).test(first.text) ? line : [];
}

/** The programs that a header's text names: its second word, or the first where that is no name. Empty: entered by name alone. */
export function headerAttachment(header: string): string {
  const parts = words(header)
    .map(({ text }) => unquoted(text))
    .filter((text) => text !== "profile");
  const [first = "", second = ""] = parts;
  const isPath = (word: string) => /^[/@{]/.test(word);
  return isPath(second) ? second : isPath(first) ? first : "";
}

/** Never throws; depth is a list, not recursion. */
export function parsePolicyFile(text: string): PolicyFile {
  const profiles: ProfileHeader[] = [];
  const open: string[] = [];
  let before: Word[] = [];
  for (const word of words(text.replace(/^\ufeff/, ""))) {
    if (word.text.startsWith("#")) continue;
    if (word.text === "{") {
      if (open.length === depthLimit)
        return { profiles, problem: `line ${word.line} nests more than ${depthLimit} blocks` };
      const header = headerOf(before, open.length === 0);
      const parent = open.at(-1) ?? "";
      const own = unquoted(header[0]?.text ?? "").replace(/^\^/, "");
      const name = own === "" ? parent : parent === "" ? own : `${parent}//${own}`;
      const shown = header.map(({ text: part }) => part).join(" ");
      if (own !== "") profiles.push({ name, flags: flagsOf(header), line: word.line, text: shown });
      open.push(name);
      before = [];
    } else if (word.text === "}") {
      if (open.pop() === undefined)
        return { profiles, problem: `line ${word.line} closes a block that is not open` };
      before = [];
    } else if (word.text.endsWith(",")) before = [];
    else before.push(word);
  }
  return { profiles, problem: open.length > 0 ? "a block is not closed" : undefined };
}
