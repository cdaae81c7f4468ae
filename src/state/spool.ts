// Messages that could not be delivered, kept until they are: one file a message, bounded. Delivers nothing.
import type { Done, StateFiles } from "../host/node-writer.js";

const folder = "spool";
const messageLimit = 500;
const form = /^\d{15}-[0-9a-f]{16}\.json$/;

export interface Spooled {
  readonly name: string;
  /** Which channel it is for. */
  readonly channel: string;
  readonly body: string;
}

/** Those of one channel, oldest first; what is damaged is taken away. */
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

/** Keeps a message; the oldest go where there are too many, and their number is given. */
export function spool(
  files: StateFiles,
  { channel, body }: Omit<Spooled, "name">,
  /** Of the look that it tells from: with `unique` it names the message, and a second one takes its place. */
  sinceMs: number,
  unique: string,
): { readonly done: Done; readonly dropped: number } {
  const names = files.list(folder).filter((one) => form.test(one));
  const old = names.slice(0, Math.max(0, names.length - messageLimit + 1));
  for (const name of old) files.remove(`${folder}/${name}`);
  const name = `${String(sinceMs).padStart(15, "0")}-${unique}.json`;
  const done = files.put(`${folder}/${name}`, Buffer.from(JSON.stringify({ channel, body })));
  return { done, dropped: old.length };
}

export function unspool(files: StateFiles, name: string): Done {
  return files.remove(`${folder}/${name}`);
}
