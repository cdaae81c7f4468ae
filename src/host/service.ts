// What a service needs beside the node itself: watches, timers, signals, its manager, workers. Put together for a command
// that runs for months.
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { type FolderEvent, type FolderWatch, watchFolder } from "./folder-watch.js";
import { listenersNow, modulesNow } from "./kernel-lists.js";
import type { Serve } from "./serve.js";
import { type ServiceManager, serviceManager } from "./service-manager.js";
import { type StartWorker, startWorker } from "./worker.js";

export interface Timers {
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** Runs something later; the answer calls it off. */
  after(milliseconds: number, run: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

export interface Service {
  readonly timers: Timers;
  readonly manager: ServiceManager;
  readonly watchFolder: (
    path: string,
    seen: (event: FolderEvent) => void,
    lost: (reason: string) => void,
  ) => FolderWatch;
  readonly listeners: () => string;
  readonly modules: () => string;
  readonly startWorker: StartWorker;
  readonly serve: Serve;
  /** SIGHUP is `reload`, SIGTERM and SIGINT are `stop`. */
  readonly onSignal: (listen: (signal: "reload" | "stop") => void) => void;
  /** Steps behind everybody else, processor and disk. */
  readonly stepBack: () => void;
}

export interface OwnProcess {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly killGroup: (group: number) => void;
  readonly on: (signal: "SIGHUP" | "SIGTERM" | "SIGINT", listen: () => void) => void;
  /** Milliseconds of CLOCK_MONOTONIC (clock_gettime(2)). */
  readonly monotonic: () => number;
}

const ionice = "/usr/bin/ionice";

export function liveService({ pid, env, killGroup, on, monotonic }: OwnProcess): Service {
  return {
    timers: {
      now: monotonic,
      after: (milliseconds, run) => {
        const timer = setTimeout(run, milliseconds);
        return () => clearTimeout(timer);
      },
      random: () => Math.random(),
    },
    manager: serviceManager(env, pid),
    watchFolder,
    listeners: listenersNow,
    modules: modulesNow,
    startWorker: startWorker(killGroup),
    // Few sites want it, and it is large.
    serve: async (...request) => {
      const { liveServe } = await import("./serve.js");
      return await liveServe(...request);
    },
    onSignal: (listen) => {
      on("SIGHUP", () => listen("reload"));
      on("SIGTERM", () => listen("stop"));
      on("SIGINT", () => listen("stop"));
    },
    stepBack: () => {
      try {
        setPriority(pid, 10);
      } catch {
        // A sandbox may keep us from it, which has seen to it by itself.
      }
      // ionice(1): the idle class. Where it is not installed the disk is shared like everybody's.
      spawn(ionice, ["-c", "3", "-p", String(pid)], { cwd: "/", env: {}, stdio: "ignore" }).once(
        "error",
        () => {},
      );
    },
  };
}
