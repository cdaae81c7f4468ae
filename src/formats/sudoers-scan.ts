// How far one lexical element of sudoers reaches from an offset: pure functions over text. No tokens, no context.
// Every function answers the end of its element, or the offset itself where there is none (sudoers(5), "SUDOERS FILE FORMAT").

/** What sudo takes for a blank. */
export function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

/** Past blanks and tabs. */
export function blanksEnd(text: string, at: number): number {
  let end = at;
  while (isBlank(text[end])) end++;
  return end;
}

/** Past the end of a line: `\n`, `\r\n`, or a NUL byte, which ends the line for sudo and hides the rest of it. */
export function newlineEnd(text: string, at: number): number {
  const start = text[at] === "\r" ? at + 1 : at;
  return text[start] === "\n" || text[start] === "\0" ? start + 1 : at;
}

/** Past a backslash, blanks and the end of the line: the line goes on. */
export function continuationEnd(text: string, at: number): number {
  if (text[at] !== "\\") return at;
  const blanks = blanksEnd(text, at + 1);
  const end = newlineEnd(text, blanks);
  return end === blanks ? at : end;
}

/** Before the end of the line. */
export function lineRest(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\0") end++;
  return end;
}

function runEnd(
  text: string,
  at: number,
  stops: ReadonlySet<string>,
  escaped: (next: string) => boolean,
): number {
  let end = at;
  while (end < text.length) {
    const character = text[end] ?? "";
    if (character === "\\") {
      const next = text[end + 1];
      if (next === undefined || !escaped(next)) return end;
      end += 2;
    } else if (stops.has(character)) return end;
    else end++;
  }
  return end;
}

const wordStops = new Set('#>!=:,() \t\r\n\0"');
const pathStops = new Set(",:= \t\r\n#\0");
const pathEscapes = new Set(",:= \t#");
const valueStops = new Set('#=, \t\r\n"\0');
const argumentStops = new Set("#\\:, \t\r\n\0");
const patternStops = new Set("#\\$\r\n\0");

/** A name: of a user, a host, an option's value. A backslash takes the next character as it is. */
export function wordEnd(text: string, at: number): number {
  return runEnd(text, at, wordStops, (next) => next !== "\t" && next !== "\n" && next !== "\0");
}

/** An absolute path: a slash and something after it. Only sudoers' own special characters can be escaped in it. */
export function pathEnd(text: string, at: number): number {
  if (text[at] !== "/") return at;
  const end = runEnd(text, at + 1, pathStops, (next) => pathEscapes.has(next));
  return end === at + 1 ? at : end;
}

/** The value of a Defaults setting, unquoted. */
export function valueEnd(text: string, at: number): number {
  if (text[at] === "!") return at;
  return runEnd(text, at, valueStops, (next) => next !== "\r" && next !== "\n" && next !== "\0");
}

/** Plain characters of one argument of a command. */
export function argumentEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !argumentStops.has(text[end] ?? "")) end++;
  return end;
}

/** Plain characters of an argument pattern (`^…$`). */
export function patternBodyEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !patternStops.has(text[end] ?? "")) end++;
  return end;
}

/** `#1000`, `#-1`. */
export function idEnd(text: string, at: number): number {
  if (text[at] !== "#") return at;
  const digits = text[at + 1] === "-" ? at + 2 : at + 1;
  let end = digits;
  while (isDigit(text[end])) end++;
  return end === digits ? at : end;
}

/** A name or a number sign with a number, whichever is there. */
export function nameEnd(text: string, at: number): number {
  return Math.max(wordEnd(text, at), idEnd(text, at));
}

export interface PatternReach {
  /** As everywhere here: the offset itself where there is no pattern. */
  readonly end: number;
  /** Where looking for the end stopped: without a pattern, none starts before this either. */
  readonly stop: number;
}

/** From `^` to the furthest `$` that is not cut off by a number sign, a line's end or an unescaped `$` before it. */
export function patternReach(text: string, at: number): PatternReach {
  let found = at;
  let here = at + 1;
  for (; here < text.length; here++) {
    const character = text[here] ?? "";
    const escaped = text[here - 1] === "\\" && here - 1 > at;
    if (character === "$") {
      found = here + 1;
      if (!escaped) break;
    } else if (character === "\r" || character === "\n" || character === "\0") break;
    else if (character === "#" && !escaped) break;
  }
  return { end: found, stop: here };
}

/** An alias or another word in capitals. */
export function capitalsEnd(text: string, at: number): number {
  const first = text[at] ?? "";
  if (first < "A" || first > "Z" || first.length === 0) return at;
  let end = at + 1;
  for (;;) {
    const character = text[end];
    if (character === undefined) return end;
    if ((character >= "A" && character <= "Z") || isDigit(character) || character === "_") end++;
    else return end;
  }
}

/** The name of a Defaults setting. */
export function settingEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    const character = text[end];
    if (character === undefined || !((character >= "a" && character <= "z") || character === "_")) return end;
    end++;
  }
}

const octet = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})";
const ipv4 = `${octet}(?:\\.${octet}){3}`;
const group = "[0-9A-Fa-f]{0,4}";
const ipv6 = `(?:(?:${group}:){2,6}:${ipv4}|(?:${group}:){2,7}${group})`;
const ipv4Network = new RegExp(`^${ipv4}(?:/(?:${ipv4}|[12]?[0-9]|3[0-2]))?$`);
const ipv6Network = new RegExp(`${ipv6}(?:/(?:${ipv6}|12[0-8]|1[01][0-9]|[1-9]?[0-9]))?`, "y");

/** The longest address and mask of IPv4 or IPv6, or nothing. */
export function networkEnd(text: string, at: number): number {
  const first = text[at] ?? "";
  if (!/^[0-9A-Fa-f:]/.test(first)) return at;
  const word = wordEnd(text, at);
  // An IPv4 address consists of what names consist of: it is one only where the whole name is.
  const plain = word - at <= 40 && ipv4Network.test(text.slice(at, word)) ? word : at;
  ipv6Network.lastIndex = at;
  const long = ipv6Network.exec(text)?.[0].length ?? 0;
  return Math.max(plain, at + long);
}

/** At most one `::` in each address of a network, as sudo asks of IPv6. */
export function validNetwork(network: string): boolean {
  return network.split("/").every((address) => {
    const first = address.indexOf("::");
    return first === -1 || address.indexOf("::", first + 1) === -1;
  });
}
