// A machine of values for tests of the dead man's switch: systemd or none, what is started on it, a clock that is turned by hand.
import { pastRuns } from "../../src/core/past-runs.js";
import type { Group } from "../../src/core/plan.js";
import type { HostAction } from "../../src/host/actions.js";
import type { RunResult } from "../../src/host/host.js";
import type { MemoryFiles } from "../../src/host/memory.js";
import { MemoryWriter } from "../../src/host/memory-writer.js";
import type { Failure } from "../../src/remedy/apply-group.js";
import { applyRun, type RunOutcome } from "../../src/remedy/apply-run.js";
import type { Machine } from "../../src/remedy/machine.js";
import { ownersOf } from "../../src/remedy/owners.js";
import { prepare } from "../../src/remedy/prepare.js";
import { noReaction } from "../../src/remedy/reactions.js";
import { openState, type State } from "../../src/remedy/session.js";
import { deadMansSwitch, type SwitchHands } from "../../src/remedy/switch.js";
import { planUndo, undo } from "../../src/remedy/undo.js";
import { group } from "./guard-node.js";
import { nobodyInParticular } from "./journal-events.js";

export const ok: RunResult & { readonly state: "ok" } = { state: "ok", code: 0, stdout: "", stderr: "" };
export const configFile = "/etc/x.conf";
const begin = Date.UTC(2026, 10, 21, 12);

/** proc_pid_stat(5): the 22nd field. */
export function startedAt(ticks: number): string {
  return `4242 (node) S ${"0 ".repeat(18)}${ticks} 0`;
}

export const withSystemd: MemoryFiles = {
  "/run/systemd/system": { kind: "directory" },
  "/etc/systemd/system/sysinit.target.wants": { kind: "directory" },
  "/proc/4242/stat": startedAt(777),
  "/usr/bin/node": { text: "", mode: 0o755 },
  "/usr/bin/nodeward": { text: "", mode: 0o755 },
  [configFile]: "old\n",
};

export class SwitchMachine {
  readonly writer: MemoryWriter;
  readonly acts: string[] = [];
  readonly said: string[] = [];
  /** Answers in place of success. */
  readonly answers = new Map<HostAction, RunResult>();
  timers = "active\n";
  now = begin;
  readonly machine: Machine;
  readonly hands: SwitchHands;
  detached: readonly string[] | undefined;

  constructor(files: MemoryFiles = withSystemd) {
    this.writer = new MemoryWriter(files);
    this.machine = {
      writer: this.writer,
      open: () =>
        this.writer.host({
          live: true,
          now: this.now,
          runs: { "unit-active": { ...ok, stdout: this.timers } },
        }),
      act: (name, ...args) => this.act(name, args),
      greeting: async () => ({ state: "failed", reason: "nobody" }),
      sleep: async (milliseconds) => {
        this.now += milliseconds;
        await new Promise((resolve) => setImmediate(resolve));
      },
      clock: () => this.now,
      say: (line) => this.said.push(line),
    };
    this.hands = {
      self: ["/usr/bin/node", "/usr/bin/nodeward"],
      pid: 4242,
      detach: async (command) => {
        this.detached = command;
        this.writer.nodes.set("/proc/77/stat", { text: "77 (node) S 1 77 77 0" });
        return { state: "ok", pid: 77 };
      },
    };
  }

  private async act(name: HostAction, args: readonly string[]): Promise<RunResult> {
    this.acts.push([name, ...args].join(" "));
    const answer = this.answers.get(name) ?? ok;
    if (name === "enable-unit" && answer === ok)
      this.writer.nodes.set(`/etc/systemd/system/sysinit.target.wants/${args[0]}`, { link: `../${args[0]}` });
    return answer;
  }

  /** The state, or why it is not to be had. */
  async state(due?: string): Promise<State | string> {
    const opened = await openState(this.machine, "test", async () => [], due);
    if (opened.state === "ok") return opened.value;
    return opened.state === "waits" ? `waits ${opened.run}` : opened.state;
  }

  /** Changes a file in a group of this risk, as a run. */
  async run(
    run: string,
    risk: Group["risk"] = "lockout",
    seconds = 120,
    verify: () => Promise<Failure | undefined> = async () => undefined,
  ): Promise<RunOutcome> {
    const state = await this.state();
    if (typeof state === "string") throw new Error(state);
    const host = this.machine.open();
    const groups = [group("other", ["x.y"], { files: { [configFile]: `${run}\n` }, risk })];
    const before = await host.read(configFile);
    const image =
      before.state === "ok"
        ? { state: "file" as const, sha256: before.sha256, size: before.size, mode: 0o644, uid: 0, gid: 0 }
        : { state: "absent" as const };
    const planned = groups.map((one) => ({
      ...one,
      files: one.files.map((file) => ({ ...file, before: image })),
    }));
    const ready = await prepare(this.writer, planned, await ownersOf(host));
    try {
      return await applyRun(this.machine, state, planned, {
        run,
        kind: "fix",
        of: null,
        who: { ...nobodyInParticular, session: 7, ssh: "192.0.2.7 40022 192.0.2.1 22" },
        prepared: ready.groups,
        reaction: () => noReaction,
        verify,
        before: async () => undefined,
        switch: deadMansSwitch(this.machine, state, this.hands, seconds),
      });
    } finally {
      state.release();
    }
  }

  /** Takes a run back, as another. */
  async undo(of: string, run: string, seconds = 120): Promise<RunOutcome> {
    const state = await this.state();
    if (typeof state === "string") throw new Error(state);
    const past = pastRuns(state.journal.lines).find((one) => one.run === of);
    if (past === undefined) throw new Error(of);
    try {
      const plan = await planUndo(this.machine, state.files, past, false);
      const arm = () => deadMansSwitch(this.machine, state, this.hands, seconds);
      const who = { ...nobodyInParticular, session: 7, ssh: "192.0.2.7 40022 192.0.2.1 22" };
      return await undo({ machine: this.machine, state, who, run, of, arm }, plan);
    } finally {
      state.release();
    }
  }

  text(path: string): string | undefined {
    const node = this.writer.nodes.get(path);
    return node?.bytes === undefined ? node?.text : Buffer.from(node.bytes).toString();
  }

  get pending(): string | undefined {
    return this.writer.files.files.get("pending")?.toString();
  }
}
