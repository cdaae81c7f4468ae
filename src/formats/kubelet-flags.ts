// The kubelet's command line: words -> values of fields and of flags without a field, and what would make it exit.
// Reads no files.

import { didYouMean } from "../core/nearest.js";
import { parseAddress } from "../core/network.js";
import { printable } from "../core/printable.js";
import type { Source } from "../core/source.js";
import { type Flag, type FlagWord, goBoolean, parseFlags } from "./component-flags.js";
import { goInteger } from "./go-yaml.js";
import { isDuration } from "./kubelet-config.js";
import { fieldRows } from "./kubelet-fields.js";
import { flagRows, goneFlags } from "./kubelet-flag-rows.js";

export type FlagValue = boolean | bigint | string | readonly string[];

export interface KubeletFlag {
  readonly name: string;
  /** The field it sets; empty for a flag that has none. */
  readonly path: string;
  readonly value: FlagValue;
  /** Every time it is given, the one that counts last; lists count together. */
  readonly given: readonly Flag[];
}

export interface FlagStop {
  readonly message: string;
  readonly source: Source;
  /** Whether the kubelet knows such a flag may depend on how it was built: a running kubelet is the better judge. */
  readonly unknown: boolean;
}

export interface KubeletFlags {
  readonly byName: ReadonlyMap<string, KubeletFlag>;
  readonly byPath: ReadonlyMap<string, KubeletFlag>;
  readonly stops: readonly FlagStop[];
}

interface Known {
  readonly kind: string;
  readonly path: string;
  readonly until?: number | undefined;
  readonly since?: number | undefined;
}

const addresses = new Set(["address", "healthz-bind-address"]);
const known: ReadonlyMap<string, Known> = new Map<string, Known>([
  ...fieldRows
    .filter(([, , flag = ""]) => flag !== "")
    .map(
      ([path, kind, flag = "", since]) => [flag, { kind, path: path.replace(/\[\].*/, ""), since }] as const,
    ),
  ...flagRows.map(([name, kind, until]) => [name, { kind, path: "", until }] as const),
]);

/** `-v=2`, `-v2`, `-v 2` and `-h`: the only flags with a short form. */
function long({ text, source }: FlagWord): FlagWord {
  if (text === "-h") return { text: "--help", source };
  const short = /^-v=?(.*)$/s.exec(text);
  if (short === null) return { text, source };
  return { text: short[1] === "" ? "--v" : `--v=${short[1]}`, source };
}

/** encoding/csv of one line, as pflag's StringSlice reads it. */
function commaList(text: string): readonly string[] {
  if (text === "") return [];
  const items = text.match(/(?:"(?:[^"]|"")*"|[^,])*(?:,|$)/g)?.slice(0, -1) ?? [];
  const all = text.endsWith(",") || items.length === 0 ? [...items, ""] : items;
  return all.map((item) =>
    item
      .replace(/,$/, "")
      .replace(/^"(.*)"$/s, "$1")
      .replaceAll('""', '"'),
  );
}

const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
};

type Read = { readonly value: FlagValue } | { readonly problem: string };

function gates(text: string): Read {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  const wrong = pairs.find((pair) => {
    const equals = pair.indexOf("=");
    return equals < 0 || goBoolean(pair.slice(equals + 1).trim()) === undefined;
  });
  return wrong === undefined
    ? { value: pairs.map((pair) => pair.trim()) }
    : { problem: "takes name=true or name=false" };
}

function readValue(name: string, kind: string, text: string): Read {
  if (addresses.has(name) && parseAddress(text) === undefined) return { problem: "takes an IP address" };
  if (kind === "bool") {
    const value = goBoolean(text);
    return value === undefined ? { problem: "takes true or false" } : { value };
  }
  const range = ranges[kind];
  if (range !== undefined) {
    const value = goInteger(text);
    if (value === undefined || value < range[0] || value > range[1])
      return { problem: "takes a whole number" };
    return { value };
  }
  if (kind === "duration" || kind === "duration-or-number")
    return isDuration(text) ? { value: text } : { problem: "takes a duration with a unit, such as 4h" };
  if (kind === "bool-map") return gates(text);
  if (kind.endsWith("-map") && text !== "" && !/[=<:]/.test(text)) return { problem: "takes key=value" };
  if (kind === "float" && (text.trim() === "" || Number.isNaN(Number(text))))
    return { problem: "takes a number" };
  return { value: kind === "strings" ? commaList(text) : text };
}

function unknownFlag(name: string): string {
  const gone = goneFlags.get(name);
  if (gone !== undefined) return `--${name} is no flag of the kubelet any more (it ${gone})`;
  return `--${printable(name, 60)} is no flag of the kubelet${didYouMean(name, known.keys())}`;
}

class Reading {
  readonly byName = new Map<string, KubeletFlag>();
  readonly stops: FlagStop[] = [];

  constructor(private readonly minor: number | undefined) {}

  stop(message: string, source: Source, unknown = false): void {
    this.stops.push({ message, source, unknown });
  }

  take(flag: Flag): void {
    const row = known.get(flag.name);
    if (row === undefined) this.stop(unknownFlag(flag.name), flag.source, true);
    else this.known(flag, row);
  }

  private known(flag: Flag, { kind, path, until, since }: Known): void {
    const { name, value: text, source } = flag;
    if (until !== undefined && this.minor !== undefined && this.minor > until)
      this.stop(`--${name} was removed in 1.${until + 1}`, source, true);
    if (since !== undefined && this.minor !== undefined && this.minor < since)
      this.stop(`--${name} is not known before 1.${since}`, source, true);
    const read = readValue(name, kind, text);
    if ("problem" in read) {
      this.stop(`--${name} ${read.problem}, not "${printable(text, 60)}"`, source);
      return;
    }
    if (name === "help" || name === "version") this.stop(`--${name} only prints and ends`, source);
    const before = this.byName.get(name);
    const adds = Array.isArray(read.value) && Array.isArray(before?.value);
    const value = adds && Array.isArray(read.value) ? [...listOf(before?.value), ...read.value] : read.value;
    this.byName.set(name, { name, path, value, given: [...(before?.given ?? []), flag] });
  }
}

function listOf(value: FlagValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Reads the words after the program's name. `minor` is the installed kubelet's version, where it is known. */
export function parseKubeletFlags(words: readonly FlagWord[], minor?: number): KubeletFlags {
  const { flags, left, incomplete } = parseFlags(
    words,
    (name) => known.get(name)?.kind === "bool",
    false,
    long,
  );
  const reading = new Reading(minor);
  for (const flag of flags) if (flag !== incomplete) reading.take(flag);
  if (incomplete !== undefined) reading.stop(`--${incomplete.name} lacks its value`, incomplete.source);
  const [first] = left;
  if (first !== undefined)
    reading.stop(
      `"${printable(first.text, 60)}" belongs to no flag (booleans are written --flag=false)`,
      first.source,
    );
  const { byName, stops } = reading;
  const byPath = new Map(
    [...byName.values()].filter(({ path }) => path !== "").map((flag) => [flag.path, flag]),
  );
  return { byName, byPath, stops };
}
