// Whether a list of audit rules records what a family asks for, by the kernel's way through the list: the first rule that
// matches decides. Which rules are loaded is audit-rules.ts.
import type { AuditField, AuditRule } from "../formats/audit-rules.js";
import {
  type AuditFamily,
  type AuditFamilyName,
  auditFamilies,
  type Calls,
  oldCalls,
  type Watch,
} from "./audit-families.js";

type Arch = "b64" | "b32";

/** What of the machine decides over rules. */
export interface Machine {
  /** 32-bit programs run as well, by a table of system calls of their own. */
  readonly arches: readonly Arch[];
  /** Has `open`, `chmod` and the like beside `openat` and `fchmodat`. */
  readonly old: boolean;
}

export const x86: Machine = { arches: ["b64", "b32"], old: true };
export const others: Machine = { arches: ["b64"], old: false };

/** One thing that has to be recorded. */
export interface Wanted {
  /** For people. */
  readonly what: string;
  /** The rule of auditctl(8) that records it. */
  readonly line: string;
  /** One a system call, or one for a watch: each has to be recorded by some rule. */
  readonly tests: readonly ((rule: AuditRule) => boolean)[];
  /** The same for some of the tests alone, where they can be told apart. */
  readonly only?: (tests: readonly number[]) => Wanted;
}

/** `auid>=1000 auid!=unset`: people, not daemons. */
function isPeople({ name, operator, value }: AuditField): boolean {
  if (name !== "auid") return false;
  return (
    (operator === "!=" && value === "unset") ||
    (operator === ">=" && Number(value) <= 1000 && value !== "unset")
  );
}

function arch(rule: AuditRule, wanted: Arch): boolean {
  return rule.fields.every(
    ({ name, operator, value }) => name !== "arch" || (operator === "=" && value === wanted),
  );
}

/** Links that every merged system has: the kernel watches what they lead to. */
function unlinked(path: string): string {
  return path.replace(/^\/(?=(?:s?bin|lib)\/)/, "/usr/").replace(/^\/var\/run(?=\/|$)/, "/run");
}

function watches({ name, operator, value: written }: AuditField, wanted: string): boolean {
  if (operator !== "=") return false;
  const [value, path] = [unlinked(written), unlinked(wanted)];
  if (name === "path") return value === path;
  // A folder stands for all below it; what a watch is for decides what lies there.
  const below = path.startsWith(value === "/" ? "/" : `${value}/`);
  return (name === "dir" || name === "watch") && (value === path || below);
}

/** Of the fields none may take something away: only those of `known`, and people where they are enough. */
function noMore(rule: AuditRule, people: boolean, known: (field: AuditField) => boolean): boolean {
  return rule.fields.every((field) => field.name === "arch" || known(field) || (people && isPeople(field)));
}

const peopleOnly = " -F auid>=1000 -F auid!=unset";

function watchWanted(
  { path, perm }: Watch,
  people: AuditFamily["people"],
  key: string,
  { arches }: Machine,
): Wanted {
  const letters = [...perm];
  const test = (on: Arch) => (rule: AuditRule) =>
    rule.list === "exit" &&
    rule.syscalls.includes("all") &&
    arch(rule, on) &&
    rule.fields.some((field) => watches(field, path)) &&
    noMore(rule, people !== "no", (field) => {
      if (field.name === "perm") return letters.every((letter) => field.value.includes(letter));
      return watches(field, path);
    });
  const long = `-a always,exit -F path=${path} -F perm=${perm}${people === "only" ? peopleOnly : ""} -k ${key}`;
  return {
    what: path,
    line: perm === "wa" && people !== "only" ? `-w ${path} -p wa -k ${key}` : long,
    tests: arches.map(test),
  };
}

function sameComparison({ name, operator, value, compare }: AuditField, where: string): boolean {
  const written = `${name}${operator}${value}`;
  const turned = compare ? `${value}${operator}${name}` : written;
  return written === where || turned === where;
}

function callWanted(name: string, where: string | undefined, on: Arch, people: boolean) {
  return (rule: AuditRule): boolean =>
    rule.list === "exit" &&
    (rule.syscalls.includes(name) || rule.syscalls.includes("all")) &&
    arch(rule, on) &&
    noMore(rule, people, (field) => where !== undefined && sameComparison(field, where));
}

/** `euid!=uid` compares two fields, which is -C; all else is -F. */
function comparison(where: string | undefined): string {
  if (where === undefined) return "";
  return /^[a-z]+!?=[a-z]+$/.test(where) ? ` -C ${where}` : ` -F ${where}`;
}

function callsWanted(
  calls: Calls,
  people: AuditFamily["people"],
  key: string,
  machine: Machine,
): readonly Wanted[] {
  const names = calls.names.filter((name) => machine.old || !oldCalls.has(name));
  const { where = [] } = calls;
  const conditions: readonly (string | undefined)[] = where.length === 0 ? [undefined] : where;
  const limit = people === "only" ? peopleOnly : "";
  const wanted = (some: readonly string[], condition: string | undefined, on: Arch): Wanted => ({
    what: `${some.join(", ")} (${on}${condition === undefined ? "" : `, ${condition}`})`,
    line: `-a always,exit -F arch=${on}${comparison(condition)} -S ${some.join(",")}${limit} -k ${key}`,
    tests: some.map((name) => callWanted(name, condition, on, people !== "no")),
    only: (tests) =>
      wanted(
        some.filter((_, index) => tests.includes(index)),
        condition,
        on,
      ),
  });
  return conditions.flatMap((condition) => machine.arches.map((on) => wanted(names, condition, on)));
}

export interface Cover {
  readonly missing: readonly Wanted[];
  /** Rules by their position that record something of it. */
  readonly used: readonly number[];
}

/** What a family asks for on this node: only what is there can be watched. */
export function wantedOf(
  name: AuditFamilyName,
  there: ReadonlySet<string>,
  machine: Machine,
): readonly Wanted[] {
  const family: AuditFamily = auditFamilies[name];
  const key = `nodeward-${name}`;
  return [
    ...family.watches
      .filter(({ path }) => there.has(path))
      .map((one) => watchWanted(one, family.people, key, machine)),
    ...family.calls.flatMap((one) => callsWanted(one, family.people, key, machine)),
  ];
}

/** Debian ships `-a never,task` for machines without auditd: nothing of any process is recorded then. */
export function silences({ action, fields, list, syscalls }: AuditRule): boolean {
  if (action !== "never" || fields.length > 0) return false;
  return list === "task" || (list === "exit" && syscalls.includes("all"));
}

/** The first rule that decides: undefined where none does, or where it says never. */
function recordedBy(rules: readonly AuditRule[], matches: (rule: AuditRule) => boolean): number | undefined {
  for (const [index, rule] of rules.entries()) {
    if (silences(rule)) return undefined;
    if (!matches(rule)) continue;
    return rule.action === "always" ? index : undefined;
  }
  return undefined;
}

export function coverOf(wanted: readonly Wanted[], rules: readonly AuditRule[]): Cover {
  const used = new Set<number>();
  const missing = wanted.flatMap((one) => {
    const found = one.tests.map((test) => recordedBy(rules, test));
    for (const index of found) if (index !== undefined) used.add(index);
    const open = found.flatMap((index, test) => (index === undefined ? [test] : []));
    if (open.length === 0) return [];
    return [open.length < found.length && one.only !== undefined ? one.only(open) : one];
  });
  return { missing, used: [...used].sort((a, b) => a - b) };
}

/** The same for rules that record the same, however they are written: as a file has them, and as the kernel gives them back. */
export function ruleKey({ list, action, syscalls, fields, keys }: AuditRule): string {
  const name = (field: AuditField) => (["path", "dir", "watch"].includes(field.name) ? "watch" : field.name);
  const sides = (field: AuditField) =>
    field.compare ? [field.name, field.value].sort() : [name(field), field.value];
  const parts = fields.map((field) => `${sides(field).join(field.operator)}`).sort();
  return JSON.stringify([list, action, [...new Set(syscalls)].sort(), parts, [...keys].sort()]);
}

/** The kernel gives users and groups back by number: a rule that names one cannot be found again. */
export function namesUsers({ fields }: AuditRule): boolean {
  return fields.some(
    ({ name, value, compare }) => !compare && /[ug]id$/.test(name) && !/^(?:\d+|unset)$/.test(value),
  );
}
