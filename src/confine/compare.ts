// What one filter lets through that another does not: the difference in meaning, not in text.
import type { Architecture, SyscallTable } from "../formats/syscall-table.js";
import {
  type Decision,
  decisionOf,
  decisions,
  describe,
  type Filter,
  permits,
  type Reach,
  reachOf,
} from "./filter.js";

export interface Change {
  readonly name: string;
  readonly before: Reach;
  readonly after: Reach;
  /** `when arg0 == 8`; empty where neither is conditional. */
  readonly detail: string;
}

export interface Difference {
  /** Let through now, wholly or more than before. */
  readonly gained: readonly Change[];
  /** Refused now, wholly or more than before. */
  readonly lost: readonly Change[];
  /** On other conditions: which of the two lets more through is not told. */
  readonly changed: readonly Change[];
}

const order: readonly Reach[] = ["refused", "conditional", "allowed"];

/** Each set of conditions of the parts that are let through, or, where the rest is, of those that are not. */
function ways(decision: Decision, letThrough: boolean): ReadonlySet<string> {
  return new Set(
    decision.parts
      .filter(({ action }) => permits(action) === letThrough)
      .map(({ when }) => when.join(" and ")),
  );
}

function within(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((one) => b.has(one));
}

/** Of two conditional decisions, which lets more through; undefined where that cannot be told. */
function moreOf(before: Decision, after: Decision): "gained" | "lost" | "same" | undefined {
  const open = permits(after.otherwise);
  if (permits(before.otherwise) !== open) return undefined;
  const [a, b] = [ways(before, !open), ways(after, !open)];
  const [shrinks, grows] = [within(b, a), within(a, b)];
  if (shrinks && grows) return "same";
  if (grows) return open ? "lost" : "gained";
  if (shrinks) return open ? "gained" : "lost";
  return undefined;
}

function detailOf(before: Decision, after: Decision): string {
  const conditional = [before, after].map((one) => (reachOf(one) === "conditional" ? describe(one) : ""));
  const [was, is] = conditional;
  if (was !== "" && is !== "") return `${is}; before ${was}`;
  return was === "" ? (is ?? "") : `before only ${was}`;
}

/** Compares for every call of an architecture. */
export function compare(
  before: Filter,
  after: Filter,
  table: SyscallTable,
  architecture: Architecture,
): Difference {
  const [was, is] = [decisions(before), decisions(after)];
  const found: Record<"gained" | "lost" | "changed", Change[]> = { gained: [], lost: [], changed: [] };
  for (const name of table.of(architecture)) {
    const [old, now] = [decisionOf(before, was, name), decisionOf(after, is, name)];
    const [from, to] = [reachOf(old), reachOf(now)];
    const step = order.indexOf(to) - order.indexOf(from);
    const way = step === 0 && from === "conditional" ? (moreOf(old, now) ?? "changed") : undefined;
    if (step === 0 && (way === undefined || way === "same")) continue;
    const change = { name, before: from, after: to, detail: detailOf(old, now) };
    if (way === "changed") found.changed.push(change);
    else found[step > 0 || way === "gained" ? "gained" : "lost"].push(change);
  }
  return found;
}

/** `mount`, `clone (when arg0 & 0x7e020000 == 0)`. */
export function changeText({ name, detail }: Change): string {
  return detail === "" ? name : `${name} (${detail})`;
}
