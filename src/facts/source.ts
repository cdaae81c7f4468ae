// How a fact is gathered: from the host, and from other facts, each of them once a run. Holds no fact.
import type { Fact } from "../core/fact.js";
import type { Host } from "../host/host.js";

/** Another fact of the same run, gathered once however often it is asked for. */
export type Ask = <T>(source: FactSource<T>) => Promise<Fact<T>>;

export interface FactSource<T> {
  /** What is read, for `nodeward explain`: a noun phrase naming the files. */
  readonly title: string;
  /**
   * It waits more than it works, and is begun before the others, so that they work meanwhile: for a thread, which is busy
   * the longest, or for a program.
   */
  readonly waits?: "thread" | "program";
  /** Never throws for anything a node can hold. */
  gather(host: Host, ask: Ask): Promise<Fact<T>>;
}
