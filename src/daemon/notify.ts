// Tells each channel of a drift: first written down, then told, so that nothing is lost and nothing told twice. A channel
// that fails hurts no other, and gets what it missed the next time.
import { createHash } from "node:crypto";
import type { Report } from "../core/report.js";
import type { StateFiles } from "../host/node-writer.js";
import type { Channel } from "../policy/drift-channels.js";
import { changedIn, type DriftReport, type ShownDrift } from "../report/drift.js";
import { driftMetrics } from "../report/drift-notes.js";
import { dropStrangers, type Spooled, spool, spooled, unspool, unspoolSince } from "../state/spool.js";
import type { Delivery, Doors, Way } from "./way.js";
import { wayOf } from "./ways.js";

export type { Doors } from "./way.js";

export interface News {
  readonly report: Report;
  /** Since the last look; undefined at the first. */
  readonly drift: ShownDrift | undefined;
  readonly told: DriftReport;
}

export interface Queued {
  /** Empty: all is written down, and the look may be kept. */
  readonly problems: readonly string[];
  /** What was given up for it. */
  readonly remarks: readonly string[];
  /** The messages of this look, by their names. */
  readonly names: readonly string[];
}

function waysOf(channels: readonly Channel[]): readonly (readonly [Channel, Way])[] {
  return channels.flatMap((channel) => {
    const way = wayOf(channel);
    return way === undefined ? [] : [[channel, way] as const];
  });
}

/**
 * Writes down what each channel is to be told: for all of them, or for none where the disk takes no more. A run that is
 * interrupted before its snapshot is kept finds the same changes again, and its messages take the place of these.
 */
export function queue(channels: readonly Channel[], news: News, files: StateFiles): Queued {
  const { report, drift, told } = news;
  const nothing: Queued = { problems: [], remarks: [], names: [] };
  if (drift === undefined) return nothing;
  const sinceMs = Date.parse(drift.comparison.since);
  if (!changedIn(drift)) {
    unspoolSince(files, sinceMs);
    return nothing;
  }
  const written = waysOf(channels).flatMap(([{ kind }, { name: channel, body: write }]) => {
    if (write === undefined) return [];
    const unique = createHash("sha256").update(channel).digest("hex").slice(0, 16);
    const body = write({ report, drift, told });
    return [{ kind, ...spool(files, { channel, body }, sinceMs, unique) }];
  });
  const problems = written.flatMap(({ kind, done }) =>
    done.state === "ok" ? [] : [`${kind}: not told yet: ${done.reason}`],
  );
  const names = written.map(({ name }) => name);
  if (problems.length > 0) for (const name of names) unspool(files, name);
  const remarks = written.flatMap(({ kind, dropped }) =>
    dropped > 0 ? [`${kind}: too many messages wait: the oldest went (${dropped})`] : [],
  );
  return { problems, remarks, names };
}

/** What waits for one channel, then the state of the node; answers what went wrong. */
async function flush(
  way: Way,
  all: readonly Spooled[],
  { report }: News,
  doors: Doors,
): Promise<string | undefined> {
  const waiting = all.filter((one) => one.channel === way.name);
  let left = waiting.length;
  const delivery: Delivery = {
    waiting,
    doors,
    hostname: report.host.hostname,
    nowMs: Date.parse(report.run.startedAt),
    done: ({ name }) => {
      const gone = unspool(doors.files, name);
      if (gone.state === "ok") left -= 1;
      return gone.state === "ok" ? gone : { state: "failed", reason: gone.reason };
    },
  };
  const told = await way.deliver(delivery);
  const shown = await way.show?.(report, delivery);
  const number = left === 1 ? "1 message waits" : `${left} messages wait`;
  const reasons = [
    ...(told.state === "failed" ? [`${told.reason}; kept, and told at the next run (${number})`] : []),
    ...(shown?.state === "failed" && (told.state !== "failed" || told.reason !== shown.reason)
      ? [shown.reason]
      : []),
  ];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** The path of a webhook is its password with many who offer them. */
function shown(channel: string): string {
  return channel.replace(/^(webhook https?:\/\/[^/?]+)[/?].*$/, "$1/…");
}

/** One that throws is a fault of ours, and no other channel's. */
async function guarded(kind: string, work: () => Promise<string | undefined>): Promise<readonly string[]> {
  try {
    const problem = await work();
    return problem === undefined ? [] : [`${kind}: ${problem}`];
  } catch (error) {
    return [`${kind}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/**
 * Tells all channels what waits for them but for the messages `held`, of a look that was not kept and will be made again;
 * answers what went wrong, a sentence each. The caller holds the lock.
 */
export async function tell(
  channels: readonly Channel[],
  news: News,
  doors: Doors,
  held: readonly string[] = [],
): Promise<readonly string[]> {
  const waiting = spooled(doors.files).filter(({ name }) => !held.includes(name));
  const ways = waysOf(channels);
  const texts = channels.filter((channel) => channel.kind === "prometheus");
  const told = await Promise.all([
    ...texts.map(({ kind, file }) =>
      guarded(kind, async () => {
        const sent = doors.publish(file, driftMetrics(news.report, news.drift));
        return sent.state === "ok" ? undefined : sent.reason;
      }),
    ),
    ...ways.map(([{ kind }, way]) => guarded(kind, () => flush(way, waiting, news, doors))),
  ]);
  const names = new Set(ways.map(([, way]) => way.name));
  const dropped = dropStrangers(doors.files, names, Date.parse(news.report.run.startedAt));
  const strangers = [...dropped].map(
    ([channel, number]) => `${shown(channel)}: no longer in drift.notify: ${number} old messages went`,
  );
  return [...told.flat(), ...strangers];
}
