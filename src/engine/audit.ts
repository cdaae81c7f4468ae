// One audit: gather, evaluate, build the report. Prints nothing, changes nothing.
import type { Fact } from "../core/fact.js";
import { printable } from "../core/printable.js";
import type { HostHeader, Report } from "../core/report.js";
import { summarize } from "../core/summary.js";
import { type Platform, platform } from "../facts/platform.js";
import { type Roles, roles } from "../facts/roles.js";
import type { Ask } from "../facts/source.js";
import type { Host } from "../host/host.js";
import type { References } from "../policy/references.js";
import type { Selected } from "../policy/select.js";
import { evaluate, type Finding } from "./evaluate.js";
import { asker, gather } from "./gather.js";

export interface AuditRequest {
  readonly host: Host;
  /** What was asked of this host before, so that nothing is read twice. */
  readonly ask?: Ask;
  readonly selected: readonly Selected[];
  readonly references: References;
  readonly profile: string;
  readonly version: string;
  readonly runId: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

function knownValue<T>(fact: Fact<T>): T | undefined {
  return fact.state === "known" ? fact.value : undefined;
}

function header(os: Platform | undefined, role: Roles | undefined): HostHeader {
  return {
    hostname: printable(os?.hostname ?? ""),
    os: printable(os?.os ?? "unknown"),
    kernel: printable(os?.kernel ?? ""),
    kubelet: role?.kubeletVersion == null ? null : printable(role.kubeletVersion),
    roles: role?.roles ?? [],
  };
}

async function describeHost(ask: Ask): Promise<HostHeader> {
  const [os, role] = await Promise.all([ask(platform), ask(roles)]);
  return header(knownValue(os), knownValue(role));
}

export interface Audited {
  readonly report: Report;
  /** What the report was made of, in its order. */
  readonly findings: readonly Finding[];
}

/** Reads the node once and judges it. Never throws for what a node can hold. */
export async function audit(request: AuditRequest): Promise<Report> {
  return (await examine(request)).report;
}

/** As audit, with the steps that would repair what fails. */
export async function examine(request: AuditRequest): Promise<Audited> {
  const { host, selected, references, clock } = request;
  const started = clock();
  const { ask = asker(host) } = request;
  const [facts, described] = await Promise.all([
    gather(
      ask,
      selected.map(({ check }) => check),
    ),
    describeHost(ask),
  ]);
  const startedAt = new Date(started).toISOString();
  const findings = evaluate(selected, facts, references, startedAt.slice(0, 10));
  const results = findings.map(({ result }) => result);
  const report: Report = {
    schemaVersion: 1,
    tool: { name: "nodeward", version: request.version },
    run: {
      id: request.runId,
      startedAt,
      durationMs: Math.max(0, Math.round(clock() - started)),
      root: host.root,
      profile: request.profile,
    },
    host: described,
    summary: summarize(results),
    results,
  };
  return { report, findings };
}
