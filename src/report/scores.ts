// The scores of past looks, for people and programs. Keeps none.
import type { Score } from "../core/score.js";
import { table } from "./table.js";
import type { View } from "./view.js";

/** A bar of at most twenty signs. */
function bar(score: number): string {
  return "#".repeat(Math.round(Math.min(100, Math.max(0, score)) / 5));
}

/** The last of each day, the newest first; every single one where more is wanted. */
export function scoresText(scores: readonly Score[], view: View): string {
  if (scores.length === 0) return "No score was kept here yet: nodeward drift keeps one at every look.\n";
  const days = [...new Map(scores.map((score) => [score.at.slice(0, 10), score])).values()];
  const columns = [
    { title: "WHEN", cell: ({ at }: Score) => `${at.slice(0, 16).replace("T", " ")} UTC` },
    { title: "SCORE", cell: ({ score }: Score) => String(score) },
    { title: "FAIL", cell: ({ fail }: Score) => String(fail) },
    { title: "OF 100", cell: ({ score }: Score) => bar(score) },
  ];
  return `${table(columns, (view.verbose ? scores : days).toReversed(), view.columns).join("\n")}\n`;
}

/** Version 1; members are only added. Oldest first. */
export function scoresJson(scores: readonly Score[]): string {
  return `${JSON.stringify({ schemaVersion: 1, scores }, null, 2)}\n`;
}
