// Does a profile allow already what was seen? Reads its rules and those of what it includes; where a rule is not understood it
// is not taken for one that allows.
import { unquoted } from "../formats/apparmor-profile.js";
import type { Rule } from "../formats/apparmor-rules.js";
import type { Condition, FileNeed, RuleNeed } from "./apparmor-access.js";
import { type Fits, fitter, type Variables } from "./apparmor-variables.js";

export type Answer = "allowed" | "refused" | "not-said";

interface FileRule {
  readonly fits: Fits;
  readonly permissions: ReadonlySet<string>;
  readonly isOwner: boolean;
  /** Of link rules. */
  readonly target: Fits | undefined;
}

interface OtherRule {
  readonly kind: string;
  /** Empty: all. */
  readonly access: readonly string[];
  readonly conditions: readonly {
    readonly name: string;
    readonly isPeer: boolean;
    readonly isSubset: boolean;
    readonly fits: readonly Fits[];
    readonly values: readonly string[];
  }[];
}

interface Sorted {
  readonly files: FileRule[];
  readonly others: OtherRule[];
}

/** `(a, "b c" {d,e})` and `a`. */
function listOf(text: string): readonly string[] {
  const inside = text.replace(/^\(|\)$/g, "");
  const words = [...inside.matchAll(/"(?:[^"\\]|\\.)*"|(?:\\.|\{[^{}\s]*\}|[^\s,])+/g)];
  return words.map(([word]) => unquoted(word));
}

const allFiles = "mrwaklx";

function permissionSet(word: string): ReadonlySet<string> | undefined {
  if (!/^[mrwaklxipPcCuU]{1,12}$/.test(word)) return undefined;
  const letters = new Set([...word].map((one) => (/[ipPcCuU]/.test(one) ? "x" : one)));
  if (letters.has("w")) letters.add("a");
  return letters;
}

/** `/path rw`, `rw /path`, `/path px -> name`, `file /path rw`, `link /a -> /b`. */
function fileRule(words: readonly string[], isOwner: boolean, variables: Variables): FileRule | undefined {
  const isLink = words[0] === "link";
  const rest = words.filter((word, at) => at > 1 || !/^(?:file|link|subset)$/.test(word));
  if (rest.length === 0 && words[0] === "file")
    return { fits: () => true, permissions: new Set(allFiles), isOwner, target: undefined };
  const arrow = rest.indexOf("->");
  const own = arrow < 0 ? rest : rest.slice(0, arrow);
  const path = own.find((word) => /^(?:["/{@])/.test(word));
  if (path === undefined) return undefined;
  const fits = fitter(path, variables);
  if (isLink)
    return { fits, permissions: new Set("l"), isOwner, target: fitter(rest[arrow + 1] ?? "", variables) };
  const permissions = permissionSet(own.find((word) => word !== path) ?? "");
  return permissions === undefined ? undefined : { fits, permissions, isOwner, target: undefined };
}

const placeNames = new Set(["source", "target", "oldroot"]);

class Conditions {
  readonly access: string[] = [];
  readonly found: OtherRule["conditions"][number][] = [];

  constructor(
    private readonly variables: Variables,
    private readonly hasPlaces: boolean,
  ) {}

  add(name: string, text: string, isPeer = false, isSubset = false): void {
    const values = listOf(text);
    const fits = values.map((value) => fitter(value, this.variables, this.hasPlaces && placeNames.has(name)));
    this.found.push({ name, isPeer, isSubset, fits, values });
  }

  peer(text: string): void {
    const inside = [...text.matchAll(/([a-z]{1,20})=("(?:[^"\\]|\\.)*"|\([^()]*\)|[^\s,()]+)/g)];
    if (inside.length === 0) this.add("peer", text);
    for (const [, name = "", value = ""] of inside) this.add(name, value, true);
  }
}

/** Words behind the keyword: accesses, `name=value`, `name=(a, b)`, `options in (a, b)`, `source -> target`. */
function otherRule(kind: string, words: readonly string[], variables: Variables): OtherRule {
  const conditions = new Conditions(variables, kind !== "change_profile");
  const isPlace = /^(?:mount|remount|umount|pivot_root|change_profile|mqueue)$/.test(kind);
  let isTarget = /^(?:remount|umount|pivot_root|change_profile|mqueue)$/.test(kind) && !words.includes("->");
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const [, name, value = ""] = /^([a-z]{1,20})=(.*)$/s.exec(word) ?? [];
    const text = name !== undefined && value === "" ? (words[++at] ?? "") : value;
    if (name === "peer") conditions.peer(text);
    else if (name !== undefined) conditions.add(name, text);
    else if (words[at + 1] === "in") {
      conditions.add(word, words[at + 2] ?? "", false, true);
      at += 2;
    } else if (word === "->") isTarget = true;
    else if (isPlace && !word.startsWith("(")) conditions.add(isTarget ? "target" : "source", word);
    else conditions.access.push(...listOf(word));
  }
  return { kind, access: conditions.access, conditions: conditions.found };
}

const sameAccess: ReadonlyMap<string, readonly string[]> = new Map([
  ["r", ["read", "receive", "r"]],
  ["w", ["write", "send", "trace", "w"]],
  ["rw", ["read", "receive", "write", "send", "trace", "r", "w"]],
  ["read", ["receive", "read"]],
  ["write", ["send", "write"]],
]);

const keywords =
  /^(?:capability|network|unix|signal|ptrace|mount|remount|umount|unmount|pivot_root|dbus|change_profile|userns|io_uring|mqueue)$/;

function valueFits(given: OtherRule["conditions"][number], wanted: Condition | undefined): boolean {
  if (wanted === undefined) return given.values.length === 0;
  if (given.name === "options")
    return (
      wanted.values.every((value) => given.values.includes(value)) &&
      (given.isSubset || given.values.length === wanted.values.length)
    );
  return wanted.values.every((value) => given.fits.some((fits) => fits(value)));
}

/** `nofile <= 1024`: also where less was asked for. Units are not read. */
function limitAllows(
  [name, , given = ""]: readonly string[],
  [wanted, value = ""]: readonly string[],
): boolean {
  if (name !== wanted) return false;
  if (given === "infinity" || given === value) return true;
  return /^\d{1,20}$/.test(given) && /^\d{1,20}$/.test(value) && BigInt(value) <= BigInt(given);
}

function allows(rule: OtherRule, need: RuleNeed): boolean {
  if (rule.kind !== need.kind) return false;
  if (rule.kind === "rlimit") return limitAllows(rule.access, need.access);
  const access = new Set(rule.access.flatMap((word) => [word, ...(sameAccess.get(word) ?? [])]));
  if (need.kind === "network") {
    // `network inet`: all types of the family.
    if (!rule.access.every((word) => need.access.includes(word))) return false;
  } else if (rule.access.length > 0 && !need.access.every((word) => access.has(word))) return false;
  return rule.conditions.every((given) =>
    valueFits(
      given,
      need.conditions.find(({ name, isPeer }) => name === given.name && isPeer === given.isPeer),
    ),
  );
}

/** Takes from `left` what `rules` say of the file. */
function take(left: Set<string>, rules: readonly FileRule[], need: FileNeed): void {
  for (const rule of rules) {
    if (left.size === 0) return;
    if (rule.isOwner && !need.isOwner) continue;
    if (![...left].some((one) => rule.permissions.has(one)) || !rule.fits(need.path)) continue;
    for (const one of rule.permissions)
      if (one !== "l" || rule.target === undefined || rule.target(need.target)) left.delete(one);
  }
}

/** The rules of one profile, sorted by what they are on. */
export class Cover {
  private readonly allowed: Sorted = { files: [], others: [] };
  private readonly denied: Sorted = { files: [], others: [] };

  constructor(rules: readonly Rule[], variables: Variables) {
    for (const { words } of rules) {
      const start = words.findIndex(
        (word) => !/^(?:audit|allow|deny|owner|other|priority=-?\d+)$/.test(word),
      );
      const qualifiers = words.slice(0, Math.max(0, start));
      const rest = words.slice(Math.max(0, start));
      const side = qualifiers.includes("deny") ? this.denied : this.allowed;
      const [first = ""] = rest;
      if (first === "set") {
        side.others.push({ kind: "rlimit", access: rest.slice(2), conditions: [] });
        continue;
      }
      if (first === "all") {
        side.files.push({
          fits: () => true,
          permissions: new Set(allFiles),
          isOwner: false,
          target: undefined,
        });
        continue;
      }
      if (keywords.test(first))
        side.others.push(otherRule(first === "unmount" ? "umount" : first, rest.slice(1), variables));
      else {
        const found = fileRule(rest, qualifiers.includes("owner"), variables);
        if (found !== undefined) side.files.push(found);
      }
    }
  }

  /** The permissions that nothing allows and nothing refuses, and why there may be none. */
  file(need: FileNeed): { readonly answer: Answer; readonly left: string } {
    const left = new Set(need.permissions);
    take(left, this.denied.files, need);
    const isRefused = left.size < need.permissions.length;
    take(left, this.allowed.files, need);
    const answer = left.size > 0 ? "not-said" : isRefused ? "refused" : "allowed";
    return { answer, left: [...left].join("") };
  }

  rule(need: RuleNeed): Answer {
    if (this.denied.others.some((rule) => allows(rule, need))) return "refused";
    return this.allowed.others.some((rule) => allows(rule, need)) ? "allowed" : "not-said";
  }
}
