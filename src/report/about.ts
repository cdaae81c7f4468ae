// What a report is about, in words: node, system, role, profile, time. Shared by the formats for people.
import type { Report } from "../core/report.js";

/** `2026-11-21 13:10:00 UTC` of an RFC 3339 time. */
export function when(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** `187 ms`, `12.1 s`. */
function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What the report is about, as label and text. */
export function aboutRows({
  run,
  host,
  tool,
}: Pick<Report, "run" | "host" | "tool">): readonly (readonly [string, string])[] {
  const kernel = host.kernel === "" ? "" : `, kernel ${host.kernel}`;
  const kubelet = host.kubelet === null ? [] : [`kubelet ${host.kubelet}`];
  const role = host.roles.length === 0 ? ["no Kubernetes role found"] : [host.roles.join(" and ")];
  const rows: readonly (readonly [string, string])[] = [
    ["Node", host.hostname === "" ? "(no host name)" : host.hostname],
    ["System", `${host.os}${kernel}`],
    ["Role", [...role, ...kubelet].join(", ")],
    ["Profile", run.profile],
    ["Root", run.root],
    ["Run", `${when(run.startedAt)}, ${duration(run.durationMs)}, ${run.id}`],
    ["Tool", `${tool.name} ${tool.version}`],
  ];
  return rows;
}
