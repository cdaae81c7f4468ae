// The journal as read: lines, how they are chained, and where the chain breaks. Writes nothing.
import { createHash } from "node:crypto";
import type { JournalLine } from "../core/journal-event.js";
import type { Refused, StateFiles } from "../host/node-writer.js";
import { isJournalEvent, isRecord } from "./event-shape.js";

export const journalName = "journal.ndjson";
/** Earlier parts, in the order of their names. */
export const partForm = /^journal\.\d{12}\.ndjson$/;
/** What the very first line is chained to. */
export const chainStart = "0".repeat(64);

/** The first line that does not follow from the one before it. */
export interface Broken {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

export interface JournalRead {
  readonly state: "ok";
  readonly lines: readonly JournalLine[];
  /** For the next line. */
  readonly previous: string;
  readonly seq: number;
  /** Whole lines of the file that is written to, in bytes. */
  readonly size: number;
  /** What a crash left behind them. */
  readonly torn: Buffer;
  readonly broken: Broken | undefined;
}

export function hashOf(line: string | Uint8Array): string {
  return createHash("sha256").update(line).digest("hex");
}

interface Chain {
  previous: string | undefined;
  seq: number;
  broken: Broken | undefined;
  readonly lines: JournalLine[];
}

function parsed(text: string): JournalLine | undefined {
  try {
    const data: unknown = JSON.parse(text);
    if (!isRecord(data)) return undefined;
    const { v, seq, time } = data;
    if (typeof v !== "number" || typeof seq !== "number" || typeof time !== "string") return undefined;
    return { version: v, seq, time, event: isJournalEvent(data) ? data : null, data };
  } catch {
    return undefined;
  }
}

function follow(chain: Chain, file: string, number: number, bytes: Buffer): void {
  const line = parsed(bytes.toString());
  const wrong = (reason: string) => {
    chain.broken ??= { file, line: number, reason };
  };
  if (line === undefined) wrong("is not a line of a journal");
  else {
    if (chain.previous !== undefined && line.data.previous !== chain.previous)
      wrong("does not follow from the line before it: one of the two was changed, or a line is missing");
    if (chain.previous !== undefined && line.seq !== chain.seq + 1)
      wrong(`has the number ${line.seq}, and ${chain.seq + 1} was to follow`);
    chain.seq = line.seq;
    chain.lines.push(line);
  }
  chain.previous = hashOf(bytes);
}

/** Where the whole lines end. NUL bytes in the last one are what some file systems leave of a write cut off by a crash. */
function wholeLines(bytes: Buffer): number {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lastLine = end < 2 ? 0 : bytes.lastIndexOf(0x0a, end - 2) + 1;
  return bytes.subarray(lastLine, end).includes(0) ? lastLine : end;
}

function followFile(chain: Chain, file: string, bytes: Buffer): number {
  const size = wholeLines(bytes);
  let start = 0;
  for (let number = 1; start < size; number++) {
    const end = bytes.indexOf(0x0a, start);
    follow(chain, file, number, bytes.subarray(start, end));
    start = end + 1;
  }
  return size;
}

/** The lines of one earlier part, which is not checked. */
export function readPart(files: StateFiles, part: string): readonly JournalLine[] {
  const read = files.read(part);
  const chain: Chain = { previous: undefined, seq: 0, broken: undefined, lines: [] };
  if (read.state === "ok") followFile(chain, part, read.bytes);
  return chain.lines;
}

/** The beginning may be missing only where it was freed. */
function beheaded(chain: Chain, file: string): Broken | undefined {
  const [first] = chain.lines;
  if (first === undefined || first.seq === 1 || chain.lines.some(({ event }) => event?.event === "freed"))
    return undefined;
  return { file, line: 1, reason: `has the number ${first.seq}, and the lines before it are missing` };
}

/** Reads the whole journal, or the part that is written to, whose first line is then taken as it is. */
export function readJournal(
  files: Pick<StateFiles, "read" | "list">,
  part: "all" | "current",
): JournalRead | Refused {
  const parts = files.list("").filter((name) => partForm.test(name));
  const current = files.read(journalName);
  if (current.state === "refused") return current;
  const bytes = current.state === "ok" ? current.bytes : Buffer.alloc(0);
  // Right after a rotation the current part is empty: the chain goes on from the last one.
  const earlier = part === "all" ? parts : wholeLines(bytes) === 0 ? parts.slice(-1) : [];
  const whole = earlier.length === parts.length;
  const chain: Chain = { previous: undefined, seq: 0, broken: undefined, lines: [] };
  // The parts before the first may have been freed: only then does it not begin with the start of the chain.
  for (const name of earlier) {
    const read = files.read(name);
    if (read.state === "refused") return read;
    if (read.state === "ok") followFile(chain, name, read.bytes);
  }
  if (whole && parts.length === 0) chain.previous = chainStart;
  const size = followFile(chain, journalName, bytes);
  return {
    state: "ok",
    lines: chain.lines,
    previous: chain.previous ?? chainStart,
    seq: chain.seq,
    size,
    torn: bytes.subarray(size),
    broken: chain.broken ?? (whole ? beheaded(chain, parts[0] ?? journalName) : undefined),
  };
}
