// rsyslog.conf(5), as far as it says what is loaded, listened on, written and sent on: text -> statements with places. Filters
// and templates are passed over.
import type { Span } from "../core/source.js";

interface Place {
  readonly line: number;
  readonly span: Span;
}

export type RsyslogStatement =
  /** `module(load="imjournal")`, `action(type="omfwd" …)`, `input(…)`, `global(…)`, `include(…)`. */
  | (Place & {
      readonly kind: "object";
      readonly name: string;
      readonly parameters: ReadonlyMap<string, string>;
    })
  /** `$FileCreateMode 0640`. Names are not regarded by case: lower here. */
  | (Place & {
      readonly kind: "directive";
      readonly name: string;
      readonly value: string;
      readonly valueSpan: Span;
    })
  /** The action of a rule that writes a file: `*.* -/var/log/syslog`. */
  | (Place & { readonly kind: "file"; readonly path: string })
  /** The action of a rule that sends on: `@host`, `@@host:514`, `:omrelp:host:2514`. */
  | (Place & {
      readonly kind: "forward";
      readonly protocol: "udp" | "tcp" | "relp";
      readonly target: string;
    });

export interface RsyslogConf {
  readonly statements: readonly RsyslogStatement[];
  /** Lines of what cannot be read to its end. */
  readonly broken: readonly number[];
}

const objects =
  /^(module|action|input|global|include|main_queue|ruleset|template|parser|timezone|lookup_table)\s*\(/i;

/** The text with comments blanked out, so that places stay what they are. They start a line or follow a blank: `/x/*.conf` is none. */
function withoutComments(text: string): string {
  const parts: string[] = [];
  let quote = "";
  let kept = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote !== "") {
      if (char === "\\") at++;
      else if (char === quote || char === "\n") quote = "";
      continue;
    }
    if (char === '"') quote = char;
    if (at > 0 && !/\s/.test(text[at - 1] ?? "")) continue;
    const block = text.startsWith("/*", at);
    const line = char === "#";
    if (!block && !line) continue;
    const close = block ? text.indexOf("*/", at + 2) : text.indexOf("\n", at);
    const end = close < 0 ? text.length : close + (block ? 2 : 0);
    parts.push(text.slice(kept, at), text.slice(at, end).replace(/[^\n]/g, " "));
    kept = end;
    at = end - 1;
  }
  return parts.join("") + text.slice(kept);
}

/** Characters of one object; and objects without an end after which the rest is not read. */
const objectLimit = 64 * 1024;
const brokenLimit = 100;

/** The offset after the bracket that closes the one before `start`; undefined where none does. */
function closing(text: string, start: number): number | undefined {
  let depth = 1;
  const limit = Math.min(text.length, start + objectLimit);
  for (let at = start; at < limit; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; at < limit && text[at] !== '"'; at++) if (text[at] === "\\") at++;
    } else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return at + 1;
  }
  return undefined;
}

/** `key="value"` pairs; a list in brackets is its first value. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of text.matchAll(/([A-Za-z][\w.]*)\s*=\s*\[?\s*"((?:[^"\\]|\\.)*)"/g))
    found.set((match[1] ?? "").toLowerCase(), (match[2] ?? "").replace(/\\(.)/g, "$1"));
  return found;
}

/** `-`: not synced after each message; `?`: a template makes the name; `;…`: the template of the line. */
const writing = /\S\s+-?(\?\S+|\/[^\s;]+)(?:;\S*)?$/;
const forwarding = /(?:^|\s)(@@?|:omrelp:)(?:\([^)\s]*\))?(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_.-]+)((?::\d+)?)/;

class Reader {
  readonly statements: RsyslogStatement[] = [];
  readonly broken: number[] = [];

  constructor(
    private readonly text: string,
    private readonly clean: string,
  ) {}

  /** Reads what starts at `start`; the offset where the next statement may start. */
  read(start: number, line: number): number {
    const end = this.lineEnd(start);
    const object = objects.exec(this.clean.slice(start, start + 40));
    if (object !== null) return this.object(start, line, object[1] ?? "", object[0].length);
    const content = this.clean.slice(start, end);
    const directive = /^\$(\w+)\s+(.*\S)\s*$/.exec(content);
    if (directive?.[1] !== undefined && directive[2] !== undefined) {
      const from = start + content.indexOf(directive[2], directive[1].length + 1);
      const valueSpan = { start: from, end: from + directive[2].length };
      const span = { start, end: valueSpan.end };
      this.statements.push({
        kind: "directive",
        name: directive[1].toLowerCase(),
        value: directive[2],
        valueSpan,
        line,
        span,
      });
      return end;
    }
    // A rule can hold an object: `if … then action(…)`, `*.* action(…)`.
    const inner = /[\s{]((?:action|include)\s*\()/i.exec(content);
    if (inner?.[1] !== undefined) {
      const at = start + inner.index + 1;
      return this.object(at, line, inner[1].replace(/\s*\($/, ""), inner[1].length);
    }
    this.rule(start, content.trimEnd(), line);
    return end;
  }

  private lineEnd(start: number): number {
    const end = this.clean.indexOf("\n", start);
    return end < 0 ? this.clean.length : end;
  }

  private rule(start: number, content: string, line: number): void {
    const [, sign, target, port] = forwarding.exec(content) ?? [];
    const span = { start, end: start + content.length };
    const path = writing.exec(content.slice(-4096))?.[1];
    if (path !== undefined) this.statements.push({ kind: "file", path, line, span });
    if (path !== undefined || sign === undefined || target === undefined) return;
    const protocol = sign === "@" ? "udp" : sign === "@@" ? "tcp" : "relp";
    this.statements.push({ kind: "forward", protocol, target: `${target}${port ?? ""}`, line, span });
  }

  private object(start: number, line: number, name: string, head: number): number {
    const end = closing(this.clean, start + head);
    if (end === undefined) {
      this.broken.push(line);
      return this.broken.length < brokenLimit ? this.lineEnd(start) : this.clean.length;
    }
    // Values are taken from the text itself: a `#` in quotes is no comment.
    const parameters = parametersOf(this.text.slice(start + head, end - 1));
    this.statements.push({
      kind: "object",
      name: name.toLowerCase(),
      parameters,
      line,
      span: { start, end },
    });
    return end;
  }
}

export function parseRsyslogConf(text: string): RsyslogConf {
  const clean = withoutComments(text);
  const reader = new Reader(text, clean);
  let line = 1;
  let at = 0;
  while (at < clean.length) {
    const char = clean[at] ?? "";
    if (char === "\n") line++;
    if (/[\s{}]/.test(char)) {
      at++;
      continue;
    }
    const next = reader.read(at, line);
    for (let end = clean.indexOf("\n", at); end >= 0 && end < next; end = clean.indexOf("\n", end + 1))
      line++;
    at = Math.max(next, at + 1);
  }
  return { statements: reader.statements, broken: reader.broken };
}
