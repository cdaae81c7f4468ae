// login.defs(5): text -> settings with the place of their values, as getdef.c of shadow-utils reads them.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { appended } from "./appended.js";

export interface LoginDef {
  readonly key: string;
  readonly value: string;
  readonly valueSpan: Span;
  readonly source: Source;
}

/** Lines `KEY value`; of a repeated key the last line counts. Comments stand on lines of their own. */
export function parseLoginDefs(file: string, text: string): readonly LoginDef[] {
  const found: LoginDef[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    // The value may stand in double quotes; what follows the second one is left out.
    const match = /^(\s*)([^\s#][^\s]*)([ \t]+)(.*)$/.exec(raw.trimEnd());
    if (match !== null) {
      const [, indent = "", key = "", gap = "", rest = ""] = match;
      const quote = /^[ \t"]*/.exec(rest)?.[0].length ?? 0;
      const value = rest.slice(quote).split('"', 1)[0] ?? "";
      const from = start + indent.length + key.length + gap.length + quote;
      found.push({
        key,
        value,
        valueSpan: { start: from, end: from + value.length },
        source: { file, line: index + 1, span: { start, end: start + raw.length }, text: raw.trimEnd() },
      });
    }
    start += raw.length + 1;
  }
  return found;
}

/** The edit that makes `key` hold `value`: on the line that counts, else a new one at the end. */
export function setLoginDef(text: string, current: LoginDef | undefined, key: string, value: string): Edit {
  if (current !== undefined) return { span: current.valueSpan, text: value };
  return appended(text, `${key} ${value}`);
}
