// The low-level runtimes that containerd or CRI-O hands containers to: their names, and whether their programs are there.
import type { Source } from "../core/source.js";
import type { Host } from "../host/host.js";

export interface RuntimeHandler {
  readonly name: string;
  readonly type: string;
  /** The programs it needs, with whether each is on the node. */
  readonly programs: readonly { readonly path: string; readonly there: boolean }[];
  readonly source: Source;
}

const programPlaces = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/opt/containerd/bin",
];

/** A program by its path, or by its name where the daemons' PATH leads. */
export async function locateProgram(
  host: Host,
  program: string,
  more: readonly string[] = [],
): Promise<{ readonly path: string; readonly there: boolean }> {
  const places = program.startsWith("/")
    ? [program]
    : [...programPlaces, ...more].map((folder) => `${folder}/${program}`);
  for (const path of places) if ((await host.stat(path)).state === "ok") return { path, there: true };
  return { path: program, there: false };
}

/** The value of a flag, under any of its names, in a command line: `--config x`, `--config=x`, `-c x`. */
export function flagValue(words: readonly string[], ...names: readonly string[]): string | undefined {
  let found: string | undefined;
  for (const [index, word] of words.entries())
    for (const name of names) {
      // Go's own flag package takes one dash for two, and two for one.
      const dashed = [`--${name}`, `-${name}`];
      if (dashed.includes(word)) found = words[index + 1];
      for (const one of dashed) if (word.startsWith(`${one}=`)) found = word.slice(one.length + 1);
    }
  return found;
}
