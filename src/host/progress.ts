// When the progress of a long piece of work is worth a word, and how often. Knows no terminal.
import { printable } from "../core/printable.js";
import type { Environment } from "./probes.js";

/** Milliseconds of work that nobody has to be told of. */
const patience = 1000;
/** Milliseconds between two words. */
const interval = 100;

export interface Paced {
  readonly show: (seen: number, path: string) => void;
  readonly erase: () => void;
}

/** Passes on to the environment what is not too early or too often. */
export function paced({ now, progress }: Pick<Environment, "now" | "progress">): Paced {
  const started = now();
  let last: number | undefined;
  return {
    show: (seen, path) => {
      const time = now();
      if (progress === undefined || time - started < patience) return;
      if (last !== undefined && time - last < interval) return;
      last = time;
      progress(`looking at files: ${seen} so far, now ${printable(path)}`);
    },
    erase: () => {
      if (last !== undefined) progress?.(undefined);
    },
  };
}
