// The times sudoers writes: NOTBEFORE and NOTAFTER dates, command timeouts. No clock.

const largest = 2 ** 31 - 1;
const units: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** Seconds of `1d2h30m`, or of a plain number; the reason, in sudo's words, where it is neither (sudoers(5), "Timeout_Spec"). */
export function commandTimeout(text: string): number | string {
  const parts = /^[ \t]*[+-]?\d+(?:[dhms][ \t]*[+-]?\d+)*[dhms]?$/i;
  if (!parts.test(text)) return "invalid timeout value";
  let total = 0;
  let next = 0;
  for (const [, number = "", unit = ""] of text.matchAll(/([+-]?\d+)([dhms]?)/gi)) {
    // Each unit once or again, but never a larger one after a smaller one.
    const found =
      unit === "" ? -1 : units.findIndex(([name], index) => index >= next && name === unit.toLowerCase());
    if (unit !== "" && found === -1) return "invalid timeout value";
    if (found !== -1) next = found;
    const seconds = Number(number) * (units[found]?.[1] ?? 1);
    if (Number(number) < 0 || seconds > largest || total + seconds > largest)
      return "timeout value too large";
    total += seconds;
  }
  return total;
}

export interface SudoersDate {
  /** Milliseconds since the epoch, as if the time were UTC where no zone is written. */
  readonly at: number;
  /** No zone is written: the node's own is meant. */
  readonly local: boolean;
}

/** `yyyymmddHHMMSSZ`, minutes and seconds optional, a tenth, `Z` or `±hhmm` or the node's own zone (RFC 4517, 3.3.13). */
export function generalizedTime(text: string): SudoersDate | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?(?:[.,](\d))?(Z|[+-]\d{2}(?:\d{2})?)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, tenth = 0] = match
    .slice(1, 8)
    .map((part) => Number(part ?? 0));
  const fraction = match[5] === undefined ? tenth * 360 : match[6] === undefined ? tenth * 6 : 0;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second + fraction);
  const zone = match[8] ?? "";
  const sign = zone.startsWith("-") ? -1 : 1;
  const offset = /^[+-]/.test(zone) ? sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3) || 0)) : 0;
  return { at: date.getTime() - offset * 60_000, local: zone === "" };
}
