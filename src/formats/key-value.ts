// Files of `key = value` lines and bare keys (pwquality.conf(5), faillock.conf(5), /etc/default/useradd): text -> settings
// with their places. No sections, no quotes, no continuation lines.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { appended } from "./appended.js";

export interface KeyValue {
  readonly key: string;
  /** Empty for a bare key. */
  readonly value: string;
  /** Of the whole assignment, without the comment behind it. */
  readonly span: Span;
  readonly source: Source;
}

/** Settings in order; `#` starts a comment anywhere, as libpwquality and pam_faillock take it. */
export function parseKeyValue(file: string, text: string): readonly KeyValue[] {
  const found: KeyValue[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const comment = raw.indexOf("#");
    const bare = comment < 0 ? raw : raw.slice(0, comment);
    const match = /^(\s*)([^\s=]+)/.exec(bare);
    if (match !== null) {
      const [, indent = "", key = ""] = match;
      const end = bare.trimEnd().length;
      const rest = bare.slice(indent.length + key.length, end);
      found.push({
        key,
        value: rest.replace(/^\s*=?\s*/, ""),
        span: { start: start + indent.length, end: start + end },
        source: { file, line: index + 1, span: { start, end: start + raw.length }, text: raw.trimEnd() },
      });
    }
    start += raw.length + 1;
  }
  return found;
}

export interface KeyValueStyle {
  /** What stands between key and value: ` = ` or `=`. */
  readonly equals: string;
}

/** The edit that makes `key` hold `value` (a bare key for an empty one): on its last line, else on a new one. */
export function setKeyValue(
  text: string,
  current: KeyValue | undefined,
  key: string,
  value: string,
  { equals }: KeyValueStyle,
): Edit {
  const line = value === "" ? key : `${key}${equals}${value}`;
  if (current !== undefined) return { span: current.span, text: line };
  return appended(text, line);
}
