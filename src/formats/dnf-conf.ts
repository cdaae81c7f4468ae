// dnf.conf(5), .repo files and automatic.conf: text -> sections of options with places. Substitutes no variables.

import type { Span } from "../core/source.js";
import { withoutBlanks } from "./line-end.js";

export interface DnfOption {
  readonly key: string;
  /** Continuation lines joined by line ends. */
  readonly value: string;
  readonly line: number;
  readonly span: Span;
  readonly valueSpan: Span;
}

export interface DnfSection {
  readonly name: string;
  readonly line: number;
  readonly options: readonly DnfOption[];
  /** The last option of that name. */
  get(key: string): DnfOption | undefined;
}

export interface DnfConf {
  readonly sections: readonly DnfSection[];
  /** Lines that are neither section, option nor comment: libdnf refuses the file. */
  readonly broken: readonly number[];
}

/** A truth value of dnf.conf(5); undefined for what is none. */
export function dnfBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (["1", "yes", "true", "on"].includes(word)) return true;
  return ["0", "no", "false", "off"].includes(word) ? false : undefined;
}

interface Open {
  readonly name: string;
  readonly line: number;
  readonly options: DnfOption[];
}

export function parseDnfConf(text: string): DnfConf {
  const open: Open[] = [];
  const broken: number[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const from = start;
    start += raw.length + 1;
    const line = withoutBlanks(raw);
    if (line === "" || /^[#;]/.test(line)) continue;
    const section = /^\[([^\]]*)\]$/.exec(line)?.[1];
    const current = open.at(-1);
    if (section !== undefined) open.push({ name: section, line: index + 1, options: [] });
    else if (/^[ \t]/.test(line)) {
      const last = current?.options.pop();
      if (last === undefined || current === undefined) broken.push(index + 1);
      else {
        const end = from + line.length;
        const value = `${last.value}\n${line.trim()}`.trim();
        current.options.push({
          ...last,
          value,
          span: { ...last.span, end },
          valueSpan: { ...last.valueSpan, end },
        });
      }
    } else {
      const match = /^([^=\s]+)(\s*=\s*)(.*)$/.exec(line);
      const [, key, equals, value] = match ?? [];
      if (key === undefined || equals === undefined || value === undefined || current === undefined)
        broken.push(index + 1);
      else {
        const at = from + key.length + equals.length;
        const end = from + line.length;
        current.options.push({
          key,
          value,
          line: index + 1,
          span: { start: from, end },
          valueSpan: { start: at, end },
        });
      }
    }
  }
  return {
    sections: open.map((one) => ({
      ...one,
      get: (key) => one.options.findLast((option) => option.key === key),
    })),
    broken,
  };
}
