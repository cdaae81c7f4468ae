// A machine for runs: a real tree for its files, and a running system made of values that remembers what was done to it.
import type { RunResult } from "../../src/host/host.js";
import { openWriter } from "../../src/host/live-writer.js";
import type { Machine } from "../../src/remedy/machine.js";
import type { Tree } from "./tree.js";

export interface Actor {
  /** By action and arguments, or by the action alone: what comes of it. Done unless told. */
  readonly acts?: Readonly<Record<string, RunResult | ((times: number) => RunResult)>>;
  /** By probe and arguments, or the probe alone. */
  readonly runs?: Readonly<Record<string, RunResult>>;
  readonly greets?: (times: number) => boolean;
}

export interface Played {
  readonly machine: Machine;
  /** What was done, in order. */
  readonly done: string[];
}

const fine = { state: "ok", code: 0, stdout: "", stderr: "" } as const;

export function said(stdout: string): RunResult {
  return { ...fine, stdout };
}

export function refuses(stderr: string): RunResult {
  return { ...fine, code: 1, stderr };
}

export function machineOn(tree: Tree, { acts = {}, runs = {}, greets = () => true }: Actor = {}): Played {
  const opened = openWriter(tree.root, process.getuid?.() ?? -1);
  if (opened.state !== "ok") throw new Error(opened.reason);
  const done: string[] = [];
  const times = new Map<string, number>();
  const count = (key: string) => {
    const next = (times.get(key) ?? 0) + 1;
    times.set(key, next);
    return next;
  };
  let now = Date.UTC(2026, 0, 1);
  const machine: Machine = {
    writer: opened.writer,
    open: () =>
      Object.create(tree.host(), {
        live: { value: true },
        run: {
          value: async (...words: readonly string[]) =>
            runs[words.join(" ")] ??
            runs[words[0] ?? ""] ?? { state: "absent", reason: `${words[0]} is not there` },
        },
      }),
    act: async (...words) => {
      const key = words.join(" ");
      done.push(key);
      const result = acts[key] ?? acts[words[0]] ?? fine;
      return typeof result === "function" ? result(count(key)) : result;
    },
    greeting: async () =>
      greets(count("greeting"))
        ? { state: "ok", line: "SSH-2.0-OpenSSH_9.2" }
        : { state: "failed", reason: "nobody answers" },
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    clock: () => now++,
    say: () => {},
  };
  return { machine, done };
}
