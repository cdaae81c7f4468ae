// The report as SARIF 2.1.0 (OASIS), as code scanning services read it: one run a node. Failures are results, what
// could not be decided is a notification of the tool; services that ignore `kind` would take a pass for an alert.
import { createHash } from "node:crypto";
import type { Severity } from "../core/outcome.js";
import type { Evidence, Report, Result } from "../core/report.js";
import { byDomain } from "./arrange.js";
import { uriPath } from "./escape.js";
import { safe } from "./safe.js";

const level: Readonly<Record<Severity, string>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};

/** Scores in GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0. A string, or it is not read. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

function hash(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}

function rule(result: Result): object {
  const { id, title, why, severity, domain, tags, references } = result;
  const items = Object.entries(references).flatMap(([framework, numbers]) =>
    numbers.map((number) => `${framework}:${number}`),
  );
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why === "" ? title : why },
    help: { text: result.remediation === "" ? title : result.remediation },
    defaultConfiguration: { level: level[severity] },
    properties: {
      "security-severity": securitySeverity[severity],
      tags: [...new Set(["security", domain, ...tags, ...items])],
    },
  };
}

/** A place in the node's file system, or under the name of the check where the evidence is no file. */
function location(evidence: Evidence | undefined, id: string): object {
  const path =
    evidence?.source.startsWith("/") === true ? evidence.source : `nodeward/${evidence?.source ?? id}`;
  const line = evidence?.line ?? 0;
  const text = evidence?.text ?? "";
  return {
    physicalLocation: {
      artifactLocation: { uri: uriPath(path), uriBaseId: "ROOT" },
      // A region is asked for by services although a whole file may be meant.
      region: { startLine: Math.max(1, line), ...(line > 0 && text !== "" ? { snippet: { text } } : {}) },
    },
  };
}

function messageOf({ details, message, actual, expected, title }: Result): string {
  const said = details.length > 0 ? details.join("\n") : message;
  const found = actual === "" ? [] : [`Found: ${actual}`];
  const wanted = expected === "" ? [] : [`Expected: ${expected}`];
  return [said === "" ? title : said, ...found, ...wanted].join("\n");
}

function finding(result: Result, ruleIndex: number): object {
  const { id, severity, evidence, waiver } = result;
  const [first, ...others] = evidence;
  const related = others.map((one, index) => ({ id: index + 1, ...location(one, id) }));
  return {
    ruleId: id,
    ruleIndex,
    kind: "fail",
    level: level[severity],
    message: { text: messageOf(result) },
    locations: [location(first, id)],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    // Without the line number: the same finding further down the file is the same finding.
    partialFingerprints: {
      "nodeward/v1": hash(id),
      primaryLocationLineHash: hash(id, first?.source ?? "", first?.text.trim() ?? ""),
    },
    ...(result.status === "waived" && waiver !== undefined
      ? {
          suppressions: [
            {
              kind: "external",
              status: "accepted",
              justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})`,
            },
          ],
        }
      : {}),
    properties: { status: result.status, severity, fixable: result.fixable, risk: result.risk },
  };
}

function notification(result: Result, index: number): object {
  return {
    descriptor: { id: `undecided/${result.id}` },
    associatedRule: { id: result.id, index },
    level: "error",
    message: { text: result.message === "" ? result.title : result.message },
  };
}

function runOf({ tool, run, host, results, summary }: Report): object {
  const listed = byDomain(results).flatMap((group) => group.results);
  const indexed = listed.map((result, index) => [result, index] as const);
  const root = uriPath(run.root);
  const end = Date.parse(run.startedAt) + run.durationMs;
  return {
    tool: {
      driver: {
        name: tool.name,
        semanticVersion: tool.version,
        version: tool.version,
        rules: listed.map(rule),
      },
    },
    // What comes before the last slash is the category: findings of one node replace those of its last run.
    automationDetails: {
      id: ["nodeward", host.hostname === "" ? "unnamed" : host.hostname, run.id]
        .map((part) => uriPath(part.replaceAll("/", "_")))
        .join("/"),
    },
    invocations: [
      {
        executionSuccessful: true,
        startTimeUtc: run.startedAt,
        ...(Number.isNaN(end) ? {} : { endTimeUtc: new Date(end).toISOString() }),
        machine: host.hostname,
        toolExecutionNotifications: indexed
          .filter(([{ status }]) => status === "error")
          .map(([result, index]) => notification(result, index)),
      },
    ],
    originalUriBaseIds: {
      ROOT: {
        uri: root === "" ? "file:///" : `file:///${root}/`,
        description: { text: `The root of the file system of ${host.hostname}` },
      },
    },
    results: indexed
      .filter(([{ status }]) => status === "fail" || status === "waived")
      .map(([result, index]) => finding(result, index)),
    columnKind: "utf16CodeUnits",
    properties: { profile: run.profile, os: host.os, kernel: host.kernel, summary },
  };
}

/** One log for one node or several. */
export function sarif(reports: readonly Report[]): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: reports.map((report) => runOf(safe(report))),
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
