// What a node's state is to Kubernetes: an Event of what changed, and a condition of the Node. Sends nothing.
import { createHash } from "node:crypto";
import { type Severity, severities } from "../core/outcome.js";
import { printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import type { Report } from "../core/report.js";
import { changeText, type ShownDrift } from "./drift.js";
import { driftSummary } from "./drift-notes.js";

export interface EventText {
  readonly type: "Normal" | "Warning";
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface Condition {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** Of an Event's message 1024 bytes are allowed (events.k8s.io/v1, note). */
const messageLimit = 1024;
const reason = "NodeDrift";

function cut(text: string): string {
  let kept = text;
  while (Buffer.byteLength(kept) > messageLimit) kept = `${kept.slice(0, -8).toWellFormed()}…`;
  return kept;
}

/** Times of the API are whole seconds (metav1.Time). */
function seconds(at: string): string {
  return at.replace(/\.\d+(?=Z$)/, "");
}

/** The changes of one look in a sentence; Warning where a check fails that did not. */
export function eventText(drift: ShownDrift, at: string): EventText {
  const { verdicts } = drift.comparison;
  const words = { new: "fails now", resolved: "resolved", changed: "changed" } as const;
  const parts = [
    ...verdicts.map(({ id, change }) => `${id} ${words[change]}`),
    ...(drift.comparison.damped?.notes ?? []).map(({ message }) => message),
    ...drift.bundles.map(({ things, by }) => `${things.length} things changed by ${by}`),
    ...drift.changes.map(({ thing, by }) => `${thing.kind} ${thing.key} ${changeText(thing)}; by ${by}`),
  ];
  const text = `${driftSummary(drift)}: ${parts.join(". ")}`.replace(/\s+/g, " ");
  const type = verdicts.some(({ change }) => change === "new") ? "Warning" : "Normal";
  return { type, message: cut(redact(printable(text, messageLimit))), at: seconds(at) };
}

/** The same words about the same node are the same Event, which is counted. */
export function eventName(node: string, { type, message }: EventText): string {
  const hash = createHash("sha256").update(`${type}\n${message}`).digest("hex").slice(0, 16);
  return `${node}.nodeward.${hash}`;
}

/**
 * An Event of core/v1 about the Node. As the kubelet's own it lies in the namespace default, and its uid is the node's name
 * (kubernetes, pkg/kubelet: that is how `kubectl describe node` finds it).
 */
export function eventBody(node: string, event: EventText): string {
  const { type, message, at } = event;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: eventName(node, event), namespace: "default" },
    involvedObject: { apiVersion: "v1", kind: "Node", name: node, uid: node },
    reason,
    message,
    type,
    source: { component: "nodeward", host: node },
    reportingComponent: "nodeward",
    reportingInstance: node,
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
}

/** What is another where an Event is seen again. */
export function eventPatch({ at }: EventText, count: number): string {
  return JSON.stringify({ count, lastTimestamp: at });
}

/** Whether checks of `least` severity or above fail. One that could not be judged never makes it True. */
export function conditionOf(report: Report, least: Severity): Condition {
  const wanted = severities.slice(0, severities.indexOf(least) + 1);
  const chosen = report.results.filter(({ severity }) => wanted.includes(severity));
  const failing = chosen.filter(({ status }) => status === "fail");
  const undecided = chosen.filter(({ status }) => status === "error");
  const score = `score ${report.summary.score} of 100`;
  if (failing.length > 0) {
    const worst = failing
      .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
      .slice(0, 5)
      .map(({ id }) => id);
    const more = failing.length > worst.length ? ", …" : "";
    const message = `${failing.length} of ${chosen.length} checks fail (${worst.join(", ")}${more}); ${score}`;
    return { status: "False", reason: "ChecksFail", message };
  }
  if (undecided.length > 0)
    return {
      status: "Unknown",
      reason: "ChecksUndecided",
      message: `none of ${chosen.length} checks fails, and ${undecided.length} could not be judged; ${score}`,
    };
  return { status: "True", reason: "ChecksPass", message: `none of ${chosen.length} checks fails; ${score}` };
}

/** A strategic merge patch of nodes/status: conditions are merged by their type, and all others stay. */
export function conditionPatch(type: string, condition: Condition, at: string, since: string): string {
  return JSON.stringify({
    status: {
      conditions: [
        { type, ...condition, lastHeartbeatTime: seconds(at), lastTransitionTime: seconds(since) },
      ],
    },
  });
}
