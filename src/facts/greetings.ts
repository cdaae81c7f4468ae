// The texts shown before and after a login (issue(5), motd(5), agetty(8)). Not sshd's own banner (sshd.ts), nor what scripts print.
import { absent, type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { LineIndex } from "../formats/traced.js";
import { dropIns } from "./drop-in-files.js";
import type { FactSource } from "./source.js";

export interface Greeting {
  readonly file: string;
  /** Escapes such as `\r` mean something in it: agetty(8) reads it. */
  readonly hasEscapes: boolean;
  readonly lines: readonly Source[];
}

export interface Greetings {
  readonly texts: readonly Greeting[];
  readonly unread: readonly string[];
}

const texts = [
  { file: "/etc/issue", hasEscapes: true },
  { file: "/etc/issue.net", hasEscapes: true },
  { file: "/etc/motd", hasEscapes: false },
] as const;

/** Folders whose files are shown behind those. */
const folders = [
  { directories: ["/etc/issue.d", "/run/issue.d", "/usr/lib/issue.d"], suffix: ".issue", hasEscapes: true },
  { directories: ["/etc/motd.d", "/run/motd.d", "/usr/lib/motd.d"], suffix: "", hasEscapes: false },
] as const;

function linesOf(file: string, text: string): readonly Source[] {
  const index = new LineIndex(text);
  let start = 0;
  return text.split("\n").map((line) => {
    const span = { start, end: start + line.length };
    start += line.length + 1;
    return index.source(file, span);
  });
}

export const greetings: FactSource<Greetings> = {
  title: "the texts before and after a login (/etc/issue, /etc/issue.net, /etc/motd and their folders)",
  async gather(host): Promise<Fact<Greetings>> {
    const [reads, parts] = await Promise.all([
      Promise.all(texts.map(async (one) => ({ ...one, read: await host.read(one.file) }))),
      Promise.all(
        folders.map(async ({ directories, suffix, hasEscapes }) => ({
          hasEscapes,
          ...(await dropIns(host, {
            directories: [...directories],
            accepts: (name) => !name.startsWith(".") && name.endsWith(suffix),
            directoriesHide: false,
          })),
        })),
      ),
    ]);
    const found = [
      ...reads.flatMap(({ file, hasEscapes, read }) =>
        read.state === "ok" ? [{ file, hasEscapes, lines: linesOf(file, read.text) }] : [],
      ),
      ...parts.flatMap(({ files, hasEscapes }) =>
        files.flatMap(({ path, read }) =>
          read === undefined ? [] : [{ file: path, hasEscapes, lines: linesOf(path, read.text) }],
        ),
      ),
    ];
    const unread = [
      ...reads.flatMap(({ read }) => (read.state === "ok" || read.state === "absent" ? [] : [read.reason])),
      ...parts.flatMap((part) => part.unread),
    ];
    return found.length === 0 && unread.length === 0
      ? absent("no text is shown before or after a login")
      : known({ texts: found, unread });
  },
};
