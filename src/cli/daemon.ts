// `nodeward daemon`: one a node, until it is stopped. Looks at nothing itself: that is daemon-look.ts, in a process of its own.

import { resolve } from "node:path";
import { Daemon } from "../daemon/daemon.js";
import { CommandError, type Context, type ExitCode, exit } from "./context.js";
import type { DriftOptions } from "./drift.js";
import { openStateFiles } from "./state-files.js";

export interface DaemonOptions extends DriftOptions {
  /** The unit that makes repairs; undefined: a look makes them itself. */
  readonly repairUnit?: string;
}

/** A file is meant from where we are, a profile's name is no file. */
function absolute(name: string): string {
  return /\/|\.ya?ml$/.test(name) ? resolve(name) : name;
}

/** The words of a look: this program, and the options that say how to look. */
function lookWords(
  { root, config, profile, only, skip, repairUnit }: DaemonOptions,
  context: Context,
): readonly string[] {
  return [
    ...context.hands.self,
    "daemon",
    "--look",
    ...(root === "/" ? [] : ["--root", resolve(root)]),
    ...(repairUnit === undefined ? [] : ["--repair-unit", repairUnit]),
    ...(config === undefined ? [] : ["--config", resolve(config)]),
    ...profile.flatMap((name) => ["--profile", absolute(name)]),
    ...(only.length === 0 ? [] : ["--only", ...only]),
    ...(skip.length === 0 ? [] : ["--skip", ...skip]),
  ];
}

/** 0: stopped. 2: the configuration is wrong from the start. 3: not permitted, or another one runs. */
export async function daemonCommand(options: DaemonOptions, context: Context): Promise<ExitCode> {
  const files = openStateFiles(context, options.root);
  const { hands, err, clock } = context;
  const since = new Date(clock()).toISOString();
  const locked = files.lock(`nodeward daemon, process ${hands.pid}, since ${since}`, "daemon.lock");
  if (locked.state !== "ok") {
    const why = locked.state === "held" ? `one is running: ${locked.by}` : locked.reason;
    throw new CommandError(exit.incomplete, why);
  }
  try {
    const service = await hands.service();
    service.stepBack();
    const daemon = new Daemon({
      service,
      look: lookWords(options, context),
      root: options.root === "/" ? undefined : resolve(options.root),
      say: (text) => err.write(`nodeward: ${text}\n`),
    });
    return (await daemon.run()) === "stopped" ? exit.done : exit.usage;
  } finally {
    locked.release();
  }
}
