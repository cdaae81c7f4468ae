// The shape of a check on one setting of the Docker daemon: a row says what is asked, this makes a check of it.
import { type Severity, undecided, type Verdict } from "../../core/outcome.js";
import type { ParamSpec } from "../../core/param.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { Docker } from "../../facts/docker.js";
import { type Check, defineCheck } from "../define.js";

interface Finding {
  readonly actual: string;
  readonly evidence: readonly (Source | undefined)[];
  readonly problems: readonly string[];
}

export interface Row {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly expected: string;
  judge(docker: Docker): Finding;
}

/** A boolean setting must be in force as `wanted`; `fallback` is what dockerd does without it. */
export function mustBe(name: string, wanted: boolean, fallback: boolean): Row["judge"] {
  return (docker) => {
    const { value, source } = docker.boolean(name, fallback);
    const actual = source === undefined ? `${value} (the default)` : String(value);
    const how = source === undefined ? `${name} is not set and defaults to ${value}` : `${name} is ${value}`;
    return { actual, evidence: [source], problems: value === wanted ? [] : [how] };
  };
}

function outcome(row: Row, docker: Docker): Verdict {
  const { actual, evidence, problems } = row.judge(docker);
  const shown = evidence.filter((source) => source !== undefined);
  // A default is only known to be in force when everything could be read.
  if (docker.unread.length > 0 && shown.length === 0) return undecided(docker.unread.join("; "));
  return {
    expected: row.expected,
    actual,
    evidence:
      shown.length > 0
        ? shown
        : [wholeFile(docker.configFile, docker.configStat === undefined ? "no such file" : "")],
    problems: problems.map((message) => ({ message })),
    unknowns: docker.unread,
  };
}

const noParams: ParamSpec = {};

/** Checks `docker.name`, a row a check. */
export function dockerChecks(rows: readonly Row[]): readonly Check[] {
  return rows.map((row) =>
    defineCheck({
      id: `docker.${row.name}`,
      title: row.title,
      why: row.why,
      remedy: row.remedy,
      severity: row.severity,
      risk: "none",
      fixable: false,
      needs: ["docker"],
      params: noParams,
      evaluate: ({ docker }) => {
        const [problem] = docker.problems;
        // Settings of a daemon that does not start say nothing of what is in force.
        if (problem !== undefined) return undecided(problem.message, [problem.source]);
        return outcome(row, docker);
      },
    }),
  );
}
