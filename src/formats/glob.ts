// Patterns of file names as glob(3) and fnmatch(3) take them: * ? [a-z] [!a-z] [[:alpha:]] \x. One name, no directories.

type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "many" }
  | { readonly kind: "set"; readonly negated: boolean; readonly has: (character: string) => boolean };

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[ \t]$/,
  cntrl: /^[\x00-\x1f\x7f]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[ \t\n\v\f\r]$/,
  upper: /^[A-Z]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** The length of `[:name:]` at `at`; 0 where there is none, or none of that name. */
function classLength(text: string, at: number): number {
  const found = /^\[:([a-z]{1,8}):\]/.exec(text.slice(at, at + 12));
  return found !== null && Object.hasOwn(classes, found[1] ?? "") ? found[0].length : 0;
}

/** Where the bracket that opens at `start` ends; undefined where it does not, and then it is a plain character. */
function bracketEnd(pattern: string, start: number): number | undefined {
  let at = start + (pattern[start + 1] === "!" ? 2 : 1);
  // A bracket right at the start is a member.
  if (pattern[at] === "]") at++;
  if (!pattern.includes("]", at)) return undefined;
  while (at < pattern.length && pattern[at] !== "]") at += classLength(pattern, at) || 1;
  return at < pattern.length ? at : undefined;
}

function bracket(body: string): (character: string) => boolean {
  const tests: ((character: string) => boolean)[] = [];
  const rest = body.replace(/\[:([a-z]+):\]/g, (all, name: string) => {
    const known = Object.hasOwn(classes, name) ? classes[name] : undefined;
    if (known === undefined) return all;
    tests.push((character) => known.test(character));
    return "";
  });
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === "\\" && at + 1 < rest.length) at++;
    const first = rest.charAt(at);
    const ranged = rest[at + 1] === "-" && at + 2 < rest.length;
    const last = ranged ? rest.charAt(at + 2) : first;
    tests.push((character) => first <= character && character <= last);
    if (ranged) at += 2;
  }
  return (character) => tests.some((test) => test(character));
}

function tokens(pattern: string): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    const end = character === "[" ? bracketEnd(pattern, at) : undefined;
    if (character === "\\" && at + 1 < pattern.length)
      found.push({ kind: "text", text: pattern.charAt(++at) });
    else if (character === "?") found.push({ kind: "any" });
    else if (character === "*") {
      if (found.at(-1)?.kind !== "many") found.push({ kind: "many" });
    } else if (end !== undefined) {
      const negated = pattern[at + 1] === "!";
      found.push({ kind: "set", negated, has: bracket(pattern.slice(at + (negated ? 2 : 1), end)) });
      at = end;
    } else found.push({ kind: "text", text: character });
  }
  return found;
}

function fits(token: Token | undefined, character: string): boolean {
  if (token === undefined || token.kind === "many") return false;
  if (token.kind === "any") return true;
  return token.kind === "text" ? token.text === character : token.has(character) !== token.negated;
}

export interface Glob {
  /** Without a wildcard the pattern names one file: this one. */
  readonly literal: string | undefined;
  /** A leading dot is matched by a dot alone. Time grows with name times pattern, never faster. */
  matches(name: string): boolean;
}

/** PATH_MAX: no name is longer, and no honest pattern. */
const patternLimit = 4096;

export function globOf(pattern: string): Glob {
  if (pattern.length > patternLimit) return { literal: undefined, matches: () => false };
  const list = tokens(pattern);
  const plain = list.flatMap((token) => (token.kind === "text" ? [token.text] : []));
  const first = list[0];
  return {
    literal: plain.length === list.length ? plain.join("") : undefined,
    matches(name) {
      if (name.startsWith(".") && !(first?.kind === "text" && first.text === ".")) return false;
      let at = 0;
      let token = 0;
      let star = -1;
      let resume = 0;
      while (at < name.length) {
        if (list[token]?.kind === "many") {
          star = token++;
          resume = at;
        } else if (fits(list[token], name.charAt(at))) {
          at++;
          token++;
        } else if (star >= 0) {
          token = star + 1;
          at = ++resume;
        } else return false;
      }
      while (list[token]?.kind === "many") token++;
      return token === list.length;
    },
  };
}
