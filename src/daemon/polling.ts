// Asks every few seconds for what no folder tells of: sockets that listen, and loaded modules. Says that they are others, not which.
import type { Service } from "../host/service.js";

/** The kernel walks its whole table of connections for a list of listeners: some milliseconds, and idle is to be idle. */
export const pollMs = 15_000;

export class Polling {
  private before: string;
  private cancel: (() => void) | undefined;

  constructor(
    private readonly service: Pick<Service, "timers" | "listeners" | "modules">,
    private readonly changed: () => void,
  ) {
    this.before = this.now();
  }

  start(): void {
    this.cancel = this.service.timers.after(pollMs, () => {
      const now = this.now();
      if (now !== this.before) this.changed();
      this.before = now;
      this.start();
    });
  }

  stop(): void {
    this.cancel?.();
  }

  private now(): string {
    return `${this.service.listeners()}\n\n${this.service.modules()}`;
  }
}
