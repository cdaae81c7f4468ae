// The kubelet's arguments as MicroK8s keeps them: one flag a line in a file, with the snap's variables. Judges no word.

import { wholeFile } from "../core/source.js";
import type { FlagWord } from "../formats/component-flags.js";
import { splitWords } from "../formats/systemd-words.js";
import { LineIndex, traceOf } from "../formats/traced.js";
import type { Host } from "../host/host.js";
import type { Started } from "./kubelet-start.js";

const file = "/var/snap/microk8s/current/args/kubelet";
/** What the snap sets for its programs (snapcraft.io, environment variables). */
const variables: ReadonlyMap<string, string> = new Map([
  ["SNAP", "/snap/microk8s/current"],
  ["SNAP_DATA", "/var/snap/microk8s/current"],
  ["SNAP_COMMON", "/var/snap/microk8s/common"],
]);

function expanded(text: string): string {
  return text.replace(/\$(?:\{([A-Z_]+)\}|([A-Z_]+))/g, (whole, inner?: string, bare?: string) => {
    return variables.get(inner ?? bare ?? "") ?? whole;
  });
}

export async function snapWords(host: Host): Promise<Started | undefined> {
  const read = await host.read(file);
  if (read.state === "absent") return undefined;
  const base = {
    source: wholeFile(file),
    folder: "/",
    variables: new Set<string>(),
    files: [file],
    stops: [],
  };
  if (read.state !== "ok") return { ...base, words: [], unread: [read.reason] };
  const lines = new LineIndex(read.text);
  const words: FlagWord[] = [];
  const unread: string[] = [];
  let start = 0;
  for (const line of read.text.split("\n")) {
    if (!/^\s*#/.test(line)) {
      const split = splitWords(traceOf(read.text, start, start + line.length), {
        escapes: false,
        relaxed: true,
      });
      for (const word of split.words) {
        const span = { start: start + word.start, end: start + word.end };
        const text = expanded(word.text);
        const source = lines.source(file, span);
        words.push({ text, source });
        if (/\$\{?[A-Z_]/.test(text))
          unread.push(`${file}:${source.line}: a variable of unknown value in ${text}`);
      }
    }
    start += line.length + 1;
  }
  return { ...base, words, unread };
}
