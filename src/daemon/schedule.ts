// When a daemon looks: after an interval with jitter, and soon after a change; one look at a time, and none that a change
// asked for is left out. Looks at nothing itself.
import type { Timers } from "../host/service.js";

/** What came of a look. */
export type LookEnd =
  | "done"
  /** Somebody else changes the node just now. */
  | "busy"
  | "failed";

export interface ScheduleDoors {
  readonly timers: Timers;
  readonly look: () => Promise<LookEnd>;
}

/** A change is looked at when it has been quiet for this long, or at the latest after this. */
const [quietMs, latestMs] = [250, 1000];
/** Looks that changes asked for within this time, from which on they are spaced: a file that is written all the time. */
const [spacedAfter, spacedWithinMs, longestSpaceMs] = [12, 10 * 60_000, 60_000];
const [firstRetryMs, longestRetryMs] = [2000, 5 * 60_000];
/** Of the interval, to both sides: nodes that were started together do not look together for ever. */
const jitter = 0.1;

export class Schedule {
  private firstChange: number | undefined;
  private lastChange = 0;
  private readonly asked: number[] = [];
  private nextRegular: number;
  private again: number | undefined;
  private retryAt: number | undefined;
  private retryMs = firstRetryMs;
  private looking: Promise<void> | undefined;
  private cancel: (() => void) | undefined;
  private isUrgent = false;
  private stopped = false;

  constructor(
    private readonly doors: ScheduleDoors,
    private intervalMs: number,
  ) {
    this.nextRegular = doors.timers.now();
  }

  /** Begins with a look. */
  start(): void {
    this.plan();
  }

  /** Calls off what is planned and waits for a look that goes on. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel?.();
    await this.looking;
  }

  /** Looks soon. */
  changed(): void {
    const now = this.doors.timers.now();
    this.firstChange ??= now;
    this.lastChange = now;
    if (this.looking === undefined) this.plan();
  }

  setInterval(intervalMs: number): void {
    if (intervalMs === this.intervalMs) return;
    this.intervalMs = intervalMs;
    this.nextRegular = this.doors.timers.now() + this.jittered();
    if (this.looking === undefined) this.plan();
  }

  /** Looks at once, whatever was to be waited for. */
  urgent(): void {
    this.isUrgent = true;
    if (this.looking === undefined) this.plan();
  }

  /** A look in so many milliseconds at the latest. */
  within(milliseconds: number): void {
    this.again = this.doors.timers.now() + milliseconds;
    if (this.looking === undefined) this.plan();
  }

  /** Changes wait longer than they would, because there were so many. */
  get spaced(): boolean {
    return this.space() > 0;
  }

  private jittered(): number {
    return this.intervalMs * (1 - jitter + 2 * jitter * this.doors.timers.random());
  }

  private space(): number {
    const now = this.doors.timers.now();
    while ((this.asked[0] ?? now) < now - spacedWithinMs) this.asked.shift();
    const over = this.asked.length - spacedAfter;
    return over < 0 ? 0 : Math.min(longestSpaceMs, 1000 * 2 ** Math.min(over, 10));
  }

  /** When the next look is due. */
  private due(): number {
    if (this.isUrgent) return this.doors.timers.now();
    let due = this.retryAt ?? Math.min(this.nextRegular, this.again ?? this.nextRegular);
    if (this.firstChange !== undefined && this.retryAt === undefined) {
      const settled = Math.min(this.lastChange + quietMs, this.firstChange + latestMs);
      const last = this.asked.at(-1);
      due = Math.min(due, Math.max(settled, last === undefined ? 0 : last + this.space()));
    }
    return due;
  }

  private plan(): void {
    this.cancel?.();
    if (this.stopped) return;
    const wait = Math.max(0, this.due() - this.doors.timers.now());
    this.cancel = this.doors.timers.after(wait, () => {
      this.cancel = undefined;
      this.looking = this.look().finally(() => {
        this.looking = undefined;
        this.plan();
      });
    });
  }

  private async look(): Promise<void> {
    const changes = this.firstChange !== undefined;
    // From here on a change may come too late for this look: it asks for another.
    this.firstChange = undefined;
    this.isUrgent = false;
    this.again = undefined;
    const end = await this.doors.look().catch((): LookEnd => "failed");
    const now = this.doors.timers.now();
    if (changes) this.asked.push(now);
    if (end === "done") {
      this.retryAt = undefined;
      this.retryMs = firstRetryMs;
      this.nextRegular = now + this.jittered();
      return;
    }
    // What asked for this look still does.
    if (changes) this.firstChange ??= now;
    this.retryAt = now + this.retryMs;
    this.retryMs = Math.min(this.retryMs * 2, end === "busy" ? 30_000 : longestRetryMs);
  }
}
