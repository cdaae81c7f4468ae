// What `nodeward apparmor lint` says of policy files, as text or JSON. Judges nothing.
import type { Finding, Level } from "../confine/finding.js";
import { printable } from "../core/printable.js";
import { hang } from "./wrap.js";

export interface LintedPolicy {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** What the real parser made of it, or why it was not asked. */
  readonly parser: string;
}

export function countOf(linted: readonly LintedPolicy[], level: Level): number {
  return linted.flatMap(({ findings }) => findings).filter((one) => one.level === level).length;
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

function lines({ name, findings, parser }: LintedPolicy, width: number): readonly string[] {
  const shown = printable(name);
  const found = findings.flatMap(({ level, rule, message, line }) =>
    hang(
      `${line > 0 ? `${shown}:${line}` : shown}: `,
      `${level}: ${printable(message, 2000)} (${rule})`,
      width,
    ),
  );
  const clean = findings.length === 0 ? [`${shown}: no fault found`] : found;
  return [...clean, ...hang("  ", printable(parser), width)];
}

export function lintText(linted: readonly LintedPolicy[], width: number, quiet: boolean): string {
  const counts = (["error", "warning", "note"] as const).map((level) =>
    plural(countOf(linted, level), level),
  );
  const total = `${plural(linted.length, "file")}: ${counts.join(", ")}`;
  if (quiet) return `${total}\n`;
  return `${[...linted.map((one) => lines(one, width).join("\n")), total].join("\n\n")}\n`;
}

export function lintJson(linted: readonly LintedPolicy[]): string {
  const files = linted.map(({ name, findings, parser }) => ({
    name,
    parser,
    findings: findings.map(({ rule, level, message, line }) => ({ rule, level, message, line })),
  }));
  return `${JSON.stringify({ schemaVersion: 1, files }, null, 2)}\n`;
}
