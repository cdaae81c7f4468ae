// What was put back of a run that had been cut off, said to whoever starts the next command.
import type { Unrestored } from "../core/journal-event.js";
import { printable } from "../core/printable.js";
import { count } from "./arrange.js";

interface Recovered {
  readonly run: string;
  readonly restored: readonly string[];
  readonly left: readonly Unrestored[];
  readonly failed: readonly Unrestored[];
}

/** `why` the run was put back. */
export function recoveredText({ run, restored, left, failed }: Recovered, why = "had been cut off"): string {
  const lines = [
    `nodeward: run ${run} ${why}: ${count(restored.length, "file")} put back`,
    ...[...left, ...failed].map(
      ({ path, reason }) => `  NOT PUT BACK: ${printable(path, 4096)}: ${printable(reason)}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}
