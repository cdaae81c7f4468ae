// The list of checks (`nodeward checks`) as text, JSON or Markdown. Explains none of them: that is explain.ts.
import type { Check } from "../checks/define.js";
import { severities } from "../core/outcome.js";
import { count, partition } from "./arrange.js";
import { markdownText } from "./escape.js";
import { table } from "./markdown.js";
import { paletteFor } from "./palette.js";
import type { View } from "./view.js";
import { pad, widthOf, wrap } from "./wrap.js";

export interface CatalogueEntry {
  readonly check: Check;
  /** Shipped profiles that choose it, with the parameters they set to something else than the default. */
  readonly profiles: readonly {
    readonly profile: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** What it is decided by: titles of facts. */
  readonly reads: readonly string[];
}

/** Formats of the commands that show the catalogue. */
export const catalogueFormats = ["text", "json", "markdown"] as const;
export type CatalogueFormat = (typeof catalogueFormats)[number];

/** The risk of the automatic repair, or a dash where there is none. */
function repair({ fixable, risk }: Check): string {
  return fixable ? risk : "-";
}

/** From here on a title stands beside the rest; below, in a line of its own. */
const wide = 120;

function lines(entries: readonly CatalogueEntry[], view: View): readonly string[] {
  const { strong, faint, severity: graded } = paletteFor(view);
  const names = entries.map(({ profiles }) => profiles.map(({ profile }) => profile).join(","));
  const idWidth = Math.max(0, ...entries.map(({ check }) => widthOf(check.id)));
  const profileWidth = Math.min(40, Math.max(0, ...names.map(widthOf)));
  return entries.flatMap(({ check }, index) => {
    const { id, severity, title } = check;
    const head = `${strong(pad(id, idWidth))}  ${graded(severity)(severity.padEnd(8))}  ${pad(names[index] ?? "", profileWidth)}  ${repair(check).padEnd(8)}`;
    if (view.columns >= wide) return [`${head}  ${title}`];
    return [head.trimEnd(), ...wrap(title, view.columns - 4).map((line) => faint(`    ${line}`))];
  });
}

function text(entries: readonly CatalogueEntry[], view: View): string {
  const perSeverity = severities.map((severity) => {
    const number = entries.filter(({ check }) => check.severity === severity).length;
    return `${number} ${severity}`;
  });
  const fixable = entries.filter(({ check }) => check.fixable).length;
  const closing = `${count(entries.length, "check")}: ${perSeverity.join(", ")}; ${fixable} with an automatic repair, its risk in the last column.`;
  const body = view.quiet ? [] : [...lines(entries, view), ""];
  return `${[...body, ...wrap(closing, Math.min(view.columns, 160))].join("\n")}\n`;
}

/** The fields that lists and explanations share. */
export function entryJson({ check, profiles, references }: CatalogueEntry): object {
  const { id, title, domain, severity, fixable, risk, tags } = check;
  return {
    id,
    title,
    domain,
    severity,
    profiles: profiles.map(({ profile }) => profile),
    fixable,
    risk,
    tags: tags ?? [],
    references,
  };
}

function markdown(entries: readonly CatalogueEntry[]): string {
  const sections = [...partition(entries, ({ check }) => check.domain)].flatMap(([domain, members]) => [
    `## ${markdownText(domain)}`,
    "",
    table(
      ["check", "severity", "profiles", "repair", "title"],
      members.map(({ check, profiles }) => [
        markdownText(check.id),
        check.severity,
        profiles.map(({ profile }) => markdownText(profile)).join(", "),
        repair(check),
        markdownText(check.title),
      ]),
    ).replaceAll("---:", "---"),
    "",
  ]);
  return ["# Checks of nodeward", "", ...sections].join("\n");
}

export function catalogue(entries: readonly CatalogueEntry[], format: CatalogueFormat, view: View): string {
  if (format === "json")
    return `${JSON.stringify({ schemaVersion: 1, checks: entries.map(entryJson) }, null, 2)}\n`;
  return format === "markdown" ? markdown(entries) : text(entries, view);
}
