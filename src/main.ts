#!/usr/bin/env node
// Wires the live machine, clock and streams to the command line, and sets the exit code. Holds no logic.

import { exit, type Stream } from "./cli/context.js";
import { run } from "./cli/program.js";
import { liveAct } from "./host/actions.js";
import { shippedData } from "./host/data.js";
import { startDetached } from "./host/detached.js";
import { greeting } from "./host/greeting.js";
import { bootId, KnownDigests, keptDigests } from "./host/known-digests.js";
import { openWriter } from "./host/live-writer.js";
import { pendingRecord } from "./host/pending.js";
import { openHost } from "./host/rooted.js";
import { liveSend } from "./host/send.js";
import { liveTrials } from "./host/trial.js";
import { liveWriter } from "./host/writer.js";
import { believedDigests } from "./state/digests.js";

let lost = false;

function stream(target: NodeJS.WriteStream): Stream {
  target.on("error", (error: NodeJS.ErrnoException) => {
    // The reader has gone (`nodeward audit | head`): there is nobody left to tell.
    if (error.code === "EPIPE" || lost) return;
    // Else, a full disk for one, what was asked for is not there in full.
    lost = true;
    process.exitCode = exit.incomplete;
    if (target === process.stdout) process.stderr.write(`nodeward: cannot write: ${error.message}\n`);
  });
  return {
    write: (text) => {
      target.write(text);
    },
    isTerminal: target.isTTY === true,
    // A terminal that does not tell its width says 0.
    columns: target.columns || 80,
  };
}

const digests = new KnownDigests(
  () => believedDigests(keptDigests(), bootId(), Date.now()),
  () => Date.now(),
);

const environment = {
  now: () => Date.now(),
  digests,
  killGroup: (group: number) => {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  },
};

/** Standard input may be read by nobody else meanwhile. */
async function question(text: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // End of input is an answer too: none.
  const gone = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  const answer = await Promise.race([lines.question(text), gone]);
  lines.close();
  return answer;
}

const waitingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The signal does its work afterwards. */
async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  let came: NodeJS.Signals | undefined;
  const note = (signal: NodeJS.Signals) => {
    if (came === undefined) process.stderr.write("nodeward: ends when what is begun is whole\n");
    came = signal;
  };
  for (const signal of waitingSignals) process.on(signal, note);
  try {
    return await work();
  } finally {
    for (const signal of waitingSignals) process.off(signal, note);
    if (came !== undefined) process.kill(process.pid, came);
  }
}

const ended = run(process.argv.slice(2), {
  openHost: (root, progress) =>
    openHost(root, progress === undefined ? environment : { ...environment, progress }),
  data: shippedData,
  writer: liveWriter,
  hands: {
    openWriter: (root) => openWriter(root, process.geteuid?.() ?? -1),
    act: liveAct(environment),
    greeting,
    send: liveSend(environment),
    uninterrupted,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    trial: liveTrials(environment),
    self: [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
    pid: process.pid,
    detach: startDetached,
    pending: pendingRecord,
    digests,
    bootId,
    service: async () => {
      const { liveService } = await import("./host/service.js");
      return liveService({
        pid: process.pid,
        env: process.env,
        killGroup: environment.killGroup,
        on: (signal, listen) => process.on(signal, listen),
        monotonic: () => Number(process.hrtime.bigint() / 1000n) / 1000,
      });
    },
  },
  question,
  input: async () => {
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(Buffer.from(part));
    return Buffer.concat(parts).toString("utf8");
  },
  out: stream(process.stdout),
  err: stream(process.stderr),
  clock: () => Date.now(),
  env: process.env,
  uid: process.geteuid?.() ?? -1,
});

/** All that was written is on its way, or was found lost. A reader that is slow is waited for. */
function taken(target: NodeJS.WriteStream): Promise<void> {
  // What is wrong with a stream is told right after its writes.
  return new Promise((resolve) => target.write("", () => setImmediate(resolve)));
}

ended.then(async (code) => {
  await taken(process.stdout);
  await taken(process.stderr);
  // Whatever was to be done is done: V8 would clear the memory away that goes with the process.
  process.exit(lost ? exit.incomplete : code);
});
