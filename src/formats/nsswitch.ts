// nsswitch.conf(5): text -> the sources of each database, in order. Actions in brackets are left out; nothing is looked up.

/** `passwd` -> `files`, `sss`, …; of a database named twice the last line counts, as glibc reads it. */
export function parseNsswitch(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*$/, "");
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const words = line
      .slice(colon + 1)
      .replace(/\[[^\]]*\]?/g, " ")
      .split(/\s+/)
      .filter((word) => word !== "");
    found.set(line.slice(0, colon).trim(), words);
  }
  return found;
}
