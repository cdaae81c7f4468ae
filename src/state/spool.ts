// Messages that could not be delivered, kept until they are: one file a message, bounded for each channel. Delivers nothing.
import type { Done, StateFiles } from "../host/node-writer.js";

const folder = "spool";
/** Of each channel: one that is away for long takes no other's place. */
const messageLimit = 200;
/** And as many bytes: all that waits is taken into memory to be told. */
const byteLimit = 16 * 1024 * 1024;
/** Of channels that the site file does not name any more. */
const strangerMs = 7 * 86_400_000;
/** Its place in the order, the look that it tells from where that is another number, and its channel. */
const form = /^\d{15}-(?:\d{15}-)?[0-9a-f]{16}\.json$/;

export interface Spooled {
  readonly name: string;
  /** Which channel it is for. */
  readonly channel: string;
  readonly body: string;
}

/** Those of all channels, oldest first; what is damaged is taken away. */
export function spooled(files: StateFiles): readonly Spooled[] {
  const found: Spooled[] = [];
  for (const name of files.list(folder).filter((one) => form.test(one))) {
    const read = files.read(`${folder}/${name}`);
    if (read.state !== "ok") continue;
    try {
      const { channel, body } = JSON.parse(read.bytes.toString("utf8"));
      if (typeof channel !== "string" || typeof body !== "string") throw new Error("no message");
      found.push({ name, channel, body });
    } catch {
      files.remove(`${folder}/${name}`);
    }
  }
  return found;
}

function digits(number: number): string {
  return String(number).padStart(15, "0");
}

/** The look that a message tells from. */
function sinceOf(name: string): number {
  return Number(name.split("-").at(-2));
}

/**
 * The name of a message: the one that the same look had before; otherwise after all that wait, also where the clock was put
 * back since they were written.
 */
function nameOf(mine: readonly string[], sinceMs: number, unique: string): string {
  const before = mine.find((name) => sinceOf(name) === sinceMs);
  if (before !== undefined) return before;
  const last = Number(mine.at(-1)?.slice(0, 15) ?? 0);
  const place = last < sinceMs ? "" : `${digits(last + 1)}-`;
  return `${place}${digits(sinceMs)}-${unique}.json`;
}

/** Those that go, the oldest: as many as it takes. */
function tooOld(files: StateFiles, mine: readonly string[]): readonly string[] {
  let bytes = 0;
  const newest = mine.toReversed();
  const end = newest.findIndex((name, index) => {
    const read = files.read(`${folder}/${name}`);
    bytes += read.state === "ok" ? read.bytes.length : 0;
    return index >= messageLimit || (index > 0 && bytes > byteLimit);
  });
  return end < 0 ? [] : newest.slice(end);
}

/** Keeps a message; the oldest of its channel go where there are too many, and their number is given. */
export function spool(
  files: StateFiles,
  { channel, body }: Omit<Spooled, "name">,
  /** Of the look that it tells from: with `unique`, of the channel, it names the message; a second one takes its place. */
  sinceMs: number,
  unique: string,
): { readonly name: string; readonly done: Done; readonly dropped: number } {
  const mine = () => files.list(folder).filter((one) => form.test(one) && one.endsWith(`-${unique}.json`));
  const name = nameOf(mine(), sinceMs, unique);
  const done = files.put(`${folder}/${name}`, Buffer.from(JSON.stringify({ channel, body })));
  // None is given up for one that is not there.
  if (done.state !== "ok") return { name, done, dropped: 0 };
  const old = tooOld(files, mine());
  for (const one of old) files.remove(`${folder}/${one}`);
  return { name, done, dropped: old.length };
}

export function unspool(files: StateFiles, name: string): Done {
  return files.remove(`${folder}/${name}`);
}

/** Takes away what a look since then had written down that was never kept: what it found may be put back by now. */
export function unspoolSince(files: StateFiles, sinceMs: number): void {
  for (const name of files.list(folder))
    if (form.test(name) && sinceOf(name) === sinceMs) files.remove(`${folder}/${name}`);
}

/** Takes away what is for none of `channels` and older than a week; answers for whom, with the number. */
export function dropStrangers(
  files: StateFiles,
  channels: ReadonlySet<string>,
  nowMs: number,
): ReadonlyMap<string, number> {
  const dropped = new Map<string, number>();
  for (const { name, channel } of spooled(files)) {
    if (channels.has(channel) || nowMs - sinceOf(name) < strangerMs) continue;
    if (unspool(files, name).state === "ok") dropped.set(channel, (dropped.get(channel) ?? 0) + 1);
  }
  return dropped;
}
