// auditd.conf(5): text -> settings with places. Which values auditd takes is not checked here.
import type { Span } from "../core/source.js";

export interface AuditdSetting {
  /** In lower case: auditd does not regard case. */
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly span: Span;
  readonly valueSpan: Span;
}

export interface AuditdConf {
  readonly settings: readonly AuditdSetting[];
  /** Lines that auditd refuses; it does not start with one. */
  readonly broken: readonly number[];
}

/** `name = value`, words between blanks; some settings take a second word, which is left in the value. */
export function parseAuditdConf(text: string): AuditdConf {
  const settings: AuditdSetting[] = [];
  const broken: number[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const from = start;
    start += raw.length + 1;
    const content = raw.trimEnd();
    if (content.trim() === "" || content.trimStart().startsWith("#")) continue;
    const match = /^( *)([A-Za-z0-9_]+) *= *(\S.*)$/.exec(content);
    const [, lead = "", name, value] = match ?? [];
    if (name === undefined || value === undefined) {
      broken.push(index + 1);
      continue;
    }
    const end = from + content.length;
    settings.push({
      name: name.toLowerCase(),
      value,
      line: index + 1,
      span: { start: from + lead.length, end },
      valueSpan: { start: end - value.length, end },
    });
  }
  return { settings, broken };
}
