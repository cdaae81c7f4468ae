// Keys that the administrator's files set to more than one value, and programs that end with different ones. What a
// vendor's file says and /etc overrides is no conflict: sysctl.d(5) means it so.
import { kernelNumber } from "../core/kernel-number.js";
import type { Source } from "../core/source.js";
import { type SysctlEntry, sysctlKey } from "../formats/sysctl-conf.js";
import type { Applied } from "./sysctl-order.js";

export interface Said {
  readonly value: string;
  readonly source: Source;
}

export interface Conflict {
  /** With dots. */
  readonly key: string;
  /** Every line that sets it, in the order of reading. */
  readonly lines: readonly Said[];
  /** Who ends with what: the program that reads at boot, then the others that differ. */
  readonly winners: readonly { readonly by: string; readonly said: Said | undefined }[];
}

interface Reading {
  readonly applied: Applied;
  readonly entries: readonly SysctlEntry[];
}

export interface Readings {
  readonly boot: (Reading & { readonly by: string }) | undefined;
  readonly byHand: Reading;
  readonly ufw: Reading | undefined;
}

/** `1` and `0x1` are one value to the kernel, and so are lists whose blanks differ. */
function meaning(value: string): string {
  return value
    .split(/[ \t]+/)
    .map((word) => {
      const number = kernelNumber(word);
      return number === undefined ? word : String(number);
    })
    .join(" ");
}

/** Ubuntu's procps has its defaults in /etc, to be overridden by later files all the same. */
const ubuntus =
  /^\/etc\/sysctl\.d\/10-(?:bufferbloat|console-messages|ipv6-privacy|kernel-hardening|link-restrictions|magic-sysrq|map-count|network-security|ptrace|zeropage)\.conf$/;

function isVendors({ source }: Said): boolean {
  return /^\/(?:usr\/)?lib\//.test(source.file) || ubuntus.test(source.file);
}

function saidBy(entry: SysctlEntry | undefined): Said | undefined {
  return entry?.value === undefined ? undefined : { value: entry.value, source: entry.source };
}

function linesFor(path: string, readings: readonly (Reading | undefined)[]): readonly Said[] {
  const found = new Map<string, Said>();
  for (const reading of readings)
    for (const entry of reading?.applied.naming(path) ?? []) {
      const said = saidBy(entry);
      if (said !== undefined) found.set(`${entry.source.file}\0${entry.source.span.start}`, said);
    }
  return [...found.values()];
}

/** One line names it, in letters that keep patterns away, and whoever reads it at all reads that line: nobody disagrees. */
function isSaidOnce(path: string, { boot, byHand, ufw }: Readings): boolean {
  const [line, ...more] = byHand.applied.naming(path);
  if (line?.spelled !== path || more.length > 0) return false;
  const atBoot = boot?.applied.naming(path) ?? [line];
  return atBoot.length === 1 && atBoot[0] === line && (ufw?.applied.naming(path) ?? []).length === 0;
}

function conflictOf(path: string, { boot, byHand, ufw }: Readings): Conflict | undefined {
  const lines = linesFor(path, [boot, byHand, ufw]);
  const own = lines.filter((line) => !isVendors(line));
  const first = saidBy(boot?.applied.of(path));
  const winners = [
    { by: boot?.by ?? "systemd-sysctl", said: first },
    { by: "sysctl --system", said: saidBy(byHand.applied.of(path)) },
    { by: "ufw", said: saidBy(ufw?.applied.of(path)) },
  ].filter(({ by, said }, index) => index === 0 || (said !== undefined && by !== boot?.by));
  const ends = new Set(winners.flatMap(({ said }) => (said === undefined ? [] : [meaning(said.value)])));
  if (new Set(own.map(({ value }) => meaning(value))).size < 2 && ends.size < 2) return undefined;
  return { key: sysctlKey(path), lines, winners };
}

/** Every conflict, in the order in which the keys are first named. */
export function conflictsOf(readings: Readings): readonly Conflict[] {
  const { boot, byHand, ufw } = readings;
  const paths = new Set([boot, byHand, ufw].flatMap((reading) => reading?.applied.paths ?? []));
  // A pattern of ufw's reaches keys that the other files name.
  const patterns = ufw?.entries.some(({ wildcard }) => wildcard) === true;
  return [...paths].flatMap((path) =>
    !patterns && isSaidOnce(path, readings) ? [] : (conflictOf(path, readings) ?? []),
  );
}
