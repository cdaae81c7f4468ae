// dpkg's log (dpkg(1) --log): what was installed, upgraded and removed, when. Times are the machine's local time.

export interface DpkgDeed {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly action: "install" | "upgrade" | "remove" | "purge" | "work";
  /** `openssh-server:amd64`. */
  readonly package: string;
  /** Empty where there was none. */
  readonly before: string;
  readonly after: string;
}

const line =
  /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) (install|upgrade|remove|purge|configure|trigproc|status [a-z-]+) (\S+) (\S+)(?: (\S+))?$/;

function none(version: string | undefined): string {
  return version === undefined || version === "<none>" ? "" : version;
}

/** The deeds of a log, oldest first as they stand there; lines of another form are passed over. */
export function parseDpkgLog(text: string): readonly DpkgDeed[] {
  const deeds: DpkgDeed[] = [];
  for (const one of text.split("\n")) {
    if (one.length > 4096) continue;
    const found = line.exec(one);
    if (found === null) continue;
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
    const [, , , , , , , word = "", name = "", before, after] = found;
    const action =
      (["install", "upgrade", "remove", "purge"] as const).find((known) => known === word) ?? "work";
    deeds.push({
      atMs: new Date(year, month - 1, day, hour, minute, second).getTime(),
      action,
      package: name,
      before: action === "work" ? "" : none(before),
      after: none(action === "work" ? before : after),
    });
  }
  return deeds;
}
