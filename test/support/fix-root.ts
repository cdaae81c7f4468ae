// `nodeward` over a root directory of the disk, in this process, with the real door for files.
import type { Context } from "../../src/cli/context.js";
import { run } from "../../src/cli/program.js";
import { shippedData } from "../../src/host/data.js";
import { openWriter } from "../../src/host/live-writer.js";
import { openHost } from "../../src/host/rooted.js";
import { noHands } from "./context.js";
import { auditTime } from "./node-fixture.js";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The clock goes on a second a look, so that runs have an order. */
let ticks = 0;

export async function runOn(argv: readonly string[], answer?: string): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const clock = () => auditTime + 1000 * ticks++;
  const stream = (parts: string[]) => ({
    write: (text: string) => void parts.push(text),
    isTerminal: false,
    columns: 80,
  });
  const context: Context = {
    openHost: (root) => openHost(root, { now: clock, killGroup: () => {} }),
    data: shippedData,
    writer: { replace: () => ({ state: "failed", reason: "no reports are written here" }) },
    hands: {
      ...noHands,
      openWriter: (root) => openWriter(root, process.getuid?.() ?? -1),
      sleep: () => Promise.reject(new Error("nothing is waited for in an image")),
    },
    input: async () => "",
    question: async () => answer,
    out: stream(out),
    err: stream(err),
    clock,
    env: {},
    uid: process.getuid?.() ?? -1,
  };
  const code = await run(argv, context);
  return { code, out: out.join(""), err: err.join("") };
}
