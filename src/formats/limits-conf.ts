// limits.conf(5): text -> limits with lines and the place of their values. Decides for no user.
import type { Source, Span } from "../core/source.js";

export interface LimitLine {
  /** `*`, a user, `@group`, `%group`, an id range. */
  readonly domain: string;
  readonly type: "soft" | "hard" | "both";
  readonly item: string;
  /** As written: a number, or `unlimited`, `infinity`, `-1` for none. */
  readonly value: string;
  readonly valueSpan: Span;
  readonly source: Source;
}

/** Reads limits.conf or a file of limits.d; lines that pam_limits passes over are left out. */
export function parseLimits(file: string, text: string): readonly LimitLine[] {
  const found: LimitLine[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const words = [...raw.replace(/#.*$/, "").matchAll(/[^ \t\r\f\v]+/g)];
    const [domain, type, item, value] = words.map((match) => match[0]);
    const kind = type === "-" ? "both" : type === "soft" || type === "hard" ? type : undefined;
    if (domain !== undefined && kind !== undefined && item !== undefined && value !== undefined) {
      const from = start + (words[3]?.index ?? 0);
      found.push({
        domain,
        type: kind,
        item: item.toLowerCase(),
        value: value.toLowerCase(),
        valueSpan: { start: from, end: from + value.length },
        source: { file, line: index + 1, span: { start, end: start + raw.length }, text: raw },
      });
    }
    start += raw.length + 1;
  }
  return found;
}
