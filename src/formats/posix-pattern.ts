// Whether a POSIX extended regular expression is well-formed as sudo and the C library take it. Matches nothing.

const longest = 1024;
const bound = /^\{(\d*)(?:(,)(\d*))?\}/;
const classes = new Set(
  "alnum alpha blank cntrl digit graph lower print punct space upper xdigit".split(" "),
);
const misplaced = "invalid preceding regular expression";
const unmatchedBracket = "unmatched [, [^, [:, [., or [=";

/** The length of a bound `{1,3}` at the start of `text`, or what is wrong with it. */
function boundAt(text: string): number | string {
  const match = bound.exec(text);
  const [whole = "", low = "", comma = "", high = ""] = match ?? [];
  if (match === null || (low === "" && high === ""))
    return "invalid content of a bound in regular expression";
  const [least, most] = [Number(low), comma !== "" && high === "" ? 255 : Number(high || low)];
  return least > 255 || most > 255 || least > most ? "invalid bound in regular expression" : whole.length;
}

/** The end of a bracket expression that starts at `at`, or what is wrong with it. */
function bracketAt(pattern: string, at: number): number | string {
  let from = pattern[at + 1] === "^" ? at + 2 : at + 1;
  const first = from;
  let low: string | undefined;
  for (; from < pattern.length; from++) {
    const character = pattern[from] ?? "";
    // A closing bracket in the first place is a member.
    if (character === "]" && from > first) return from + 1;
    const kind = character === "[" ? (pattern[from + 1] ?? "") : "";
    if (kind === ":" || kind === "." || kind === "=") {
      const close = pattern.indexOf(`${kind}]`, from + 2);
      if (close === -1) return unmatchedBracket;
      if (kind === ":" && !classes.has(pattern.slice(from + 2, close))) return "invalid character class name";
      from = close + 1;
      low = undefined;
    } else if (character === "-" && low !== undefined && pattern[from + 1] !== "]") {
      if ((pattern[from + 1] ?? "") < low) return "invalid range end";
      from++;
      low = undefined;
    } else low = character;
  }
  return unmatchedBracket;
}

/** sudo's own look before it asks the library: no repetition of a repetition, brackets not minded (lib/util/regex.c). */
function repeated(text: string): boolean {
  let repetition = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    const length = character === "{" ? (bound.exec(text.slice(at, at + 64))?.[0].length ?? 0) : 0;
    const repeats = "*+?".includes(character) || length > 0;
    if (repeats && repetition) return true;
    repetition = repeats;
    if (character === "\\") at++;
    else if (length > 0) at += length - 1;
  }
  return false;
}

/** What an element allows after it: nothing to repeat yet, something, or a repetition that was just made. */
type Before = "start" | "element" | "repetition";

/** What is wrong with `pattern`, undefined when nothing is (regex(7), glibc's reading of it). */
export function posixPatternProblem(pattern: string): string | undefined {
  if (Buffer.byteLength(pattern) > longest) return "regular expression too large";
  const text = pattern.replace(/^(\^?)\(\?i\)/, "$1");
  if (repeated(text)) return misplaced;
  const open: number[] = [];
  const closed = new Set<number>();
  let groups = 0;
  let before: Before = "start";
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? "";
    if ("*+?{".includes(character)) {
      if (before !== "element") return misplaced;
      const length = character === "{" ? boundAt(text.slice(at, at + 64)) : 1;
      if (typeof length === "string") return length;
      before = "repetition";
      at += length;
      continue;
    }
    // Anchors take no repetition, wherever they stand.
    before = "^$|(".includes(character) ? "start" : "element";
    if (character === "(") open.push(++groups);
    // A closing parenthesis without an opening one is itself.
    const group = character === ")" ? open.pop() : undefined;
    if (group !== undefined) closed.add(group);
    if (character === "\\") {
      const next = text[at + 1];
      if (next === undefined) return "trailing backslash";
      if (/[1-9]/.test(next) && !closed.has(Number(next))) return "invalid back reference";
    }
    const end = character === "[" ? bracketAt(text, at) : at + (character === "\\" ? 2 : 1);
    if (typeof end === "string") return end;
    at = end;
  }
  return open.length > 0 ? "unmatched ( or \\(" : undefined;
}
