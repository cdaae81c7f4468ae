// What a seccomp filter decides of each system call, as libseccomp builds it: rules without Docker's conditions, in order.
// Not the profile as it is written (formats/seccomp-profile.ts).
import type { Architecture } from "../formats/syscall-table.js";

/** `code`: the errno, or what a tracer is told; 0 where the action takes none. */
export interface Action {
  readonly name: ActionName;
  readonly code: number;
}

export const actionNames = [
  "ALLOW",
  "LOG",
  "ERRNO",
  "TRACE",
  "TRAP",
  "NOTIFY",
  "KILL_THREAD",
  "KILL_PROCESS",
] as const;
export type ActionName = (typeof actionNames)[number];

export const operators = ["EQ", "NE", "LT", "LE", "GT", "GE", "MASKED_EQ"] as const;
export type Operator = (typeof operators)[number];

export interface Argument {
  readonly index: number;
  readonly op: Operator;
  readonly value: bigint;
  readonly valueTwo: bigint;
}

export interface Rule {
  readonly names: readonly string[];
  readonly action: Action;
  /** All must hold. */
  readonly args: readonly Argument[];
  readonly line: number;
}

export interface Filter {
  readonly otherwise: Action;
  /** Beside that of the machine; none: only that one. */
  readonly architectures: readonly Architecture[];
  readonly rules: readonly Rule[];
}

/** A part of the calls of one name: those whose arguments meet all conditions. */
export interface Part {
  readonly action: Action;
  readonly when: readonly string[];
}

export interface Decision {
  /** What becomes of calls that no part takes. */
  readonly otherwise: Action;
  readonly parts: readonly Part[];
}

export type Reach = "refused" | "conditional" | "allowed";

/** Does the call get to the kernel? LOG lets it, and writes it down. */
export function permits({ name }: Action): boolean {
  return name === "ALLOW" || name === "LOG";
}

export function sameAction(a: Action, b: Action): boolean {
  return a.name === b.name && a.code === b.code;
}

const signs: Readonly<Record<Exclude<Operator, "MASKED_EQ">, string>> = {
  EQ: "==",
  NE: "!=",
  LT: "<",
  LE: "<=",
  GT: ">",
  GE: ">=",
};

function number(value: bigint): string {
  return value < 4096n ? String(value) : `0x${value.toString(16)}`;
}

/** `arg0 & 0x7e020000 == 0` (seccomp_rule_add(3): the mask comes first). */
export function argumentText({ index, op, value, valueTwo }: Argument): string {
  if (op === "MASKED_EQ") return `arg${index} & ${number(value)} == ${number(valueTwo)}`;
  return `arg${index} ${signs[op]} ${number(value)}`;
}

/**
 * One rule a set of conditions: both runtimes take two conditions on one argument for alternatives
 * (runc, libcontainer/seccomp; crun, src/libcrun/seccomp.c).
 */
export function alternatives(rule: Rule): readonly (readonly Argument[])[] {
  const indexes = new Set(rule.args.map(({ index }) => index));
  return indexes.size === rule.args.length ? [rule.args] : rule.args.map((argument) => [argument]);
}

/**
 * What becomes of each name that has a rule. A rule without conditions takes the call whole, wherever it stands; the first
 * of them counts; rules that do what is done anyway are left out (libseccomp, seccomp_rule_add(3)).
 */
export function decisions(filter: Filter): ReadonlyMap<string, Decision> {
  const whole = new Map<string, Action>();
  const parts = new Map<string, Part[]>();
  for (const rule of filter.rules) {
    if (sameAction(rule.action, filter.otherwise)) continue;
    for (const name of rule.names)
      if (rule.args.length === 0) {
        if (!whole.has(name)) whole.set(name, rule.action);
      } else {
        const own = parts.get(name) ?? [];
        for (const args of alternatives(rule))
          own.push({ action: rule.action, when: args.map(argumentText).sort() });
        parts.set(name, own);
      }
  }
  const all = new Map<string, Decision>();
  for (const [name, own] of parts) all.set(name, { otherwise: filter.otherwise, parts: own });
  for (const [name, action] of whole) all.set(name, { otherwise: action, parts: [] });
  return all;
}

export function reachOf({ otherwise, parts }: Decision): Reach {
  const ways = new Set([permits(otherwise), ...parts.map(({ action }) => permits(action))]);
  if (ways.size === 2) return "conditional";
  return ways.has(true) ? "allowed" : "refused";
}

/** The decision of any call, also of one without a rule. */
export function decisionOf(filter: Filter, decided: ReadonlyMap<string, Decision>, name: string): Decision {
  return decided.get(name) ?? { otherwise: filter.otherwise, parts: [] };
}

/** The conditions under which a conditional call is let through, or those under which it is not. */
export function describe({ otherwise, parts }: Decision): string {
  const [word, listed] = permits(otherwise)
    ? (["unless", parts.filter(({ action }) => !permits(action))] as const)
    : (["when", parts.filter(({ action }) => permits(action))] as const);
  return `${word} ${listed.map(({ when }) => when.join(" and ")).join(", or ")}`;
}
