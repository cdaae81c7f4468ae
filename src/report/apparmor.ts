// What `nodeward apparmor status` says of a node, as text or JSON. Judges nothing.
import { listing, printable } from "../core/printable.js";
import { type Column, table } from "./table.js";

export type StandingOf = "installed" | "missing" | "changed" | "not in force" | "refused" | "unreadable";

export interface PolicyRow {
  readonly name: string;
  readonly origin: string;
  readonly state: StandingOf;
  /** Modes in the kernel; `not loaded`, `not seen`. */
  readonly kernel: string;
  readonly usedBy: readonly string[];
  /** What is not as it is meant to be. */
  readonly detail: string;
}

export interface LoadedRow {
  readonly name: string;
  readonly mode: string;
  /** The programs it is for; empty where it is entered by its name alone. */
  readonly attach: string;
  readonly processes: number;
}

export interface NodeView {
  readonly policies: readonly PolicyRow[];
  /** Every profile in the kernel; undefined where no kernel is seen. */
  readonly loaded: readonly LoadedRow[] | undefined;
  readonly disk: {
    readonly files: number;
    readonly disabled: readonly string[];
    readonly complaining: readonly string[];
  };
  readonly parser: boolean;
  readonly problems: readonly string[];
}

const policyColumns: readonly Column<PolicyRow>[] = [
  { title: "PROFILE", cell: ({ name }) => name, flexible: true },
  { title: "STATE", cell: ({ state }) => (state === "installed" ? state : state.toUpperCase()) },
  { title: "KERNEL", cell: ({ kernel }) => kernel },
  { title: "FROM", cell: ({ origin }) => origin },
  { title: "USED BY", cell: ({ usedBy }) => listing(usedBy, 3), flexible: true },
];

const loadedColumns: readonly Column<LoadedRow>[] = [
  { title: "IN THE KERNEL", cell: ({ name }) => name, flexible: true },
  { title: "MODE", cell: ({ mode }) => mode },
  { title: "PROCESSES", cell: ({ processes }) => String(processes) },
  { title: "FOR", cell: ({ attach, name }) => (attach === name ? "" : attach), flexible: true },
];

/** `12 enforce, 3 complain`. */
function modesOf(loaded: readonly LoadedRow[]): string {
  const counts = new Map<string, number>();
  for (const { mode } of loaded) counts.set(mode, (counts.get(mode) ?? 0) + 1);
  return [...counts].map(([mode, count]) => `${count} ${mode}`).join(", ") || "none";
}

function kernelLines({ loaded }: NodeView, width: number, all: boolean): readonly string[] {
  if (loaded === undefined) return ["in the kernel: not seen"];
  const shown = loaded.filter(({ processes, mode }) => all || processes > 0 || mode === "complain");
  const hidden = loaded.length - shown.length;
  return [
    `in the kernel: ${modesOf(loaded)}`,
    ...(shown.length === 0 ? [] : ["", ...table(loadedColumns, shown, width)]),
    ...(hidden === 0 ? [] : [`${hidden} more confine no process now (--verbose lists them)`]),
  ];
}

export interface Shown {
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function nodeText(view: NodeView, width: number, { quiet, verbose }: Shown): string {
  const { policies, disk, problems, parser } = view;
  const wrong = policies.filter(({ state }) => state !== "installed").length;
  const standing = wrong === 0 ? "all in force" : `${wrong} not as meant`;
  const total = `${policies.length} profiles, ${standing}`;
  if (quiet) return `${total}\n`;
  const used = policies.some(({ usedBy }) => usedBy.length > 0);
  const columns = policyColumns.filter(({ title }) => used || title !== "USED BY");
  const lines = [
    ...table(columns, policies, width, ({ detail }) => detail),
    "",
    ...kernelLines(view, width, verbose),
    "",
    `/etc/apparmor.d: ${disk.files} files`,
    ...(disk.disabled.length > 0 ? [`disabled: ${listing(disk.disabled, 12)}`] : []),
    ...(disk.complaining.length > 0 ? [`complaining: ${listing(disk.complaining, 12)}`] : []),
    ...(parser ? [] : ["apparmor_parser is not installed: nothing can be checked or loaded"]),
    ...problems.map((reason) => `not read: ${printable(reason)}`),
    total,
  ];
  return `${lines.join("\n")}\n`;
}

export function nodeJson({ policies, loaded, disk, parser, problems }: NodeView): string {
  const node = { schemaVersion: 1, parser, policies, loaded: loaded ?? null, disk, problems };
  return `${JSON.stringify(node, null, 2)}\n`;
}
