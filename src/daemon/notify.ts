// Tells each channel of a drift: first written down, then told, so that nothing is lost and nothing told twice. A channel
// that fails hurts no other, and gets what it missed the next time.
import { createHash } from "node:crypto";
import type { Report } from "../core/report.js";
import type { StateFiles } from "../host/node-writer.js";
import type { Send, Sent } from "../host/send.js";
import type { Channel } from "../policy/drift-settings.js";
import { changedIn, type DriftReport, driftJson, type ShownDrift } from "../report/drift.js";
import { driftMetrics, journalEntries, loggerInput } from "../report/drift-notes.js";
import { type Spooled, spool, spooled, unspool } from "../state/spool.js";

export interface News {
  readonly report: Report;
  /** Since the last look; undefined at the first. */
  readonly drift: ShownDrift | undefined;
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
}

const logger = "/usr/bin/logger";

/** A name that stays the same from run to run; undefined for a channel that is shown the state, not told of changes. */
function nameOf(channel: Channel): string | undefined {
  if (channel.kind === "prometheus") return undefined;
  if (channel.kind === "journald") return "journald";
  if (channel.kind === "webhook") return `webhook ${channel.url}`;
  return `command ${channel.program} ${channel.args.join(" ")}`;
}

/**
 * Writes down what each channel is to be told. A run that is interrupted before its snapshot is kept finds the same changes
 * again, and its message takes the place of this one.
 */
export function queue(
  channels: readonly Channel[],
  { report, drift, told }: News,
  files: StateFiles,
): readonly string[] {
  if (drift === undefined || !changedIn(drift)) return [];
  return channels.flatMap((channel) => {
    const name = nameOf(channel);
    if (name === undefined) return [];
    const body =
      channel.kind === "journald"
        ? JSON.stringify(journalEntries(drift, report.run.id).map(loggerInput))
        : driftJson(told);
    const unique = createHash("sha256").update(name).digest("hex").slice(0, 16);
    const { done, dropped } = spool(
      files,
      { channel: name, body },
      Date.parse(drift.comparison.since),
      unique,
    );
    return [
      ...(done.state === "ok" ? [] : [`${channel.kind}: not told: ${done.reason}`]),
      ...(dropped > 0 ? [`${dropped} of the oldest messages were dropped: too many wait`] : []),
    ];
  });
}

async function deliver(channel: Channel, body: string, doors: Doors): Promise<Sent> {
  if (channel.kind === "journald") {
    // logger reads one entry from its standard input (logger(1) --journald).
    const entries: unknown = JSON.parse(body);
    for (const entry of Array.isArray(entries) ? entries.map(String) : []) {
      const sent = await doors.send.pipe(logger, ["--journald"], entry);
      if (sent.state !== "ok") return sent;
    }
    return { state: "ok" };
  }
  if (channel.kind === "webhook") {
    const read = channel.secretFile === undefined ? undefined : await doors.secret(channel.secretFile);
    if (read !== undefined && "reason" in read) return { state: "failed", reason: read.reason };
    return await doors.send.post(channel.url, body, read?.text.trim());
  }
  if (channel.kind !== "command") return { state: "ok" };
  const distrust = await doors.distrust(channel.program);
  if (distrust !== undefined) return { state: "failed", reason: distrust };
  return await doors.send.pipe(channel.program, channel.args, body);
}

/** What waits for one channel, in order; stops at the first that fails, so that none overtakes another. */
async function flush(channel: Channel, waiting: readonly Spooled[], doors: Doors): Promise<Sent> {
  const name = nameOf(channel);
  for (const { name: file, body } of waiting.filter((one) => one.channel === name)) {
    const sent = await deliver(channel, body, doors);
    if (sent.state !== "ok") return sent;
    const gone = unspool(doors.files, file);
    if (gone.state !== "ok") return { state: "failed", reason: gone.reason };
  }
  return { state: "ok" };
}

/** Tells all channels what waits for them; answers what went wrong, a sentence each. The caller holds the lock. */
export async function tell(
  channels: readonly Channel[],
  { report, drift }: News,
  doors: Doors,
): Promise<readonly string[]> {
  const waiting = spooled(doors.files);
  const results = await Promise.all(
    channels.map((channel) =>
      channel.kind === "prometheus"
        ? doors.publish(channel.file, driftMetrics(report, drift))
        : flush(channel, waiting, doors),
    ),
  );
  return results.flatMap((sent, index) => {
    const kind = channels[index]?.kind;
    if (sent.state === "ok") return [];
    return [`${kind}: ${sent.reason}${kind === "prometheus" ? "" : "; kept, and told at the next run"}`];
  });
}
