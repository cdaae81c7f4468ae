// The journal as written: hash-chained lines, each on the disk before the caller goes on. Decides nothing.
import { type JournalEvent, type JournalLine, journalVersion } from "../core/journal-event.js";
import type { Done, Refused, StateFiles } from "../host/node-writer.js";
import { type Broken, hashOf, journalName, readJournal } from "./journal-file.js";

/** Bytes from which a new run begins a new part. */
export const partSize = 4 * 1024 * 1024;

export class Journal {
  private readonly written: JournalLine[];

  constructor(
    private readonly files: StateFiles,
    private readonly clock: () => number,
    lines: readonly JournalLine[],
    private previous: string,
    private seq: number,
    private size: number,
    /** The first broken link, if any: the journal goes on after it, and `history --verify` names it. */
    readonly broken: Broken | undefined,
  ) {
    this.written = [...lines];
  }

  get lines(): readonly JournalLine[] {
    return this.written;
  }

  /** Puts events on the disk, all or none. */
  append(...events: readonly JournalEvent[]): Done {
    let { previous, seq } = this;
    const texts: string[] = [];
    const lines: JournalLine[] = [];
    const time = new Date(this.clock()).toISOString();
    for (const event of events) {
      seq += 1;
      const data = { v: journalVersion, seq, time, previous, ...event };
      const text = JSON.stringify(data);
      previous = hashOf(text);
      texts.push(`${text}\n`);
      lines.push({ version: journalVersion, seq, time, event, data });
    }
    const bytes = Buffer.from(texts.join(""));
    const extended = this.files.extend(journalName, this.size, bytes);
    if (extended.state !== "ok") return extended;
    this.size += bytes.length;
    this.previous = previous;
    this.seq = seq;
    this.written.push(...lines);
    return extended;
  }

  /** Begins a new part when this one is large. Only between runs: what is unfinished is looked for in one part. */
  rotate(): Done {
    if (this.size < partSize) return { state: "ok" };
    const from = `journal.${String(this.seq).padStart(12, "0")}.ndjson`;
    const renamed = this.files.rename(journalName, from);
    if (renamed.state !== "ok") return renamed;
    this.size = 0;
    return this.append({ event: "rotated", from });
  }
}

export type OpenedJournal =
  | {
      readonly state: "ok";
      readonly journal: Journal;
      /** Bytes of a torn last line that were cut off, 0 as a rule. */
      readonly repaired: number;
    }
  | Refused;

/** Opens the journal for writing, by who holds the lock. A line torn by a crash is cut off, and that is written down. */
export function openJournal(files: StateFiles, clock: () => number): OpenedJournal {
  const read = readJournal(files, "current");
  if (read.state !== "ok") return read;
  const { lines, previous, seq, size, torn, broken } = read;
  const journal = new Journal(files, clock, lines, previous, seq, size, broken);
  if (torn.length === 0) return { state: "ok", journal, repaired: 0 };
  const said = journal.append({ event: "repaired", bytes: torn.length, sha256: hashOf(torn) });
  return said.state === "ok" ? { state: "ok", journal, repaired: torn.length } : said;
}
