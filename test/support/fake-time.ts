// Timers whose clock moves only when it is told to.
import type { Timers } from "../../src/host/service.js";

export class FakeTime implements Timers {
  #now = 0;
  #count = 0;
  readonly #due = new Map<number, { readonly at: number; readonly run: () => void }>();

  now = (): number => this.#now;
  /** In the middle: no jitter. */
  random = (): number => 0.5;

  after = (milliseconds: number, run: () => void): (() => void) => {
    this.#count += 1;
    const id = this.#count;
    this.#due.set(id, { at: this.#now + Math.max(0, milliseconds), run });
    return () => void this.#due.delete(id);
  };

  get waiting(): number {
    return this.#due.size;
  }

  /** Runs what falls due in this time, in order, and lets promises come to their ends in between. */
  async pass(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      await settled();
      const next = [...this.#due].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (next === undefined) break;
      const [id, { at, run }] = next;
      this.#due.delete(id);
      this.#now = Math.max(this.#now, at);
      run();
    }
    this.#now = until;
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
