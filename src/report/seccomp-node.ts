// What `nodeward seccomp list` and `status` say of a node's profiles, as text or JSON. Judges nothing.
import { printable } from "../core/printable.js";
import { type Column, table } from "./table.js";

export type ProfileState = "installed" | "changed" | "missing" | "undeclared" | "unreadable";

export interface ProfileRow {
  /** As localhostProfile names it. */
  readonly name: string;
  /** `shipped`, the site's file, or empty. */
  readonly origin: string;
  readonly state: ProfileState;
  /** Refused and allowed calls; empty where it is no filter. */
  readonly strength: string;
  readonly usedBy: readonly string[];
  /** What else is to be said: how a changed one differs. */
  readonly detail: string;
}

export interface NodeView {
  readonly folder: string;
  readonly rows: readonly ProfileRow[];
  /** Lines on the kernel, the engine and the runtimes. */
  readonly facts: readonly string[];
  readonly problems: readonly string[];
}

const columns: readonly Column<ProfileRow>[] = [
  { title: "PROFILE", cell: ({ name }) => name, flexible: true },
  { title: "STATE", cell: ({ state }) => (state === "installed" ? state : state.toUpperCase()) },
  { title: "FROM", cell: ({ origin }) => origin, flexible: true },
  { title: "REFUSES", cell: ({ strength }) => strength },
  { title: "USED BY", cell: ({ usedBy }) => usedBy.join("; "), flexible: true },
];

export function nodeText({ folder, rows, facts, problems }: NodeView, width: number, quiet: boolean): string {
  const wrong = rows.filter(({ state }) => state !== "installed").length;
  const standing = wrong === 0 ? "all installed" : `${wrong} not as meant`;
  const total = `${rows.length} profiles, ${standing}`;
  if (quiet) return `${total}\n`;
  // Where no container uses any, the column would only take room.
  const used = rows.some(({ usedBy }) => usedBy.length > 0);
  const shown = columns.filter(({ title }) => used || title !== "USED BY");
  const lines = [
    ...facts,
    `directory: ${printable(folder)}`,
    "",
    ...table(shown, rows, width, ({ detail }) => detail),
    "",
    ...problems.map((reason) => `not read: ${printable(reason)}`),
    total,
  ];
  return `${lines.join("\n")}\n`;
}

export function nodeJson({ folder, rows, facts, problems }: NodeView): string {
  return `${JSON.stringify({ schemaVersion: 1, folder, node: facts, profiles: rows, problems }, null, 2)}\n`;
}

export interface ListRow {
  readonly name: string;
  readonly origin: string;
  readonly purpose: string;
}

const listColumns: readonly Column<ListRow>[] = [
  { title: "PROFILE", cell: ({ name }) => name },
  { title: "FROM", cell: ({ origin }) => origin, flexible: true },
  { title: "WHAT FOR", cell: ({ purpose }) => purpose, flexible: true },
];

export function listText(rows: readonly ListRow[], width: number): string {
  return `${table(listColumns, rows, width).join("\n")}\n`;
}

export function listJson(rows: readonly ListRow[]): string {
  return `${JSON.stringify({ schemaVersion: 1, profiles: rows }, null, 2)}\n`;
}
