// What a generated AppArmor policy was made from, for a person to look over before it is loaded: goes to standard error. Judges
// nothing.
import type { Draft } from "../confine/apparmor-draft.js";
import type { Generated } from "../confine/apparmor-generate.js";
import { printable } from "../core/printable.js";
import { table } from "./table.js";
import { hang } from "./wrap.js";

const shown = 25;

const stateWords: Readonly<Record<Draft["state"], string>> = {
  added: "",
  covered: "already allowed",
  refused: "a deny rule refuses it: left out",
  "too-new": "needs AppArmor 4: left out",
};

function rank({ danger, state }: Draft): number {
  return danger !== "" ? 0 : state === "added" ? 1 : state === "covered" ? 3 : 2;
}

function drafts(list: readonly Draft[], width: number, all: boolean): readonly string[] {
  const sorted = [...list].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
  // What is to be looked at is never cut off.
  const rows = all ? sorted : sorted.filter((one, at) => at < shown || rank(one) === 0);
  const more = sorted.length - rows.length;
  return [
    ...table<Draft>(
      [
        { title: "SEEN", cell: ({ count }) => String(count) },
        { title: "RULE", cell: ({ rule }) => rule, flexible: true },
        {
          title: "LOOK AT IT",
          cell: ({ danger, state }) => [stateWords[state], danger].filter((one) => one !== "").join("; "),
          flexible: true,
        },
      ],
      rows,
      width,
    ),
    ...(more > 0 ? [`and ${more} more (--verbose)`] : []),
  ];
}

function amounts(list: readonly Draft[]): string {
  const of = (state: Draft["state"]) => list.filter((one) => one.state === state).length;
  const danger = list.filter((one) => one.danger !== "").length;
  return [
    of("added") === 1 ? "1 rule added" : `${of("added")} rules added`,
    `${of("covered")} already allowed`,
    ...(danger === 0 ? [] : [`${danger} to look at`]),
  ].join(", ");
}

/** What is to be looked at, a line each: said even where little is to be said. */
export function apparmorWarnings({ profiles }: Generated): string {
  const lines = profiles.flatMap(({ name, drafts: list }) =>
    list
      .filter(({ danger }) => danger !== "")
      .map(({ rule, danger }) => `warning: ${printable(name)}: ${printable(rule, 1000)} ${danger}\n`),
  );
  return lines.join("");
}

export interface Notes {
  readonly gaps: readonly string[];
  readonly repeated: number;
  readonly unconfined: number;
}

export function apparmorGeneratedText(
  { profiles, elsewhere }: Generated,
  { gaps, repeated, unconfined }: Notes,
  width: number,
  all: boolean,
): string {
  const lines = [
    ...profiles.flatMap((one) => [
      `${printable(one.name)}: ${amounts(one.drafts)}`,
      ...drafts(one.drafts, width, all),
      "",
    ]),
    ...(elsewhere.length === 0
      ? []
      : hang("not in that policy: ", elsewhere.map((name) => printable(name)).join(", "), width)),
    ...(repeated === 0 ? [] : [`counted once: ${repeated} lines that came twice`]),
    ...(unconfined === 0 ? [] : [`left out: ${unconfined} lines of processes that no profile confines`]),
    ...gaps.flatMap((reason) => hang("left out: ", printable(reason, 1000), width)),
  ];
  return `${lines.join("\n")}\n`;
}
