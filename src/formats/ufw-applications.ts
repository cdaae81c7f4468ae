// ufw's application profiles (/etc/ufw/applications.d): a name, and the ports it stands for. Not the rules that use one.
import type { Source } from "../core/source.js";

export interface UfwApplication {
  readonly name: string;
  /** `22/tcp`, `80,443/tcp`, `53`: the parts between `|`. */
  readonly ports: readonly string[];
  readonly source: Source;
}

/** Sections of one file. */
const sectionLimit = 1000;

/** Reads the sections of one file; what ufw would skip (a bad name, no ports) is left out. */
export function parseApplications(file: string, text: string): readonly UfwApplication[] {
  const found: { name: string; source: Source; ports: string | undefined }[] = [];
  let start = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const span = { start, end: start + line.length };
    start += line.length + 1;
    const name = /^\[([^\]]{1,64})\]/.exec(line)?.[1];
    if (name !== undefined) {
      if (found.length >= sectionLimit) break;
      found.push({ name, ports: undefined, source: { file, line: index + 1, span, text: line.trim() } });
      continue;
    }
    const key = /^ports[ \t]*[=:]/i.exec(line)?.[0];
    const section = found.at(-1);
    const ports = key === undefined ? "" : line.slice(key.length).trim();
    if (ports !== "" && ports.length <= 1024 && section !== undefined) section.ports = ports;
  }
  return found.flatMap(({ name, ports, source }) =>
    ports !== undefined &&
    /^[a-zA-Z0-9][a-zA-Z0-9 _.+-]*$/.test(name) &&
    name !== "all" &&
    !/^\d+$/.test(name)
      ? [{ name, source, ports: ports.split("|") }]
      : [],
  );
}
