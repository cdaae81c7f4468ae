// The report as metrics for node_exporter's textfile collector (Prometheus text format 0.0.4). Times are values, never
// timestamps of samples: the collector refuses those.
import { severities, statuses } from "../core/outcome.js";
import type { Report } from "../core/report.js";
import { tally } from "./arrange.js";
import { labelValue } from "./escape.js";
import { safe } from "./safe.js";

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function metric(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${labelValue(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function only(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

/** Seconds since the epoch of an RFC 3339 time; a time that is none is 0. */
function seconds(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : ms / 1000;
}

function labelsOf({ id, domain, severity }: Report["results"][number]): Sample["labels"] {
  return { check: id, domain, severity };
}

export function prometheus(given: Report): string {
  const { tool, run, host, summary, results } = safe(given);
  const number = tally(results);
  const totals = statuses.flatMap((status) =>
    severities.map((severity) => ({ labels: { status, severity }, value: number(status, severity) })),
  );
  const failing = results.filter(({ status }) => status === "fail");
  const waived = results.filter(({ status }) => status === "waived");
  return [
    metric("nodeward_run_info", "What the last run was: always 1.", [
      {
        labels: {
          version: tool.version,
          profile: run.profile,
          root: run.root,
          os: host.os,
          kernel: host.kernel,
          kubelet_version: host.kubelet ?? "",
          roles: host.roles.join(","),
        },
        value: 1,
      },
    ]),
    metric("nodeward_last_run_timestamp_seconds", "When the last run started.", only(seconds(run.startedAt))),
    metric("nodeward_last_run_duration_seconds", "How long the last run took.", only(run.durationMs / 1000)),
    metric(
      "nodeward_score_ratio",
      "Weighted share of applicable checks that pass, 0 to 1.",
      only(summary.score / 100),
    ),
    metric("nodeward_checks", "Checks of the last run by status and severity.", totals),
    ...(failing.length === 0
      ? []
      : [
          metric(
            "nodeward_check_failed",
            "1 for each check that fails; checks that do not are left out.",
            failing.map((result) => ({ labels: labelsOf(result), value: 1 })),
          ),
        ]),
    ...(waived.length === 0
      ? []
      : [
          metric(
            "nodeward_waiver_expiry_timestamp_seconds",
            "Start of the last day on which the waiver of a check is in force.",
            waived.map((result) => ({
              labels: labelsOf(result),
              value: seconds(result.waiver?.expires ?? ""),
            })),
          ),
        ]),
  ].join("");
}
