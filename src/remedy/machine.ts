// What a run of repairs is given of the machine: eyes that see it anew, the door for its files, and hands for the rest.
import type { Act } from "../host/actions.js";
import type { Greeting } from "../host/greeting.js";
import type { Host } from "../host/host.js";
import type { NodeWriter } from "../host/node-writer.js";

export interface Machine {
  readonly writer: NodeWriter;
  /** A host that remembers nothing of before a change. The caller closes it. */
  readonly open: () => Host;
  /** Undefined under --root, where nothing runs. */
  readonly act: Act | undefined;
  readonly greeting: (address: string, port: number, limitMs: number) => Promise<Greeting>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Does work to its end: a signal of a person or of a closing terminal waits for it. */
  readonly uninterrupted?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Says what is being done, a line for people; nothing is being done any more where it is empty. */
  readonly say: (line: string) => void;
}

/** Looks at the machine as it is now. */
export async function look<T>(machine: Pick<Machine, "open">, see: (host: Host) => Promise<T>): Promise<T> {
  const host = machine.open();
  try {
    return await see(host);
  } finally {
    await host.close();
  }
}
