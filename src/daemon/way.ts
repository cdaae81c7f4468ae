// What it takes to tell a channel: what is written down for it, the doors that lead to it, and the order of telling. Knows no
// channel.
import type { Report } from "../core/report.js";
import type { StateFiles } from "../host/node-writer.js";
import type { Send, Sent } from "../host/send.js";
import type { DriftReport, ShownDrift } from "../report/drift.js";
import type { Spooled } from "../state/spool.js";

/** What changed, at a look that has something to compare with. */
export interface Changes {
  readonly report: Report;
  /** Since the last look. */
  readonly drift: ShownDrift;
  readonly told: DriftReport;
}

export interface Doors {
  readonly send: Send;
  readonly files: StateFiles;
  /** Puts a file in place, readable by all: a textfile of node_exporter. */
  readonly publish: (path: string, text: string) => Sent;
  /** The content of a file that only root could have written. */
  readonly secret: (path: string) => Promise<{ readonly text: string } | { readonly reason: string }>;
  /** Why somebody other than root could have written the program. */
  readonly distrust: (program: string) => Promise<string | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The kubeconfig that the kubelet of this node is started with. */
  readonly kubeletConfig: () => Promise<string | undefined>;
}

/** One delivery: the messages that wait, oldest first, and how each is ticked off. */
export interface Delivery {
  readonly waiting: readonly Spooled[];
  readonly doors: Doors;
  readonly hostname: string;
  readonly nowMs: number;
  readonly done: (one: Spooled) => Sent;
}

/** `quiet`: it did not succeed, and why was said before. */
export type Told = Sent | { readonly state: "quiet" };

export interface Way {
  /** Stays the same from run to run: the messages that wait are known by it. */
  readonly name: string;
  /** Undefined: it is not told of changes. */
  readonly body: ((changes: Changes) => string) | undefined;
  readonly deliver: (delivery: Delivery) => Promise<Told>;
  /** Shows the state of the node, at every look. */
  readonly show?: (report: Report, delivery: Delivery) => Promise<Told>;
}

/** What a slow channel gets of one run, which has an end of its own. */
const patienceMs = 60_000;

/** Messages that are not taken, and let those after them pass, in one run. */
const aloneLimit = 20;

/** One after the other; stops at the first that fails, so that none overtakes another, unless it fails by its own nature. */
export async function oneByOne(
  { waiting, doors, done }: Delivery,
  tell: (one: Spooled) => Promise<Told>,
): Promise<Told> {
  const since = doors.now();
  let alone: Told | undefined;
  let passed = 0;
  for (const one of waiting) {
    // A clock that is put back meanwhile gives it another minute.
    if (doors.now() - since > patienceMs)
      return { state: "failed", reason: `took longer than ${patienceMs / 1000} s for what waits` };
    const told = await tell(one);
    if (told.state === "failed" && told.alone === true && ++passed < aloneLimit) {
      alone ??= told;
      continue;
    }
    const ticked = told.state === "ok" ? done(one) : told;
    if (ticked.state !== "ok") return ticked;
  }
  return alone ?? { state: "ok" };
}
