// What `nodeward seccomp lint` and `diff` say of profiles, as text or JSON. Judges nothing.
import type { Change, Difference } from "../confine/compare.js";
import { changeText } from "../confine/compare.js";
import type { Finding, Level } from "../confine/finding.js";
import type { Judgement } from "../confine/lint.js";
import type { Strength } from "../confine/strength.js";
import { printable } from "../core/printable.js";
import { hang } from "./wrap.js";

export interface Linted {
  readonly name: string;
  readonly judgement: Judgement;
  /** `containerd 1.7.24`: whose RuntimeDefault the profile is measured by. */
  readonly engine: string;
}

function place(name: string, line: number): string {
  return line > 0 ? `${printable(name)}:${line}` : printable(name);
}

function findingLines(name: string, found: Finding, width: number): readonly string[] {
  const { level, message, line, rule } = found;
  return hang(`${place(name, line)}: `, `${level}: ${printable(message, 2000)} (${rule})`, width);
}

function names(changes: readonly Change[]): string {
  return changes.map(changeText).join(", ");
}

export function strengthLines(strength: Strength, engine: string, width: number): readonly string[] {
  const { calls, allowed, conditional, refused, architecture, weaker, overDefault, dangerous } = strength;
  const counts = `${refused} of ${calls} system calls of ${architecture} refused, ${conditional} allowed on conditions, ${allowed} allowed`;
  const usual = `RuntimeDefault of ${engine}`;
  const standing =
    weaker.length > 0 ? `weaker than ${usual} in ${weaker.length} calls` : `no weaker than ${usual}`;
  const tighter = `; ${overDefault.lost.length} calls tighter`;
  const known = dangerous.filter((one) => one.usual).map(({ name }) => name);
  return [
    ...hang("  ", counts, width),
    ...hang("  ", `${standing}${tighter}`, width),
    ...(known.length === 0 ? [] : hang("  ", `allowed as by default: ${known.join(", ")}`, width)),
  ];
}

export function count(linted: readonly Linted[], level: Level): number {
  return linted.flatMap(({ judgement }) => judgement.findings).filter((one) => one.level === level).length;
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

export function lintText(linted: readonly Linted[], width: number, quiet: boolean): string {
  const blocks = linted.map(({ name, judgement, engine }) => {
    const found = judgement.findings.flatMap((one) => findingLines(name, one, width));
    const { strength } = judgement;
    const clean = found.length === 0 ? [`${printable(name)}: no fault found`] : found;
    return [...clean, ...(strength === undefined ? [] : strengthLines(strength, engine, width))].join("\n");
  });
  const total = `${plural(linted.length, "profile")}: ${plural(count(linted, "error"), "error")}, ${plural(count(linted, "warning"), "warning")}, ${plural(count(linted, "note"), "note")}`;
  return quiet ? `${total}\n` : `${[...blocks, total].join("\n\n")}\n`;
}

function changeJson({ name, before, after, detail }: Change) {
  return { name, before, after, ...(detail === "" ? {} : { detail }) };
}

function differenceJson({ gained, lost, changed }: Difference) {
  return { gained: gained.map(changeJson), lost: lost.map(changeJson), changed: changed.map(changeJson) };
}

function strengthJson(strength: Strength, engine: string) {
  const { architecture, calls, allowed, conditional, refused, dangerous, overDefault, weaker } = strength;
  return {
    architecture,
    systemCalls: calls,
    allowed,
    conditional,
    refused,
    dangerous,
    runtimeDefault: { of: engine, weaker: weaker.map(changeJson), ...differenceJson(overDefault) },
  };
}

export function lintJson(linted: readonly Linted[]): string {
  const profiles = linted.map(({ name, judgement: { findings, strength }, engine }) => ({
    name,
    findings: findings.map(({ rule, level, message, line, stops }) => ({
      rule,
      level,
      line,
      message,
      stops,
    })),
    strength: strength === undefined ? null : strengthJson(strength, engine),
  }));
  return `${JSON.stringify({ schemaVersion: 1, profiles }, null, 2)}\n`;
}

export interface Compared {
  readonly before: string;
  readonly after: string;
  readonly difference: Difference;
}

export function diffText({ before, after, difference }: Compared, width: number): string {
  const { gained, lost, changed } = difference;
  const part = (label: string, list: readonly Change[]) =>
    list.length === 0 ? [] : hang(label, `${names(list)} (${list.length})`, width);
  if (gained.length + lost.length + changed.length === 0)
    return `${printable(before)} and ${printable(after)} let the same system calls through\n`;
  const lines = [
    `from ${printable(before)} to ${printable(after)}:`,
    ...part("+ let through: ", gained),
    ...part("- refused: ", lost),
    ...part("~ on other conditions: ", changed),
  ];
  return `${lines.join("\n")}\n`;
}

export function diffJson({ before, after, difference }: Compared): string {
  return `${JSON.stringify({ schemaVersion: 1, before, after, ...differenceJson(difference) }, null, 2)}\n`;
}
