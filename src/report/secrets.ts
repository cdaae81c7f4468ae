// `nodeward secrets`: where secret material lies and who can read it, as a table or JSON. Never what it is.
import { printable } from "../core/printable.js";
import type { Readers } from "../facts/file-readers.js";
import type { SecretItem, Secrets } from "../facts/secrets.js";
import { count } from "./arrange.js";
import { paletteFor } from "./palette.js";
import { type Column, table } from "./table.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

/** Widest first: what most can read stands on top. */
function openness({ readers: { everybody, group, granted, owner, writers } }: SecretItem): number {
  return (
    (everybody ? 8 : 0) +
    (writers.length > 0 ? 4 : 0) +
    (granted.length > 0 || (group?.members.length ?? 0) > 0 ? 2 : 0) +
    (owner === undefined ? 0 : 1)
  );
}

function sorted(items: readonly SecretItem[]): readonly SecretItem[] {
  return [...items].sort((a, b) => openness(b) - openness(a) || (a.path < b.path ? -1 : 1));
}

function readersText({ everybody, group, granted, owner, writers }: Readers): string {
  if (everybody) return "everybody";
  const members =
    group === undefined ? "" : group.members.length === 0 ? " (no members)" : `: ${group.members.join(", ")}`;
  return [
    "root",
    ...(owner === undefined ? [] : [owner]),
    ...(group === undefined ? [] : [`group ${group.name}${members}`]),
    ...granted.map((who) => `${who} (access list)`),
    ...(writers.length === 0 ? [] : [`changed by ${writers.join(", ")}`]),
  ].join(", ");
}

function modeText({ state }: SecretItem): string {
  return state.mode.toString(8).padStart(4, "0");
}

const columns: readonly Column<SecretItem>[] = [
  { title: "READ BY", cell: ({ readers }) => readersText(readers), flexible: true },
  { title: "MODE", cell: modeText },
  { title: "WHAT", cell: ({ what }) => what, flexible: true },
  // Last, for a path is not wrapped and would push what follows out of line.
  { title: "WHERE", cell: ({ path }) => path, flexible: true },
];

function summary({ items }: Secrets): string {
  const everybody = items.filter(({ readers }) => readers.everybody).length;
  const others = items.filter(
    ({ readers }) =>
      !readers.everybody && (readers.granted.length > 0 || (readers.group?.members.length ?? 0) > 0),
  ).length;
  return `${count(items.length, "place")} with secrets: ${everybody} read by everybody, ${others} by other accounts`;
}

export function secretsText(secrets: Secrets, view: View): string {
  const { strong, faint } = paletteFor(view);
  const wide = Math.min(view.columns, 200);
  const closing = wrap(summary(secrets), wide).map(strong);
  if (view.quiet) return `${closing.join("\n")}\n`;
  const [titles = "", ...body] = table(columns, sorted(secrets.items), wide);
  const notes = [
    ...secrets.unread.map((reason) => `not seen: ${printable(reason)}`),
    ...secrets.notes,
  ].flatMap((text) => wrap(text, wide).map(faint));
  return `${[strong(titles), ...body, "", ...notes, ...closing].join("\n")}\n`;
}

export function secretsJson(secrets: Secrets): string {
  const document = {
    schemaVersion: 1,
    secrets: sorted(secrets.items).map((item) => ({
      path: printable(item.path, 4096),
      kind: item.kind,
      what: printable(item.what),
      mode: modeText(item),
      uid: item.state.uid,
      gid: item.state.gid,
      home: item.home ?? null,
      readBy: {
        everybody: item.readers.everybody,
        group: item.readers.group ?? null,
        owner: item.readers.owner ?? "root",
        accessList: item.readers.granted,
      },
      changedBy: item.readers.writers,
    })),
    notes: secrets.notes,
    unseen: secrets.unread.map((reason) => printable(reason)),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
