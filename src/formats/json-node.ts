// Strict JSON (RFC 8259, as Go's encoding/json takes it) -> nodes with spans and lines. No comments, no trailing commas.
import type { YamlEntry, YamlNode, YamlScalar } from "./yaml-node.js";

export interface JsonProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}
export type JsonText =
  | { readonly state: "ok"; readonly root: YamlNode; readonly duplicates: readonly YamlEntry[] }
  | { readonly state: "error"; readonly problem: JsonProblem };

/** Levels of nesting: far more than any configuration has, far less than a stack takes. */
const depthLimit = 100;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literals: readonly (readonly [string, boolean | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

class Stop extends Error {}

class Reader {
  private at = 0;
  private line = 1;
  private lineStart = 0;
  readonly duplicates: YamlEntry[] = [];

  constructor(private readonly text: string) {}

  document(): YamlNode {
    const root = this.value(0);
    this.space();
    if (this.at < this.text.length) throw new Stop("something follows the value");
    return root;
  }

  position(): { readonly line: number; readonly column: number } {
    return { line: this.line, column: this.at - this.lineStart + 1 };
  }

  private space(): void {
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at];
      if (character === "\n") {
        this.line++;
        this.lineStart = this.at + 1;
      } else if (character !== " " && character !== "\t" && character !== "\r") return;
    }
  }

  private value(depth: number): YamlNode {
    if (depth > depthLimit) throw new Stop(`nested deeper than ${depthLimit} levels`);
    this.space();
    const character = this.text[this.at];
    if (character === "{") return this.object(depth);
    if (character === "[") return this.array(depth);
    if (character === '"') return this.string();
    return this.plain();
  }

  private start() {
    return { from: this.at, ...this.position() };
  }

  private base({ from, line, column }: { from: number; line: number; column: number }) {
    return { span: { start: from, end: this.at }, line, column };
  }

  private object(depth: number): YamlNode {
    const start = this.start();
    const entries: YamlEntry[] = [];
    const seen = new Set<string>();
    this.at++;
    for (this.space(); this.text[this.at] !== "}"; this.space()) {
      if (entries.length > 0) this.expect(",");
      this.space();
      if (this.text[this.at] !== '"') throw new Stop('a key in double quotes or "}" is missing');
      const keyNode = this.string();
      const key = String(keyNode.value);
      this.space();
      this.expect(":");
      const entry = { key, keyNode, value: this.value(depth + 1) };
      if (seen.has(key)) this.duplicates.push(entry);
      seen.add(key);
      entries.push(entry);
    }
    this.at++;
    return { kind: "map", ...this.base(start), entries, flow: true };
  }

  private array(depth: number): YamlNode {
    const start = this.start();
    const items: YamlNode[] = [];
    this.at++;
    for (this.space(); this.text[this.at] !== "]"; this.space()) {
      if (items.length > 0) this.expect(",");
      items.push(this.value(depth + 1));
    }
    this.at++;
    return { kind: "list", ...this.base(start), items, flow: true };
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) throw new Stop(`"${character}" is missing`);
    this.at++;
  }

  private string(): YamlScalar {
    const start = this.start();
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    const raw = this.text.slice(this.at, end + 1);
    const value = stringValue(raw);
    if (value === undefined) throw new Stop("a string is not well formed");
    this.at = end + 1;
    return { kind: "scalar", ...this.base(start), value, text: raw.slice(1, -1), quoted: true };
  }

  private plain(): YamlScalar {
    const start = this.start();
    number.lastIndex = this.at;
    const digits = number.exec(this.text)?.[0];
    const literal = literals.find(([word]) => this.text.startsWith(word, this.at));
    const text = digits ?? literal?.[0];
    if (text === undefined) throw new Stop("a value is missing");
    this.at += text.length;
    // A whole number keeps all its digits; one with a point or exponent is none to Go's integers.
    const value = literal !== undefined ? literal[1] : /[.eE]/.test(text) ? Number(text) : BigInt(text);
    return { kind: "scalar", ...this.base(start), value, text, quoted: false };
  }
}

/** JSON.parse knows the escapes and refuses control characters. */
function stringValue(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads one JSON value. Repeated keys stay, in order, and are also listed. */
export function parseJson(text: string): JsonText {
  const reader = new Reader(text);
  try {
    return { state: "ok", root: reader.document(), duplicates: reader.duplicates };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { state: "error", problem: { message: error.message, ...reader.position() } };
  }
}
