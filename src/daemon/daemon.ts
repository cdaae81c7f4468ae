// The daemon: holds the watches and the clock, and has another process look whenever it is time. Stays small, for it neither
// reads nor judges the node itself.
import type { Service } from "../host/service.js";
import type { Worker, WorkerEnd } from "../host/worker.js";
import type { PolicyTexts } from "../policy/load.js";
import { type LookMessage, type LookOrder, parseMessage } from "./look-message.js";
import { Polling } from "./polling.js";
import { type LookEnd, Schedule } from "./schedule.js";
import { ServedMetrics } from "./served-metrics.js";
import { Watches } from "./watches.js";

export interface DaemonDoors {
  readonly service: Service;
  /** The words that start a look. */
  readonly look: readonly string[];
  /** Where the root directory lies; undefined on the running machine. */
  readonly root: string | undefined;
  /** A line of the log. */
  readonly say: (text: string) => void;
}

/** `stopped` as it was asked to; `refused` by a configuration that is wrong from the start. */
export type DaemonEnd = "stopped" | "refused";

/** As long as a repair with a minute of proof may take, and then some. */
const lookLimitMs = 15 * 60_000;
/** What a repair gets to come to its end when the daemon is to stop. */
const repairPatienceMs = 60_000;
const wrongConfiguration = 2;
const defaultIntervalMs = 3_600_000;
/** A channel that could not be told is tried again so soon, then ever more seldom; the interval goes on as ever. */
const [firstTellMs, longestTellMs] = [30_000, 3_600_000];

type Policy = Extract<LookMessage, { readonly message: "policy" }>;
type Looked = Extract<LookMessage, { readonly message: "looked" }>;

/** One look as it goes on. */
interface Look {
  readonly worker: Worker;
  /** It reads the policy files; the documents say that it could. */
  readonly fresh: boolean;
  policy: Policy | undefined;
  repairing: boolean;
  busy: string | undefined;
  looked: Looked | undefined;
  late: boolean;
}

export class Daemon {
  private readonly schedule: Schedule;
  private readonly watches: Watches;
  private readonly metrics: ServedMetrics;
  private readonly polling: Polling | undefined;
  private documents: PolicyTexts | null = null;
  /** The policy files are to be read again. */
  private fresh = true;
  /** The manager waits to be told that we have started, or taken up the configuration. */
  private unready = true;
  /** No look has begun since we were told to. */
  private reloading = false;
  private current: Look | undefined;
  private state = "starting";
  /** By the last look. */
  private said: readonly string[] = [];
  /** Until channels that could not be told are tried again. */
  private tellMs = firstTellMs;
  private stopping = false;
  private end: (end: DaemonEnd) => void = () => {};
  private cancelWatchdog: (() => void) | undefined;

  constructor(private readonly doors: DaemonDoors) {
    const { service, root, say } = doors;
    const { timers, watchFolder } = service;
    this.schedule = new Schedule({ timers, look: () => this.look() }, defaultIntervalMs);
    const changed = () => this.schedule.changed();
    this.watches = new Watches({ timers, watchFolder, prefix: root ?? "", changed, say });
    this.metrics = new ServedMetrics(service.serve, say);
    this.polling = root === undefined ? new Polling(service, changed) : undefined;
  }

  /** Until it is told to stop. */
  async run(): Promise<DaemonEnd> {
    const ended = new Promise<DaemonEnd>((resolve) => {
      this.end = resolve;
    });
    this.doors.service.onSignal((signal) =>
      signal === "reload" ? this.reload() : void this.stop("stopped"),
    );
    this.feedWatchdog();
    this.polling?.start();
    this.schedule.start();
    return await ended;
  }

  private feedWatchdog(): void {
    const { manager, timers } = this.doors.service;
    const { watchdogMs } = manager;
    if (watchdogMs === undefined) return;
    this.cancelWatchdog = timers.after(watchdogMs / 2, () => {
      void manager.tell({ WATCHDOG: "1" });
      this.feedWatchdog();
    });
  }

  private reload(): void {
    if (this.stopping) return;
    const { manager, timers } = this.doors.service;
    this.fresh = true;
    this.unready = true;
    this.reloading = true;
    const monotonic = String(Math.round(timers.now() * 1000));
    void manager.tell({ RELOADING: "1", MONOTONIC_USEC: monotonic, STATUS: "reading the configuration" });
    this.schedule.urgent();
  }

  private async stop(end: DaemonEnd): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const { manager, timers } = this.doors.service;
    const repairing = this.current?.repairing === true;
    void manager.tell({ STOPPING: "1", STATUS: repairing ? "a repair comes to its end" : "stopping" });
    this.cancelWatchdog?.();
    this.polling?.stop();
    this.watches.close();
    await this.metrics.close();
    // A look may be cut off anywhere; a repair is better not, although the next run would put it back.
    const kill = () => this.current?.worker.kill();
    const cancel = repairing ? timers.after(repairPatienceMs, kill) : undefined;
    if (!repairing) kill();
    if (end === "stopped") await this.schedule.stop();
    cancel?.();
    await manager.tell({ STATUS: "stopped" });
    this.end(end);
  }

  private hear(look: Look, line: string): void {
    const message = parseMessage(line);
    if (message?.message === "policy") {
      look.policy = message;
      this.schedule.setInterval(message.intervalMs);
    } else if (message?.message === "busy") look.busy = message.by;
    else if (message?.message === "repairing") look.repairing = true;
    else if (message?.message === "looked") look.looked = message;
  }

  private begin(): Look {
    const { service, look: words } = this.doors;
    const { fresh } = this;
    this.fresh = false;
    this.reloading = false;
    const order: LookOrder = { documents: fresh ? null : this.documents };
    const worker = service.startWorker(words, JSON.stringify(order), (line) => this.hear(look, line));
    const look: Look = {
      worker,
      fresh,
      policy: undefined,
      repairing: false,
      busy: undefined,
      looked: undefined,
      late: false,
    };
    return look;
  }

  private async look(): Promise<LookEnd> {
    if (this.stopping) return "done";
    const look = this.begin();
    this.current = look;
    const cancel = this.doors.service.timers.after(lookLimitMs, () => {
      look.late = true;
      look.worker.kill();
    });
    const ended = await look.worker.ended;
    cancel();
    this.current = undefined;
    if (this.stopping) return "done";
    const end = this.taken(look, ended) ? this.judge(look, ended) : this.keepOld();
    if (look.policy !== undefined) await this.metrics.at(look.policy.metrics);
    if (!this.stopping) await this.tell();
    return end;
  }

  /** False where the configuration that was to be read is wrong, as has been said by who read it. */
  private taken({ fresh, policy }: Look, { code }: WorkerEnd): boolean {
    if (!fresh) return true;
    if (policy !== undefined) this.documents = policy.documents;
    else if (code === wrongConfiguration) return false;
    else this.fresh = true;
    return true;
  }

  private keepOld(): LookEnd {
    if (this.documents === null) {
      void this.stop("refused");
      return "failed";
    }
    this.doors.say("the configuration is wrong: the one before stays in force");
    this.state = `the configuration is wrong, the one before is in force; ${this.state}`;
    this.schedule.urgent();
    return "done";
  }

  private judge({ looked, busy, late }: Look, { code, signal, reason }: WorkerEnd): LookEnd {
    const { say } = this.doors;
    if (busy !== undefined) {
      this.state = `waits for another run: ${busy}`;
      return "busy";
    }
    if (looked === undefined) {
      const why = late
        ? `took longer than ${lookLimitMs / 60_000} minutes`
        : (reason ?? `ended with ${signal ?? code}`);
      this.state = `the last look failed: it ${why}`;
      say(`a look ${why}; it is tried again`);
      return "failed";
    }
    // What is as it was before, such as a full disk, is said once.
    for (const line of looked.said) if (!this.said.includes(line)) say(line);
    this.said = looked.said;
    this.metrics.show(looked.metrics);
    this.again(looked);
    this.state = looked.status;
    // What changed between the look and the watch is seen by nobody but another look.
    if (this.watches.sync(looked.folders) > 0) this.schedule.changed();
    return "done";
  }

  private again({ againMs, untold }: Looked): void {
    const waits = [againMs ?? [], untold ? this.tellMs : []].flat();
    if (waits.length > 0) this.schedule.within(Math.min(...waits));
    this.tellMs = untold ? Math.min(this.tellMs * 2, longestTellMs) : firstTellMs;
  }

  private async tell(): Promise<void> {
    const { size, missing } = this.watches;
    const unwatched = missing === 0 ? "" : `, ${missing} are not`;
    const soon = this.schedule.spaced ? "; many changes: looks are spaced" : "";
    const status = `${this.state}; ${size} folders watched${unwatched}${soon}`;
    // A reload that came meanwhile is answered by the look that is to read the files.
    const ready = this.unready && !this.reloading;
    if (ready) this.unready = false;
    await this.doors.service.manager.tell({ ...(ready ? { READY: "1" } : {}), STATUS: status });
  }
}
