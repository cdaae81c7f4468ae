// accounts.duplicates: no user or group, by name or by number, stands twice.
import { printable } from "../../core/printable.js";
import type { Source } from "../../core/source.js";
import { isNisLine } from "../../facts/people.js";
import { defineCheck } from "../define.js";

interface Line {
  readonly name: string;
  readonly source: Source;
}

/** The lines of one key that has more than one. */
function repeated<T extends Line>(
  lines: readonly T[],
  keyOf: (line: T) => string | undefined,
): readonly (readonly [string, readonly T[]])[] {
  const byKey = new Map<string, T[]>();
  for (const line of lines) {
    const key = isNisLine(line) ? undefined : keyOf(line);
    if (key === undefined) continue;
    const same = byKey.get(key) ?? [];
    same.push(line);
    byKey.set(key, same);
  }
  return [...byKey].filter(([, same]) => same.length > 1);
}

interface Found {
  readonly message: string;
  readonly lines: readonly Line[];
}

function found(what: string, groups: readonly (readonly [string, readonly Line[]])[]): readonly Found[] {
  return groups.map(([key, lines]) => {
    const names = [...new Set(lines.map(({ name }) => printable(name)))];
    const who = names.length > 1 ? `: ${names.join(", ")}` : "";
    return {
      message: `${what} ${printable(key)} stands ${lines.length} times in ${lines[0]?.source.file}${who}`,
      lines,
    };
  });
}

function text(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

export default defineCheck({
  id: "accounts.duplicates",
  title: "No user or group, by name or by number, stands twice",
  why: "Two accounts with one number share all files and processes; of two lines with one name the second is what nobody looks at.",
  remedy: "Give one of the two another number and `chown` its files, or remove the line that nobody needs.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  params: {},
  evaluate({ accounts }) {
    const { users, groups, shadow } = accounts;
    const all = [
      ...found(
        "user",
        repeated(users, ({ name }) => name),
      ),
      ...found(
        "user id",
        repeated(users, ({ uid }) => text(uid)),
      ),
      ...found(
        "group",
        repeated(groups, ({ name }) => name),
      ),
      ...found(
        "group id",
        repeated(groups, ({ gid }) => text(gid)),
      ),
      ...found("user", shadow.state === "known" ? repeated(shadow.value, ({ name }) => name) : []),
    ];
    return {
      expected: "every name and number once",
      actual: all.length === 0 ? "once each" : `${all.length} repeated`,
      evidence: [...new Set(all.flatMap(({ lines }) => lines.map(({ source }) => source)))],
      problems: all.map(({ message }) => ({ message })),
      unknowns: shadow.state === "error" ? [shadow.reason] : [],
    };
  },
});
