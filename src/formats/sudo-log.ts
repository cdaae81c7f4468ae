// Commands that sudo wrote into the system's log (sudoers(5) "LOG FORMAT", in auth.log or secure). Not sudo's own I/O logs.

export interface SudoCommand {
  readonly atMs: number;
  readonly user: string;
  readonly runAs: string;
  readonly command: string;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) \S+ sudo(?:\[\d+\])?: +/;
const classic = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) \S+ sudo(?:\[\d+\])?: +/;

/** Lines without a year are of the last year in which they are not in the future. */
function classicTime(found: RegExpExecArray, nowMs: number): number {
  const [month = 0, day = 1, hour = 0, minute = 0, second = 0] = [
    months.indexOf(found[1] ?? ""),
    ...found.slice(2, 6).map(Number),
  ];
  const year = new Date(nowMs).getFullYear();
  const time = (of: number) => new Date(of, month, day, hour, minute, second).getTime();
  // A day of grace for clocks and zones.
  return time(year) > nowMs + 86_400_000 ? time(year - 1) : time(year);
}

/** Commands that were run, in the order of the log. `nowMs` tells the year of lines that have none. */
export function parseSudoLog(text: string, nowMs: number): readonly SudoCommand[] {
  const found: SudoCommand[] = [];
  for (const line of text.split("\n")) {
    if (line.length > 16_384) continue;
    const [withZone, without] = [iso.exec(line), classic.exec(line)];
    const start = withZone ?? without;
    if (start === null) continue;
    const body = /^([^ ]+) : (?:(?!COMMAND=).)*?USER=(\S+) ; (?:(?!COMMAND=).)*?COMMAND=(.*)$/.exec(
      line.slice(start[0].length),
    );
    if (
      body === null ||
      /^[^ ]+ : [^;]*(?:not allowed|NOT in sudoers|incorrect password)/.test(line.slice(start[0].length))
    )
      continue;
    const [, user = "", runAs = "", command = ""] = body;
    const atMs =
      withZone === null && without !== null ? classicTime(without, nowMs) : Date.parse(start[1] ?? "");
    found.push({ atMs, user, runAs, command });
  }
  return found;
}
