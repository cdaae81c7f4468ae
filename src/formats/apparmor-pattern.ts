// The paths that an AppArmor profile attaches to: * ** ? [a-z] [^a] {a,b} \x (apparmor.d(5) "Globbing"). No variables.

/** Paths without alternatives that one pattern may stand for. */
const expansionLimit = 512;
const lengthLimit = 4096;

/** Where the brace that opens at `start` ends, and its commas; undefined where it does not end. */
function braceAt(
  pattern: string,
  start: number,
): { readonly end: number; readonly cuts: readonly number[] } | undefined {
  const cuts: number[] = [];
  let depth = 0;
  for (let at = start; at < pattern.length; at++) {
    const one = pattern[at];
    if (one === "\\") at++;
    else if (one === "{") depth++;
    else if (one === "," && depth === 1) cuts.push(at);
    else if (one === "}" && --depth === 0) return { end: at, cuts };
  }
  return undefined;
}

function openingOf(pattern: string): number {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern[at] === "{") return at;
  }
  return -1;
}

function expanded(pattern: string): readonly string[] | undefined {
  const done: string[] = [];
  const left = [pattern];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (done.length + left.length > expansionLimit || one.length > lengthLimit) return undefined;
    const start = openingOf(one);
    if (start < 0) {
      done.push(one);
      continue;
    }
    const brace = braceAt(one, start);
    if (brace === undefined) return undefined;
    const bounds = [start, ...brace.cuts, brace.end];
    for (let part = 0; part + 1 < bounds.length; part++)
      left.push(
        one.slice(0, start) + one.slice((bounds[part] ?? 0) + 1, bounds[part + 1]) + one.slice(brace.end + 1),
      );
  }
  return done;
}

type Token = { readonly many: boolean; readonly fits: (one: string) => boolean };

function setOf(body: string): (one: string) => boolean {
  const negated = body.startsWith("^");
  const rest = negated ? body.slice(1) : body;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < rest.length; at++) {
    const first = rest.charAt(at);
    const isRange = rest[at + 1] === "-" && at + 2 < rest.length;
    ranges.push([first, isRange ? rest.charAt(at + 2) : first]);
    if (isRange) at += 2;
  }
  return (one) => one !== "/" && ranges.some(([from, to]) => from <= one && one <= to) !== negated;
}

const notSlash = (one: string) => one !== "/";

function tokensOf(pattern: string): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const one = pattern.charAt(at);
    const close = one === "[" ? pattern.indexOf("]", at + 2) : -1;
    if (one === "*") {
      const deep = pattern[at + 1] === "*";
      found.push({ many: true, fits: deep ? () => true : notSlash });
      if (deep) at++;
    } else if (one === "?") found.push({ many: false, fits: notSlash });
    else if (close > 0) {
      found.push({ many: false, fits: setOf(pattern.slice(at + 1, close)) });
      at = close;
    } else {
      const literal = one === "\\" && at + 1 < pattern.length ? pattern.charAt(++at) : one;
      found.push({ many: false, fits: (other) => other === literal });
    }
  }
  return found;
}

/** Every state at once: no pattern takes more than its length times the path's. */
function matches(tokens: readonly Token[], path: string): boolean {
  const skipped = (states: Set<number>) => {
    for (const at of states) if (tokens[at]?.many === true) states.add(at + 1);
    return states;
  };
  let states = skipped(new Set([0]));
  for (const one of path) {
    const next = new Set<number>();
    for (const at of states) {
      const token = tokens[at];
      if (token?.fits(one) === true) next.add(token.many ? at : at + 1);
    }
    if (next.size === 0) return false;
    states = skipped(next);
  }
  return states.has(tokens.length);
}

/** As apparmor_parser reads it: slashes in a row are one, and a star that is a whole part stands for one character at least. */
function asParsed(pattern: string): string {
  return pattern.replace(/\/{2,}/g, "/").replace(/\/(\*{1,2})(?=\/|$)/g, "/?$1");
}

/** Does a path (or, not `isPath`, a label or name) fit? Undefined for a pattern that is malformed or stands for too much to be compared. */
export function attachment(pattern: string, isPath = true): ((path: string) => boolean) | undefined {
  const alternatives = expanded(pattern);
  if (alternatives === undefined || pattern.includes("@{")) return undefined;
  const compiled = alternatives.map((one) => tokensOf(isPath ? asParsed(one) : one));
  return (path) => compiled.some((tokens) => matches(tokens, path));
}

/** The paths, wildcards left in, that its braces stand for; undefined where they are malformed or too many. */
export function alternativesOf(pattern: string): readonly string[] | undefined {
  return expanded(pattern);
}
