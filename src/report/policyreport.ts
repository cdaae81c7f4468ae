// The report as Kubernetes objects: ClusterPolicyReport of wgpolicyk8s.io/v1alpha2, whose results openreports.io shares.
// A node is cluster-scoped, so its report is. JSON, which kubectl apply takes as it takes YAML.
import type { Status } from "../core/outcome.js";
import type { Report, Result } from "../core/report.js";
import { placeOf } from "./arrange.js";
import { safe } from "./safe.js";

const resultWord: Readonly<Record<Status, string>> = {
  pass: "pass",
  fail: "fail",
  error: "error",
  "not-applicable": "skip",
  waived: "skip",
};

/** A name that Kubernetes takes for an object (RFC 1123 subdomain, at most 253 characters). */
function objectName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[-.]+|[-.]+$/g, "")
    // Each part between dots must begin and end with a letter or digit.
    .replace(/-*\.-*/g, ".");
  return name.slice(0, 200).replace(/[-.]+$/, "");
}

/** Values of the `properties` map are texts; those with nothing to say are left out. */
function properties(result: Result): Readonly<Record<string, string>> {
  const { status, expected, actual, evidence, remediation, references, waiver } = result;
  const items = Object.entries(references).map(([framework, numbers]) => `${framework}:${numbers.join(",")}`);
  const all: Readonly<Record<string, string>> = {
    status,
    expected,
    actual,
    evidence: evidence.slice(0, 10).map(placeOf).join(", "),
    remediation: status === "fail" ? remediation : "",
    references: items.join(" "),
    waiver: waiver === undefined ? "" : `${waiver.reason} (${waiver.owner}, until ${waiver.expires})`,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

function entry(result: Result, seconds: number): object {
  return {
    source: "nodeward",
    policy: result.id,
    rule: result.id,
    category: result.domain,
    severity: result.severity,
    result: resultWord[result.status],
    scored: result.status === "pass" || result.status === "fail" || result.status === "error",
    message: result.message === "" ? result.title : result.message,
    timestamp: { seconds, nanos: 0 },
    properties: properties(result),
  };
}

function objectOf({ tool, run, host, summary, results }: Report): object {
  const ms = Date.parse(run.startedAt);
  const seconds = Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
  const node = objectName(host.hostname);
  return {
    apiVersion: "wgpolicyk8s.io/v1alpha2",
    kind: "ClusterPolicyReport",
    metadata: {
      name: node === "" ? "nodeward" : `nodeward-${node}`,
      labels: { "app.kubernetes.io/managed-by": "nodeward" },
      annotations: {
        "nodeward/version": tool.version,
        "nodeward/run": run.id,
        "nodeward/profile": run.profile,
        "nodeward/score": String(summary.score),
      },
    },
    ...(node === "" ? {} : { scope: { apiVersion: "v1", kind: "Node", name: node } }),
    summary: {
      pass: summary.pass,
      fail: summary.fail,
      warn: 0,
      error: summary.error,
      skip: summary["not-applicable"] + summary.waived,
    },
    results: results.map((result) => entry(result, seconds)),
  };
}

/** One object for one node, a List of them for several. */
export function policyreport(reports: readonly Report[]): string {
  const objects = reports.map((report) => objectOf(safe(report)));
  const document = objects.length === 1 ? objects[0] : { apiVersion: "v1", kind: "List", items: objects };
  return `${JSON.stringify(document, null, 2)}\n`;
}
