// `nodeward access`: who and what has root on a node, as a list that somebody can sign, or JSON. Judges nothing.
import { printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import { place } from "../core/source.js";
import { type AccessKind, type AccessPart, type AccessWay, accessKinds } from "../facts/access-way.js";
import { count } from "./arrange.js";
import { paletteFor } from "./palette.js";
import { type Column, table } from "./table.js";
import type { View } from "./view.js";
import { wrap } from "./wrap.js";

export interface AccessReport {
  readonly hostname: string;
  readonly os: string;
  readonly root: string;
  /** RFC 3339. */
  readonly time: string;
  readonly version: string;
  readonly access: AccessPart;
}

const words: Readonly<Record<AccessKind, string>> = {
  user: "account",
  sudo: "sudo",
  group: "group",
  key: "key",
  file: "file",
  socket: "socket",
  process: "process",
};

/** People first, then what they could change, then what runs. */
function sorted(ways: readonly AccessWay[]): readonly AccessWay[] {
  const rank = ({ kind }: AccessWay) => accessKinds.indexOf(kind);
  return [...ways].sort((a, b) => rank(a) - rank(b) || (a.who < b.who ? -1 : a.who > b.who ? 1 : 0));
}

function shown(text: string): string {
  return printable(redact(text), 1000);
}

function where({ sources }: AccessWay): string {
  const places = [...new Set(sources.map(place))];
  return places.length > 2 ? `${places.slice(0, 2).join(", ")}, …` : places.join(", ");
}

const columns: readonly Column<AccessWay>[] = [
  { title: "BY", cell: ({ kind }) => words[kind] },
  { title: "WHO", cell: ({ who }) => shown(who), flexible: true },
  {
    title: "WAY TO ROOT",
    cell: ({ way, sure }) => `${shown(way)}${sure ? "" : " (perhaps)"}`,
    flexible: true,
  },
];

/** Beside the rest where there is room, below it in a narrow terminal. */
const more: readonly Column<AccessWay>[] = [
  { title: "ASKS FOR", cell: ({ asks }) => shown(asks), flexible: true },
  { title: "WHERE", cell: where, flexible: true },
];

function below(way: AccessWay): string {
  return `asks for ${shown(way.asks)}; ${where(way)}`;
}

/** Wide enough for five columns of text. */
const roomy = 120;

function summary({ ways }: AccessPart): string {
  const of = (kind: AccessKind) => ways.filter((way) => way.kind === kind).length;
  const parts = accessKinds.filter((kind) => of(kind) > 0).map((kind) => `${of(kind)} by ${words[kind]}`);
  return `${count(ways.length, "way")} to root${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}

/** Where a name is written under the list: it was read, and is answered for. */
function signature(width: number): readonly string[] {
  const line = "_".repeat(Math.max(12, Math.min(30, Math.floor(width / 3))));
  return ["", `Reviewed by  ${line}`, "", `Date         ${line}`, "", `Signature    ${line}`];
}

export function accessText(report: AccessReport, view: View): string {
  const { access } = report;
  const { strong, faint } = paletteFor(view);
  const width = Math.min(view.columns, 200);
  const closing = wrap(summary(access), width).map(strong);
  if (view.quiet) return `${closing.join("\n")}\n`;
  const header = [
    strong("Who and what has root"),
    `Node    ${printable(report.hostname) || "?"}, ${printable(report.os)}`,
    `Root    ${printable(report.root)}`,
    `Time    ${report.time}`,
    `Tool    nodeward ${report.version}`,
  ];
  const rows = sorted(access.ways);
  const [titles = "", ...body] =
    width >= roomy ? table([...columns, ...more], rows, width) : table(columns, rows, width, below);
  const notes = [
    ...access.unknown.map((reason) => `not seen: ${shown(reason)}`),
    ...access.remarks.map((remark) => `note: ${shown(remark)}`),
  ].flatMap((note) => wrap(note, width).map(faint));
  return `${[...header, "", strong(titles), ...body, "", ...notes, ...closing, ...signature(width)].join("\n")}\n`;
}

export function accessJson({ access, ...node }: AccessReport): string {
  const document = {
    schemaVersion: 1,
    ...node,
    ways: sorted(access.ways).map(({ who, kind, way, asks, sure, sources }) => ({
      by: kind,
      who: shown(who),
      way: shown(way),
      asks: shown(asks),
      sure,
      sources: sources.map(({ file, line, text }) => ({ source: file, line, text: shown(text) })),
    })),
    unseen: access.unknown.map(shown),
    remarks: access.remarks.map(shown),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
