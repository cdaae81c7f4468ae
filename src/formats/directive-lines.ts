// Files of one directive a line, a word and its arguments (chrony.conf(5), ntp.conf(5), openntpd's ntpd.conf(5)): text -> lines
// with places. No quotes, no continuation lines; what a directive means is the reader's.
import type { Source } from "../core/source.js";

export interface DirectiveLine {
  /** Not regarded by case: lower. */
  readonly name: string;
  readonly args: readonly string[];
  readonly source: Source;
}

export interface DirectiveStyle {
  /** Characters that make a line a comment where they stand first. */
  readonly lineComments: string;
  /** Does `#` start a comment behind a directive too? chronyd takes it for an argument. */
  readonly trailing: boolean;
}

export const chronyStyle: DirectiveStyle = { lineComments: "!;#%", trailing: false };
export const ntpStyle: DirectiveStyle = { lineComments: "#", trailing: true };

export function parseDirectives(
  file: string,
  text: string,
  { lineComments, trailing }: DirectiveStyle,
): readonly DirectiveLine[] {
  const found: DirectiveLine[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const span = { start, end: start + raw.length };
    start += raw.length + 1;
    const bare = trailing ? raw.split("#", 1).join("") : raw;
    const [name, ...args] = bare.split(/[\s\0]+/).filter((word) => word !== "");
    if (name === undefined || lineComments.includes(name.charAt(0))) continue;
    found.push({
      name: name.toLowerCase(),
      args,
      source: { file, line: index + 1, span, text: raw.trimEnd() },
    });
  }
  return found;
}
