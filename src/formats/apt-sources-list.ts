// sources.list(5), the one-line format: text -> sources with places. Deb822 files: apt-sources-deb822.ts.
import type { AptOption, AptSource, AptSources, AptSourcesProblem } from "./apt-source-entry.js";

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function isBlank(char: string | undefined): boolean {
  return char !== undefined && /^[\t-\r ]$/.test(char);
}

/** Reads words from a line as apt's ParseQuoteWord does: quotes and brackets hold blanks together, %XX is a byte. */
class Words {
  at = 0;

  constructor(private readonly line: string) {}

  skip(): void {
    while (isBlank(this.line[this.at])) this.at++;
  }

  /** Undefined at the end of the line and where a quote or bracket is not closed. */
  next(): Word | undefined {
    this.skip();
    const start = this.at;
    let end = start;
    for (; end < this.line.length && !isBlank(this.line[end]); end++) {
      const close = this.line[end] === '"' ? '"' : this.line[end] === "[" ? "]" : undefined;
      if (close === undefined) continue;
      end = this.line.indexOf(close, end + 1);
      if (end < 0) return undefined;
    }
    if (end === start) return undefined;
    this.at = end;
    this.skip();
    return { text: unquoted(this.line.slice(start, end)), start, end };
  }

  peek(): string | undefined {
    return this.line[this.at];
  }
}

function unquoted(word: string): string {
  return word
    .replaceAll('"', "")
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

interface Place {
  readonly line: number;
  readonly start: number;
}

/** `[ key=value … ]` after the type; a text says what is wrong with it. */
function optionsOf(words: Words, { line, start }: Place): ReadonlyMap<string, AptOption> | string {
  const found = new Map<string, AptOption>();
  if (words.peek() !== "[") return found;
  words.at++;
  words.skip();
  while (words.peek() !== "]") {
    const word = words.next();
    if (word === undefined) return "an option that cannot be read";
    const closed = word.text.endsWith("]");
    const text = closed ? word.text.slice(0, -1) : word.text;
    const equals = text.indexOf("=");
    if (word.text.length < 3 || equals < 0) return "an option without a value";
    const [key, value] = [text.slice(0, equals), text.slice(equals + 1)];
    if (key === "" || value === "") return "an option without a name or value";
    const end = closed ? word.end - 1 : word.end;
    found.set(key, { value, line, span: { start: start + word.start, end: start + end } });
    if (closed) words.at = word.end - 1;
  }
  words.at++;
  words.skip();
  return found;
}

function sourceOf(content: string, place: Place): AptSource | string {
  const words = new Words(content);
  const type = words.next()?.text;
  if (type === undefined) return "no type";
  if (type !== "deb" && type !== "deb-src") return `the type ${type} is not known`;
  const options = optionsOf(words, place);
  if (typeof options === "string") return options;
  const uri = words.next()?.text;
  if (uri === undefined) return "no URI";
  const suite = words.next()?.text;
  if (suite === undefined) return "no suite";
  if (!uri.includes(":")) return `${uri} is not a URI`;
  const components: string[] = [];
  for (let word = words.next(); word !== undefined; word = words.next()) components.push(word.text);
  if (suite.endsWith("/") && components.length > 0) return "components after a path";
  if (!suite.endsWith("/") && components.length === 0) return "no component";
  const span = { start: place.start, end: place.start + content.trimEnd().length };
  return {
    types: [type],
    uris: [uri],
    suites: [suite],
    components,
    options,
    enabled: true,
    line: place.line,
    span,
  };
}

/** Reads a `.list` file. One mistake is enough: apt then reads no source at all. */
export function parseSourcesList(text: string): AptSources {
  const sources: AptSource[] = [];
  const problems: AptSourcesProblem[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const comment = raw.indexOf("#");
    const content = comment < 0 ? raw : raw.slice(0, comment);
    const place = { line: index + 1, start };
    start += raw.length + 1;
    if (content.trim() === "") continue;
    const source = sourceOf(content, place);
    if (typeof source === "string") problems.push({ line: place.line, message: source });
    else sources.push(source);
  }
  return { sources, problems };
}
