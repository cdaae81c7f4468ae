// The shape of a check on containerd: a row says what is asked, this makes a check of it.
import { notApplicable, type Problem, type Severity, undecided, type Verdict } from "../../core/outcome.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { Containerd } from "../../facts/containerd.js";
import { type Check, defineCheck } from "../define.js";

export interface Finding {
  readonly actual: string;
  readonly evidence: readonly (Source | undefined)[];
  readonly problems: readonly Problem[];
}

export interface Row {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly expected: string;
  readonly fixable?: boolean;
  /** Decided although containerd's configuration is refused. */
  readonly always?: boolean;
  /** A text says why the row does not concern this node. */
  judge(containerd: Containerd): Finding | string;
}

function verdict(row: Row, containerd: Containerd): Verdict {
  const { problems, unread, configFile, configStat } = containerd;
  const [refused] = problems;
  if (row.always !== true && refused !== undefined) return undecided(refused.message, [refused.source]);
  const found = row.judge(containerd);
  if (typeof found === "string")
    return unread.length > 0 ? undecided(unread.join("; ")) : notApplicable(found);
  const shown = found.evidence.filter((source) => source !== undefined);
  // A default is only known to be in force when everything could be read.
  if (unread.length > 0 && shown.length === 0) return undecided(unread.join("; "));
  const nowhere = wholeFile(configFile, configStat === undefined ? "no such file" : "");
  return {
    expected: row.expected,
    actual: found.actual,
    evidence: shown.length > 0 ? shown : [nowhere],
    problems: found.problems,
    unknowns: unread,
  };
}

/** Checks `containerd.name`, a row a check. */
export function containerdChecks(rows: readonly Row[]): readonly Check[] {
  return rows.map((row) =>
    defineCheck({
      id: `containerd.${row.name}`,
      title: row.title,
      why: row.why,
      remedy: row.remedy,
      severity: row.severity,
      risk: "none",
      fixable: row.fixable === true,
      needs: ["containerd"],
      params: {},
      evaluate: ({ containerd }) => verdict(row, containerd),
    }),
  );
}
