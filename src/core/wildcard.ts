// Shell patterns matched as fnmatch(3) and glob(7) do, in the C locale. Never builds a RegExp; knows no file system.

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\u0000-\u001f\u007f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

interface Bracket {
  /** Offset behind the closing bracket. */
  readonly end: number;
  has(character: string): boolean;
}

interface Group {
  readonly end: number;
  /** Undefined for a class that there is not: the expression it stands in matches nothing. */
  readonly has: ((character: string) => boolean) | undefined;
}

/** `[:alpha:]`, `[.x.]` or `[=x=]` at `at`: its test and where it ends. */
function named(pattern: string, at: number): Group | undefined {
  const mark = pattern[at + 1];
  if (pattern[at] !== "[" || (mark !== ":" && mark !== "." && mark !== "=")) return undefined;
  const close = pattern.indexOf(`${mark}]`, at + 2);
  if (close < 0) return undefined;
  const name = pattern.slice(at + 2, close);
  if (mark !== ":") return { end: close + 2, has: (character) => character === name };
  const test = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (test === undefined) return { end: close + 2, has: undefined };
  return { end: close + 2, has: (character) => test.test(character) };
}

/** The bracket expression that starts at `start`, or undefined where none is closed and `[` is itself. */
function bracketAt(pattern: string, start: number): Bracket | undefined {
  let at = start + 1;
  const negated = pattern[at] === "!" || pattern[at] === "^";
  if (negated) at++;
  const tests: ((character: string) => boolean)[] = [];
  let valid = true;
  for (let first = true; at < pattern.length; first = false) {
    if (pattern[at] === "]" && !first)
      return { end: at + 1, has: (character) => valid && tests.some((test) => test(character)) !== negated };
    const group = named(pattern, at);
    if (group !== undefined) {
      if (group.has === undefined) valid = false;
      else tests.push(group.has);
      at = group.end;
      continue;
    }
    if (pattern[at] === "\\" && at + 1 < pattern.length) at++;
    const low = pattern[at] ?? "";
    at++;
    if (pattern[at] === "-" && at + 1 < pattern.length && pattern[at + 1] !== "]") {
      at += pattern[at + 1] === "\\" ? 2 : 1;
      const high = pattern[at] ?? "";
      at++;
      tests.push((character) => character >= low && character <= high);
    } else tests.push((character) => character === low);
  }
  return undefined;
}

/** One step of the pattern at `at` against one character: where the pattern goes on, or undefined. */
function step(pattern: string, at: number, character: string): number | undefined {
  const sign = pattern[at];
  if (sign === "?") return at + 1;
  if (sign === "[") {
    const bracket = bracketAt(pattern, at);
    if (bracket !== undefined) return bracket.has(character) ? bracket.end : undefined;
  }
  // A backslash at the end stands for nothing.
  if (sign === "\\") return pattern[at + 1] === character ? at + 2 : undefined;
  return sign === character ? at + 1 : undefined;
}

/** Does `pattern` match all of `text`? As fnmatch(3) without flags: `*` takes any character, `/` and a leading dot too. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  // Going back to the last star alone is enough: an earlier one could only take what the last can take as well.
  let star = -1;
  let taken = 0;
  while (position < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      taken = position;
      continue;
    }
    const next = at < pattern.length ? step(pattern, at, text[position] ?? "") : undefined;
    if (next !== undefined) {
      at = next;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++taken;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** Does `pattern` match the path `text`? As glob(7): no wildcard takes a slash, nor the dot a part starts with. */
export function matchesPathWildcard(pattern: string, text: string): boolean {
  const wanted = pattern.split("/");
  const parts = text.split("/");
  return (
    wanted.length === parts.length &&
    wanted.every((one, index) => {
      const part = parts[index] ?? "";
      if (part.startsWith(".") && !one.startsWith(".") && !one.startsWith("\\.")) return false;
      return matchesWildcard(one, part);
    })
  );
}

/** Does `text` hold a sign that makes it a pattern? */
export function isWildcard(text: string): boolean {
  return /[*?[]/.test(text);
}
