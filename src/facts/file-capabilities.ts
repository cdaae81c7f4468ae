// The executable files that carry capabilities (capabilities(7), security.capability), as getcap(8) prints them.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type FileCapabilities, parseGetcap } from "../formats/getcap.js";
import type { Host } from "../host/host.js";
import { type FileTree, fileTree } from "./file-tree.js";
import type { FactSource } from "./source.js";

export type { FileCapabilities } from "../formats/getcap.js";

export interface CapableFiles {
  readonly files: readonly FileCapabilities[];
  /** Executable files that could not be asked about. */
  readonly unseen: readonly string[];
  readonly remarks: FileTree["remarks"];
}

/** Bytes of paths given to one getcap: a quarter of what execve(2) takes with the usual stack limit. */
const batchBytes = 512 * 1024;
/** Programs started at most; a node has one batch or two. */
const batchLimit = 8;

const onlyGetcap = "file capabilities can only be read by getcap";

/** Groups of paths, each short enough for one program. */
function batches(paths: readonly string[]): readonly (readonly string[])[] {
  const made: string[][] = [];
  let size = batchBytes;
  for (const path of paths) {
    const length = Buffer.byteLength(path) + 9;
    if (size + length > batchBytes) {
      made.push([]);
      size = 0;
    }
    made.at(-1)?.push(path);
    size += length;
  }
  return made;
}

/** A line of getcap names one file: a name with a line break, or one that cannot be written, is not asked about. */
function canBeAsked({ path, exact }: { readonly path: string; readonly exact: boolean }): boolean {
  return exact && !/[\0-\x1f\x7f]/.test(path);
}

async function askGetcap(host: Host, paths: readonly string[]): Promise<Fact<readonly FileCapabilities[]>> {
  const result = await host.run("file-capabilities", ...paths);
  if (result.state !== "ok") return failed(`${onlyGetcap}: ${result.reason}`);
  return known(parseGetcap(result.stdout, new Set(paths)));
}

export const fileCapabilities: FactSource<CapableFiles> = {
  title: "executable files with capabilities (getcap, once over what the walk found)",
  async gather(host, ask) {
    if (!host.live) return absent(`${onlyGetcap}, and no program is started under --root`);
    const tree = await ask(fileTree);
    if (tree.state !== "known") return tree;
    const { executable, unseen, remarks } = tree.value;
    const asked = executable.entries.filter(canBeAsked).map(({ path }) => path);
    const all = batches(asked);
    const files: FileCapabilities[] = [];
    for (const paths of all.slice(0, batchLimit)) {
      const answer = await askGetcap(host, paths);
      if (answer.state !== "known") return answer;
      files.push(...answer.value);
    }
    const left =
      executable.count - asked.length + all.slice(batchLimit).reduce((sum, paths) => sum + paths.length, 0);
    const missed = left === 0 ? [] : [`${left} executable files could not be asked for capabilities`];
    return known({ files, unseen: [...unseen, ...missed], remarks });
  },
};
