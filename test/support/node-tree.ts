// Whole root trees written as one text: sections that start with `=== `, a file each, or a table that becomes many.
// Makes files of them; judges nothing.
import { type Path, type Planted, settled } from "./node-files.js";
import { tableFiles, tables } from "./node-tables.js";

/*
 * === /etc/hostname               the lines below are the file; root's, 0644
 * === /etc/shadow 0640 root:shadow
 * === /etc/issue at=2026-12-01    when it was written
 * === /etc/profile append         the lines come after those of the tree this one changes
 * === /sys/x hex                  the lines are the bytes, hexadecimal
 * === /var/tmp/ 1777              a folder
 * === /bin -> usr/bin             a symbolic link
 * === /etc/motd gone              not there, though the tree this one changes has it
 * === files 4755 root:root        a path a line, empty; a second word is the package that brought it
 * === packages | rpms | processes | sockets | sysctls | units | modules
 *                                 tables, see node-tables.ts and node-units.ts; `-KEY` takes a row away
 */

export interface Section {
  readonly head: string;
  readonly words: readonly string[];
  readonly lines: readonly string[];
}

function sectionsOf(text: string): readonly Section[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const [first = "", ...lines] = section.split("\n");
      const [head = "", ...words] = first.trim().split(/\s+/);
      return { head, words, lines: lines.at(-1) === "" ? lines.slice(0, -1) : lines };
    });
}

/** Mode, owner and time, as the words of a head give them. */
function attributes(words: readonly string[]): Pick<Planted, "mode" | "owner" | "at"> {
  const mode = words.find((word) => /^[0-7]{3,4}$/.test(word));
  const owner = words.find((word) => /^[\w-]+:[\w-]+$/.test(word));
  const at = words.find((word) => word.startsWith("at="))?.slice(3);
  return {
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
    ...(owner === undefined ? {} : { owner }),
    ...(at === undefined ? {} : { at: new Date(at) }),
  };
}

function plain(section: Section, before: Planted | undefined): Planted | undefined {
  const { head, words, lines } = section;
  const own = attributes(words);
  if (words[0] === "gone") return undefined;
  if (words[0] === "->") return { link: words[1] ?? "" };
  if (head.endsWith("/")) return { ...own, folder: true };
  if (words.includes("hex"))
    return { ...own, binary: true, text: Buffer.from(lines.join(""), "hex").toString("latin1") };
  const text = lines.map((line) => `${line}\n`).join("");
  return words.includes("append")
    ? { ...before, ...own, text: (before?.text ?? "") + text }
    : { ...own, text };
}

/** The tree that these texts describe, each changing the one before. */
export function treeOf(texts: readonly string[]): ReadonlyMap<Path, Planted> {
  const files = new Map<Path, Planted>();
  const rows = tables();
  for (const section of texts.flatMap(sectionsOf)) {
    const { head, words, lines } = section;
    const table = rows.get(head);
    const path = head.replace(/\/$/, "");
    if (head === "files")
      for (const line of lines.filter((one) => one !== "")) {
        const [name = "", brought] = line.split(" ");
        const folder = name.endsWith("/");
        const own = attributes(words);
        files.set(name.replace(/\/$/, ""), folder ? { ...own, folder } : { ...own, text: "" });
        if (brought !== undefined) rows.get("brought")?.set(name, brought);
      }
    else if (table !== undefined)
      for (const line of lines.filter((one) => one !== "")) {
        const [key = "", ...rest] = line.split(" ");
        if (key.startsWith("-")) table.delete(key.slice(1));
        else table.set(key, rest.join(" "));
      }
    else if (!head.startsWith("/")) throw new Error(`no section is called ${head}`);
    else {
      const planted = plain(section, files.get(path));
      if (planted === undefined) files.delete(path);
      else files.set(path, planted);
    }
  }
  // A file that is written out has the last word.
  for (const [path, planted] of tableFiles(rows, files)) if (!files.has(path)) files.set(path, planted);
  return settled(files);
}
