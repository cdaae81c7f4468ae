// crontab(5): text -> jobs with whom they run as and what. Computes no times.
import type { Source } from "../core/source.js";

export interface CronJob {
  /** Empty in a user's own table, where it is the table's owner. */
  readonly user: string;
  readonly command: string;
  readonly source: Source;
}

const times = /^(?:@[a-z]+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/;

/** Jobs of a table; `hasUser` for /etc/crontab and cron.d, whose sixth field is a user. */
export function parseCrontab(file: string, text: string, hasUser: boolean): readonly CronJob[] {
  const found: CronJob[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const span = { start, end: start + raw.length };
    start = span.end + 1;
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || /^[A-Za-z_]\w*\s*=/.test(line)) continue;
    const rest = times.exec(line)?.[1];
    const parts = hasUser ? /^(\S+)\s+(.*)$/.exec(rest ?? "") : ["", "", rest ?? ""];
    const [, user = "", command = ""] = parts ?? [];
    if (command === "") continue;
    // Debian's crontab can start a command with `-` to keep it out of the log.
    found.push({
      user: user.replace(/:.*$/, ""),
      command,
      source: { file, line: index + 1, span, text: raw.trimEnd() },
    });
  }
  return found;
}

/** Absolute paths among the words of a shell command that it may run, as far as plain words say; no redirections. */
export function programsOf(command: string): readonly string[] {
  const words = command.replace(/[<>]+&?[ \t]*[^\s;&|<>()]*/g, " ");
  return [...words.matchAll(/(?:^|[\s;&|(])(\/[^\s;&|<>()"'`$*?]+)/g)].map((match) => match[1] ?? "");
}
