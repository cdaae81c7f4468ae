// The moment of the run, the same for every check. Not whether the node's clock is right.
import { known } from "../core/fact.js";
import type { FactSource } from "./source.js";

/** Milliseconds since the epoch. */
export const clock: FactSource<number> = {
  title: "the time of the run",
  gather: async (host) => known(host.now),
};
