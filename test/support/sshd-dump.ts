// What `sshd -T` would print, by our reading: keyword -> its lines. For comparison with the real program.

import type { SshdBuild } from "../../src/facts/sshd/build.js";
import { keywordRows } from "../../src/facts/sshd/keywords.js";
import type { Options } from "../../src/facts/sshd/options.js";
import type { Resolved } from "../../src/facts/sshd/resolve.js";
import { lowerCase } from "../../src/formats/sshd-config.js";

export type Dump = ReadonlyMap<string, readonly string[]>;

/** Where our spelling is the same in all versions and the program's is not. */
function spelt(name: string, text: string, { version, vendor }: SshdBuild): string {
  if (name === "permitrootlogin" && version < 1001)
    return text.replace("prohibit-password", "without-password");
  if (name === "loglevel" && vendor === "debian") return text.replace("QUIET", "SILENT");
  if (version >= 1005 && (name === "tcpkeepalive" || name === "warnweakcrypto"))
    return text.replace("yes", "true").replace("no", "false");
  if (version >= 1005 && name === "persourcepenalties")
    return text.replace(
      /\b(?!max-sources|overflow)([a-z-]+):([\d.]+)/g,
      (_all, name, value) => `${name}:${Number(value).toFixed(6)}`,
    );
  // A file that is cleared is printed as the null pointer it has become.
  if (name === "hostkey" || name === "hostcertificate") return text === "none" ? "(null)" : text;
  return text;
}

/** The older manner prints the newer keywords under their older names. */
function printedName(name: string, { version }: SshdBuild): string {
  return version < 805 ? name.replace("acceptedalgorithms", "acceptedkeytypes") : name;
}

export function dumpOf(resolved: Resolved, options: Options): Dump {
  const { build, lookup } = resolved.around;
  const found = new Map<string, readonly string[]>();
  for (const row of keywordRows) {
    const name = lowerCase(row.name);
    const there = lookup(printedName(name, build));
    if (there === undefined || typeof there === "string" || there.name !== row.name || there.void) continue;
    // Known to the program and refused by it, whatever the value.
    if (row.name === "RDomain" && build.version >= 804) continue;
    const texts = resolved.value(name, options) ?? ["(unknown)"];
    // Cleared, and then there is nothing to print.
    const cleared = texts.length === 1 && lowerCase(texts[0] ?? "") === "none" && build.version >= 1003;
    if (cleared && (name === "revokedkeys" || name === "authorizedkeysfile")) continue;
    if (texts.length > 0)
      found.set(
        printedName(name, build),
        oneLine(name, texts).map((text) => spelt(name, text, build)),
      );
  }
  return found;
}

/** Lists that are printed on one line. */
function oneLine(name: string, texts: readonly string[]): readonly string[] {
  const joined = [
    "authenticationmethods",
    "authorizedkeysfile",
    "channeltimeout",
    "logverbose",
    "permitlisten",
    "permitopen",
  ];
  return [...joined, "revokedkeys"].includes(name) ? [texts.join(" ")] : texts;
}

/** The output of `sshd -T`; keywords in lower case since 10.5 writes them as the manual does. */
export function parseDump(text: string): Dump {
  const found = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    if (line === "") continue;
    const name = lowerCase(space < 0 ? line : line.slice(0, space));
    const texts = found.get(name) ?? [];
    texts.push(space < 0 ? "" : line.slice(space + 1));
    found.set(name, texts);
  }
  return found;
}
