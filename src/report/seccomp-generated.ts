// What a generated profile was made from, for a person to look over before it is used: goes to standard error. Judges nothing.
import type { CallCount, Generated } from "../confine/generate.js";
import { printable } from "../core/printable.js";
import { table } from "./table.js";
import { hang } from "./wrap.js";

const shown = 25;

function counts(list: readonly CallCount[], width: number, all: boolean): readonly string[] {
  const rows = all ? list : list.slice(0, shown);
  const more = list.length - rows.length;
  return [
    ...table<CallCount>(
      [
        { title: "SEEN", cell: ({ count }) => String(count) },
        { title: "SYSTEM CALL", cell: ({ name }) => name },
        { title: "LOOK AT IT", cell: ({ danger }) => danger, flexible: true },
      ],
      rows,
      width,
    ),
    ...(more > 0 ? [`and ${more} more (--verbose)`] : []),
  ];
}

export function generatedText(generated: Generated, width: number, all: boolean): string {
  const { added, gaps, ofRuntime, programs } = generated;
  const risky = generated.counts.filter(({ danger }) => danger !== "");
  const ordinary = generated.counts.filter(({ danger }) => danger === "");
  const lines = [
    // What is to be looked at stands first, however rarely it was seen.
    ...counts([...risky, ...ordinary], width, all),
    "",
    ...(programs.length === 0 ? [] : hang("of: ", programs.map((name) => printable(name)).join(", "), width)),
    ...(added.length === 0 ? [] : hang("added for runc and crun: ", added.join(", "), width)),
    ...(ofRuntime === 0 ? [] : [`left out: ${ofRuntime} calls of the runtime itself`]),
    ...gaps.flatMap((reason) => hang("incomplete: ", printable(reason, 1000), width)),
  ];
  return `${lines.join("\n")}\n`;
}
