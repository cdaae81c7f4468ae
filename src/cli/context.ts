// What a command is given by main: the machine, shipped data, streams, clock. A command touches nothing else.
import type { Act } from "../host/actions.js";
import type { ShippedData } from "../host/data.js";
import type { Detached } from "../host/detached.js";
import type { Greeting } from "../host/greeting.js";
import type { KnownDigests } from "../host/known-digests.js";
import type { OpenedWriter } from "../host/live-writer.js";
import type { Opened } from "../host/rooted.js";
import type { Send } from "../host/send.js";
import type { Service } from "../host/service.js";
import type { Trials } from "../host/trial.js";
import type { Writer } from "../host/writer.js";

/** Exit codes (INTERFACE). */
export const exit = {
  done: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
  guarded: 4,
  rolledBack: 5,
  damaged: 6,
} as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

export interface Stream {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** What only the commands that change a node are to touch. */
export type Uninterrupted = <T>(work: () => Promise<T>) => Promise<T>;

export interface Hands {
  readonly openWriter: (root: string) => OpenedWriter;
  readonly act: Act;
  readonly greeting: (address: string, port: number, limitMs: number) => Promise<Greeting>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Does work to its end: a signal of a person or of a closing terminal waits for it. */
  readonly uninterrupted: Uninterrupted;
  /** Starts a container in a folder of its own. */
  readonly trial: Trials;
  /** The words that start this very program, by absolute paths; and its process. */
  readonly self: readonly string[];
  readonly pid: number;
  readonly detach: (command: readonly string[]) => Promise<Detached>;
  /** The record of a run that waits to be confirmed; undefined where none does, or it may not be read. */
  readonly pending: () => string | undefined;
  /** Digests that this run took or found kept, of files of this machine. */
  readonly digests: Pick<KnownDigests, "toKeep">;
  readonly bootId: () => string;
  /** To those whom a site wants told of drift. */
  readonly send: Send;
  /** What a daemon needs beside. */
  readonly service: () => Promise<Service>;
}

export interface Context {
  /** Opens the machine (`/`) or the root directory of --root; long work on it is told to `progress`. */
  readonly openHost: (root: string, progress?: (text: string | undefined) => void) => Opened;
  readonly data: ShippedData;
  readonly writer: Writer;
  readonly hands: Hands;
  /** Standard input to its end. */
  readonly input: () => Promise<string>;
  /** Asks on the terminal, a line; undefined where nobody sits at one. */
  readonly question: (text: string) => Promise<string | undefined>;
  readonly out: Stream;
  readonly err: Stream;
  readonly clock: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Effective user id. */
  readonly uid: number;
}

/** A command ends early with a code and a message for standard error. */
export class CommandError extends Error {
  constructor(
    readonly code: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

export function versionOf(data: ShippedData): string {
  return /"version":\s*"([^"]+)"/.exec(data.read("package.json") ?? "")?.[1] ?? "0.0.0";
}
