// sysctl.conflicts: no key is set to several values by the administrator's own files, or by programs that run at boot.
import type { Problem } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { Conflict } from "../../facts/sysctl.js";
import { defineCheck } from "../define.js";

function conflictProblem({ key, lines, winners }: Conflict): Problem {
  const said = lines.map(({ value, source }) => `${printable(value, 40)} (${place(source)})`);
  const ends = winners.map(({ by, said: last }) =>
    last === undefined
      ? `${by} does not set it`
      : `${by} ends with ${printable(last.value, 40)} (${place(last.source)})`,
  );
  return { message: `${printable(key, 100)} is set to ${listing(said)}: ${ends.join(", ")}` };
}

export default defineCheck({
  id: "sysctl.conflicts",
  title: "No kernel setting is given two values",
  why: "Which one counts depends on names of files and on who reads them; the next package or person changes it unawares.",
  remedy: "Leave one line for each key that is named, in the file that is read last.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sysctl"],
  params: {},
  evaluate: ({ sysctl: { conflicts, unread } }) => ({
    expected: "one value a key",
    actual: conflicts.length === 0 ? "one value a key" : `${conflicts.length} keys with several values`,
    evidence: conflicts.flatMap(({ lines }) => lines.map(({ source }) => source)),
    problems: conflicts.map(conflictProblem),
    unknowns: unread,
  }),
});
