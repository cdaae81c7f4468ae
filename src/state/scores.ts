// The scores of past looks, one a line in scores.ndjson: the newest whole, of older days the last one. Not the verdicts.
import type { Score } from "../core/score.js";
import type { Done, StateFiles } from "../host/node-writer.js";

const name = "scores.ndjson";
const version = 1;
/** The newest; what a daemon writes on a bad day, or a timer in three weeks. */
const wholeLimit = 500;
/** Of what is older one a day. */
const dayLimit = 1000;

export interface KeptScores {
  /** Oldest first. */
  readonly scores: readonly Score[];
  /** Lines that are damaged or of another nodeward. */
  readonly unread: number;
}

function scoreOf(line: string): Score | undefined {
  try {
    const { version: of = version, at, run, score, fail } = Object(JSON.parse(line));
    if (of !== version || typeof at !== "string" || Number.isNaN(Date.parse(at))) return undefined;
    if (typeof score !== "number" || typeof fail !== "number") return undefined;
    return { at, run: String(run), score, fail };
  } catch {
    return undefined;
  }
}

export function keptScores(files: StateFiles): KeptScores {
  const read = files.read(name);
  if (read.state !== "ok") return { scores: [], unread: 0 };
  const lines = read.bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  const scores = lines.map(scoreOf).filter((score) => score !== undefined);
  return { scores, unread: lines.length - scores.length };
}

function thinned(scores: readonly Score[]): readonly Score[] {
  const old = scores.slice(0, -wholeLimit);
  const days = new Map(old.map((score) => [score.at.slice(0, 10), score]));
  return [...[...days.values()].slice(-dayLimit), ...scores.slice(-wholeLimit)];
}

/** Adds one, and lets go what is too old or cannot be read; the number of lines that could not is given. */
export function keepScore(files: StateFiles, score: Score): { readonly done: Done; readonly unread: number } {
  const { scores, unread } = keptScores(files);
  const lines = thinned([...scores, score]).map((one) => `${JSON.stringify({ version, ...one })}\n`);
  return { done: files.put(name, Buffer.from(lines.join(""))), unread };
}
