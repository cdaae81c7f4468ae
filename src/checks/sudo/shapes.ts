// What checks of sudo share: who a rule means, what its commands are called, and what every outcome says besides.
import type { Outcome } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { meansRootOnly } from "../../facts/sudo-access.js";
import type { Sudoers } from "../../facts/sudoers.js";
import type { BoundSetting } from "../../facts/sudoers-defaults.js";
import type { Grant } from "../../facts/sudoers-grants.js";

type GrantedCommand = Grant["commands"][number]["item"];

/** A command as its rule writes it. */
export function commandText({ text, args }: GrantedCommand): string {
  return printable(args === undefined ? text : `${text} ${args}`);
}

/** Any command at all: `ALL` without a digest, or a pattern that fits every path. */
export function isEverything({ kind, text, args, digests }: GrantedCommand): boolean {
  if (digests.length > 0) return false;
  return kind === "all" || (args === undefined && /^\^\/?\.[*+]\$$/.test(text));
}

/** Rules that mean somebody else than root alone: root needs no sudo. */
export function grantsToOthers({ grants }: Sudoers): readonly Grant[] {
  return grants.filter((grant) => !meansRootOnly(grant));
}

/** Commands a rule allows, exceptions left out. */
export function allowed(grant: Grant): readonly GrantedCommand[] {
  return grant.commands.filter(({ negated }) => !negated).map(({ item }) => item);
}

/** Has everything been read that could set what no line read so far sets? */
export function wholeRead({ files }: Sudoers): boolean {
  return files.unread.length === 0;
}

/** Users of a rule whom no entry of `accepted` names, by their own name or by an alias they come through. */
export function usersBeyond(grant: Grant, accepted: readonly string[]): readonly string[] {
  const names = grant.users
    .filter(({ negated }) => !negated)
    .filter(({ item, via }) => ![item.text, ...via].some((name) => accepted.includes(name)))
    .map(({ item }) => item.text);
  return [...new Set(names)].map((name) => printable(name));
}

/** The command of a rule, exceptions marked. */
export function grantText(grant: Grant): string {
  return grant.commands.map(({ item, negated }) => `${negated ? "!" : ""}${commandText(item)}`).join(", ");
}

/** Adds what holds for every judgement of sudo's rules: what could not be read, and whether sudo runs at all. */
export function sudoOutcome(sudoers: Sudoers, judged: Outcome): Outcome {
  const { refused, files, unread } = sudoers;
  const notes = [
    ...(judged.notes ?? []),
    ...(refused === undefined ? [] : [`sudo refuses to run: ${refused}`]),
  ];
  const evidence =
    judged.evidence.length > 0 ? judged.evidence : files.files.map(({ path }) => wholeFile(path));
  return { ...judged, evidence, unknowns: [...(judged.unknowns ?? []), ...unread], notes };
}

/** One problem a rule: the sources of the rules are the evidence. */
export function ruleOutcome(
  sudoers: Sudoers,
  expected: string,
  found: readonly { readonly grant: Grant; readonly message: string }[],
  more: Pick<Outcome, "unknowns" | "notes"> = {},
): Outcome {
  return sudoOutcome(sudoers, {
    expected,
    actual: found.length === 0 ? "no such rule" : found.map(({ message }) => message).join("; "),
    evidence: found.map(({ grant }) => grant.source),
    problems: found.map(({ message }) => ({ message })),
    ...more,
  });
}

/** `name`, `!name` or `name=value`, and for whom. */
export function settingText({ name, operator, value, forWhom }: BoundSetting): string {
  const text = value === undefined ? `${operator === "off" ? "!" : ""}${name}` : `${name}${operator}${value}`;
  return printable(`${text} ${forWhom}`);
}
