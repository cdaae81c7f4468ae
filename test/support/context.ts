// Everything a command is given, as values: a node made of files, captured streams, a clock that stands still.
import type { Context, ExitCode, Stream } from "../../src/cli/context.js";
import { run } from "../../src/cli/program.js";
import { shippedData } from "../../src/host/data.js";
import type { Host } from "../../src/host/host.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../src/host/memory.js";
import type { Writer } from "../../src/host/writer.js";

/** 2026-11-21, 13:10 UTC. */
export const noon = Date.UTC(2026, 10, 21, 13, 10);

export interface MemoryContext {
  readonly files?: MemoryFiles;
  readonly host?: MemoryOptions;
  /** Other root directories, for --root. */
  readonly roots?: Readonly<Record<string, MemoryFiles>>;
  /** What is at /image, and can be changed: `hands` open it. */
  readonly image?: { readonly host: (options: MemoryOptions) => Host };
  /** The node itself in place of `files`, likewise. */
  readonly node?: { readonly host: (options: MemoryOptions) => Host };
  readonly now?: number;
  /** A clock that goes; else it stands still. */
  readonly clock?: () => number;
  readonly input?: string;
  /** Columns of the terminal that standard output is; undefined: a pipe. */
  readonly terminal?: number;
  readonly env?: Context["env"];
  readonly uid?: number;
  readonly writer?: Writer;
  readonly data?: Context["data"];
  readonly hands?: Partial<Context["hands"]>;
  /** What somebody at the terminal answers; undefined: nobody is there. */
  readonly answer?: string;
}

/** Hands of a machine that cannot be changed. */
export const noHands: Context["hands"] = {
  openWriter: (root) => ({ state: "refused", path: root, reason: `${root}: is only to be read` }),
  act: async () => ({ state: "failed", reason: "nothing is changed here" }),
  greeting: async () => ({ state: "failed", reason: "nobody answers here" }),
  uninterrupted: (work) => work(),
  sleep: async () => {},
  trial: async () => ({ state: "failed", reason: "nothing is started here" }),
  self: ["/usr/bin/node", "/usr/bin/nodeward"],
  pid: 4242,
  detach: async () => ({ state: "failed", reason: "nothing is started here" }),
  pending: () => undefined,
  digests: { toKeep: () => undefined },
  bootId: () => "",
  service: async () => {
    throw new Error("no daemon here");
  },
  send: {
    pipe: async (program) => ({ state: "failed", reason: `${program} is not started here` }),
    pipeOutside: async (program) => ({ state: "failed", reason: `${program} is not started here` }),
    journal: async () => ({ state: "failed", reason: "no journal is reached from here" }),
    post: async (url) => ({ state: "failed", reason: `${url} is not reached from here` }),
    api: async ({ url }) => ({ state: "failed", reason: `${url} is not reached from here` }),
    syslog: async ({ host }) => ({ state: "failed", reason: `${host} is not reached from here` }),
  },
};

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** Files written by -o, with their modes. */
  readonly written: ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
}

function captured(columns: number | undefined): Stream & { readonly text: () => string } {
  const parts: string[] = [];
  return {
    write: (text) => {
      parts.push(text);
    },
    isTerminal: columns !== undefined,
    columns: columns ?? 80,
    text: () => parts.join(""),
  };
}

/** Runs a command line over values, and answers what came of it. */
export async function runIn(argv: readonly string[], given: MemoryContext = {}): Promise<Ran> {
  const { files = {}, roots = {}, now = noon, host = {} } = given;
  const written = new Map<string, { readonly text: string; readonly mode: number }>();
  const out = captured(given.terminal);
  const err = captured(undefined);
  const code = await run(argv, {
    openHost: (root) => {
      if (root === "/image" && given.image !== undefined)
        return { state: "ok", host: given.image.host({ live: false, now, ...host }) };
      if (root === "/" && given.node !== undefined)
        return { state: "ok", host: given.node.host({ live: true, now, ...host }) };
      const tree = root === "/" ? files : roots[root];
      if (tree === undefined) return { state: "failed", reason: `no such directory: ${root}` };
      return { state: "ok", host: memoryHost(tree, { live: root === "/", now, ...host }) };
    },
    data: given.data ?? shippedData,
    writer: given.writer ?? {
      replace: (path, text, mode) => {
        written.set(path, { text, mode });
        return { state: "ok" };
      },
    },
    hands: { ...noHands, ...given.hands },
    input: async () => given.input ?? "",
    question: async () => given.answer,
    out,
    err,
    clock: given.clock ?? (() => now),
    env: given.env ?? {},
    uid: given.uid ?? 0,
  });
  return { code, out: out.text(), err: err.text(), written };
}
