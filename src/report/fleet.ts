// The reports of several nodes as one value: nodes and checks, worst first, and the status of each on each. Pure.
import { type Severity, type Status, severities, statuses } from "../core/outcome.js";
import type { Counts, Report, Result } from "../core/report.js";
import { statusOrder } from "./arrange.js";
import { safe } from "./safe.js";

export interface FleetNode {
  /** The host name; with the time of the run where two reports share it. */
  readonly label: string;
  readonly report: Report;
}

export interface FleetCheck {
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly severity: Severity;
  readonly counts: Counts;
  /** In the order of `nodes`; undefined where the check was not run. */
  readonly results: readonly (Result | undefined)[];
}

export interface Fleet {
  readonly nodes: readonly FleetNode[];
  readonly checks: readonly FleetCheck[];
  readonly counts: Counts;
  /** Mean of the nodes' scores, one decimal. */
  readonly score: number;
}

function countsOf(found: readonly (Result | undefined)[]): Counts {
  const of = (status: Status) => found.filter((one) => one?.status === status).length;
  return {
    pass: of("pass"),
    fail: of("fail"),
    error: of("error"),
    "not-applicable": of("not-applicable"),
    waived: of("waived"),
  };
}

/** Lowest score first; of equals, who has more failures. */
function sortedNodes(reports: readonly Report[]): readonly Report[] {
  // Made here: it takes several milliseconds, which the report of one node does without.
  const byName = new Intl.Collator("en", { numeric: true });
  return [...reports].sort(
    (a, b) =>
      a.summary.score - b.summary.score ||
      b.summary.fail - a.summary.fail ||
      byName.compare(a.host.hostname, b.host.hostname),
  );
}

function labelled(reports: readonly Report[]): readonly FleetNode[] {
  const used = new Map<string, number>();
  return reports.map((report) => {
    const name = report.host.hostname === "" ? "(no host name)" : report.host.hostname;
    const same = reports.filter(({ host }) => host.hostname === report.host.hostname).length > 1;
    const label = same ? `${name} ${report.run.startedAt}` : name;
    const times = (used.get(label) ?? 0) + 1;
    used.set(label, times);
    return { label: times > 1 ? `${label} (${times})` : label, report };
  });
}

/** Graver first among those that fail anywhere, then more nodes first; what fails nowhere comes last. */
function worse(a: FleetCheck, b: FleetCheck): number {
  const rank = ({ counts }: FleetCheck) => statusOrder.findIndex((status) => counts[status] > 0);
  const grave = ({ severity }: FleetCheck) => severities.indexOf(severity);
  return (
    rank(a) - rank(b) ||
    grave(a) - grave(b) ||
    b.counts.fail - a.counts.fail ||
    b.counts.error - a.counts.error
  );
}

/** Brings reports together; their texts are made safe to show. */
export function fleetOf(reports: readonly Report[]): Fleet {
  const nodes = labelled(sortedNodes(reports.map(safe)));
  const byNode = nodes.map(({ report }) => new Map(report.results.map((result) => [result.id, result])));
  const all = new Map(
    nodes.flatMap(({ report }) => report.results.map((result) => [result.id, result] as const)),
  );
  const checks = [...all.values()].map(({ id, title, domain, severity }): FleetCheck => {
    const found = byNode.map((results) => results.get(id));
    return { id, title, domain, severity, counts: countsOf(found), results: found };
  });
  const total = nodes.reduce((sum, { report }) => sum + report.summary.score, 0);
  const sum = (status: Status) => nodes.reduce((number, { report }) => number + report.summary[status], 0);
  return {
    nodes,
    checks: checks.sort(worse),
    counts: {
      pass: sum("pass"),
      fail: sum("fail"),
      error: sum("error"),
      "not-applicable": sum("not-applicable"),
      waived: sum("waived"),
    },
    score: nodes.length === 0 ? 0 : Math.floor((total / nodes.length) * 10) / 10,
  };
}

/** The fleet as JSON: nodes with their headers and summaries, checks with the status on each node. */
export function fleetJson(reports: readonly Report[]): string {
  const { nodes, checks, counts, score } = fleetOf(reports);
  const document = {
    schemaVersion: 1,
    kind: "fleet",
    summary: { nodes: nodes.length, ...counts, score },
    nodes: nodes.map(({ label, report: { tool, run, host, summary } }) => ({
      label,
      tool,
      run,
      host,
      summary,
    })),
    checks: checks.map(({ id, title, domain, severity, counts: own, results }) => ({
      id,
      title,
      domain,
      severity,
      counts: own,
      nodes: Object.fromEntries(
        nodes.flatMap(({ label }, index) => {
          const status = results[index]?.status;
          return status === undefined ? [] : [[label, status]];
        }),
      ),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** One letter for a cell of the matrix. */
export const statusLetter: Readonly<Record<Status, string>> = {
  fail: "F",
  error: "E",
  waived: "W",
  "not-applicable": "-",
  pass: ".",
};

/** What the letters mean. */
export const legend = statuses.map((status) => `${statusLetter[status]} ${status}`).join(", ");

/** Checks that fail, are errors or are waived on some node. */
export function notable(fleet: Fleet): readonly FleetCheck[] {
  return fleet.checks.filter(({ counts }) => counts.fail + counts.error + counts.waived > 0);
}

/** Does the check want attention on this node? */
export function isBad(result: Result | undefined): boolean {
  return result?.status === "fail" || result?.status === "error";
}
