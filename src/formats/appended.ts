// Lines put at the end of a text, whether its last line has a line end or not. Knows no format.
import type { Edit } from "../core/edit.js";

/** An edit that adds `line` as a line of its own; several of them for one text can be applied together. */
export function appended(text: string, line: string): Edit {
  const isWhole = text === "" || text.endsWith("\n");
  return { span: { start: text.length, end: text.length }, text: isWhole ? `${line}\n` : `\n${line}` };
}
