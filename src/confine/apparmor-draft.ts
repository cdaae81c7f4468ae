// The rules for what one profile was seen to do: generalised, merged where they come out the same, without those that it has
// already. Writes no file.

import type { FileNeed, RuleNeed } from "./apparmor-access.js";
import type { Cover } from "./apparmor-cover.js";
import { generalised } from "./apparmor-path.js";
import { riskOf } from "./apparmor-risk.js";
import { fileText, linkText, ruleText } from "./apparmor-rule-text.js";
import type { Counted, SeenProfile } from "./apparmor-seen.js";

export interface Draft {
  readonly rule: string;
  readonly count: number;
  /** `added`: new; `covered`: the profile allowed it; `refused`: it has a deny rule; `too-new`: not of this parser. */
  readonly state: "added" | "covered" | "refused" | "too-new";
  /** Why it should be looked at; empty for most. */
  readonly danger: string;
  /** One of the names that it stands for, where it is a pattern. */
  readonly example: string;
}

/** From where on the files of one directory are taken together, where they are only read. */
const siblingLimit = 10;
const noSiblings = /^(?:\/etc\/|@\{HOME\}|@\{PROC\}|@\{sys\}|\/dev\/|\/var\/lib\/kubelet\/|\/run\/)/;
const personal = /^(?:\/home\/|\/root\/|\/proc\/|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\/run\/user\/)/;
const newKinds: ReadonlySet<string> = new Set(["userns", "io_uring", "mqueue"]);

interface FileGroup {
  readonly pattern: string;
  permissions: string;
  isOwner: boolean;
  target: string;
  count: number;
  danger: string;
  readonly example: string;
}

/** Only the owner, where that was so each time and says something: root owns most of what it meets. */
function ownerOnly({ isOwner, isRoot, path }: FileNeed): boolean {
  return isOwner && (!isRoot || personal.test(path));
}

function grouped(files: readonly Counted<FileNeed>[], profile: string): readonly FileGroup[] {
  const groups = new Map<string, FileGroup>();
  for (const { need, count } of files) {
    const pattern = generalised(need.path);
    const own = groups.get(pattern);
    const danger = riskOf(need, profile);
    const isOwner = ownerOnly(need);
    if (own === undefined)
      groups.set(pattern, {
        pattern,
        permissions: need.permissions,
        isOwner,
        target: need.permissions.includes("x") ? need.target : "",
        count,
        danger,
        example: need.path,
      });
    else {
      const all = new Set(own.permissions + need.permissions);
      if (all.has("w")) all.delete("a");
      own.permissions = [...all].join("");
      own.isOwner &&= isOwner;
      own.target ||= need.permissions.includes("x") ? need.target : "";
      own.count += count;
      own.danger ||= danger;
    }
  }
  return [...groups.values()];
}

/** Many files of one directory that are only read become one rule. */
function together(groups: readonly FileGroup[]): readonly FileGroup[] {
  const folders = new Map<string, FileGroup[]>();
  for (const group of groups) {
    const folder = group.pattern.slice(0, group.pattern.lastIndexOf("/") + 1);
    const isPlain = /^m?r$/.test([...group.permissions].sort().join("")) && !group.pattern.endsWith("/");
    if (!isPlain || group.danger !== "" || noSiblings.test(group.pattern) || folder.split("/").length < 4)
      continue;
    const key = `${group.isOwner}${[...group.permissions].sort().join("")}${folder}`;
    const own = folders.get(key);
    if (own === undefined) folders.set(key, [group]);
    else own.push(group);
  }
  const many = [...folders.values()].filter((list) => list.length >= siblingLimit);
  const gone = new Set(many.flat());
  const made = many.flatMap((list) => {
    const [first] = list;
    if (first === undefined) return [];
    const folder = first.pattern.slice(0, first.pattern.lastIndexOf("/") + 1);
    return [{ ...first, pattern: `${folder}*`, count: list.reduce((sum, { count }) => sum + count, 0) }];
  });
  return [...groups.filter((group) => !gone.has(group)), ...made];
}

function fileDrafts(seen: SeenProfile, cover: Cover): readonly Draft[] {
  const open: Counted<FileNeed>[] = [];
  const drafts: Draft[] = [];
  for (const { need, count } of seen.files) {
    const { answer, left } = cover.file(need);
    const isLink = left.includes("l") && need.target !== "" && !left.includes("x");
    const rest = isLink ? left.replace("l", "") : left;
    if (answer !== "not-said") {
      const rule = fileText(
        { ...need, pattern: generalised(need.path), isOwner: ownerOnly(need) },
        seen.name,
      );
      drafts.push({
        rule,
        count,
        state: answer === "allowed" ? "covered" : "refused",
        danger: "",
        example: need.path,
      });
    }
    if (isLink)
      drafts.push({
        rule: linkText({ ...need, isOwner: ownerOnly(need) }),
        count,
        state: "added",
        danger: riskOf(need, seen.name),
        example: need.path,
      });
    if (rest !== "") open.push({ need: { ...need, permissions: rest }, count });
  }
  for (const group of together(grouped(open, seen.name))) {
    const rule = fileText(group, seen.name);
    drafts.push({ rule, count: group.count, state: "added", danger: group.danger, example: group.example });
  }
  return drafts;
}

function order({ rule }: Draft): string {
  const kinds = ["capability", "network", "unix", "signal", "ptrace", "dbus", "set"];
  const at = kinds.indexOf(rule.split(" ", 1)[0] ?? "");
  const isFile = /^(?:owner |link |["/@{])/.test(rule);
  return `${isFile ? 9 : at < 0 ? 8 : at}${rule.replace(/^owner /, "")}`;
}

/** Those that come out as the same line are one. */
function merged(drafts: readonly Draft[]): readonly Draft[] {
  const found = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = `${draft.state} ${draft.rule}`;
    const own = found.get(key);
    found.set(
      key,
      own === undefined
        ? draft
        : { ...own, count: own.count + draft.count, danger: own.danger || draft.danger },
    );
  }
  return [...found.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

export function draftsOf(seen: SeenProfile, cover: Cover, parser: 3 | 4): readonly Draft[] {
  const rules = seen.rules.map(({ need, count }): Draft => {
    const answer = cover.rule(need);
    const isNew = parser < 4 && newKinds.has(need.kind);
    return {
      rule: ruleText(need, seen.name),
      count,
      state:
        answer === "allowed" ? "covered" : answer === "refused" ? "refused" : isNew ? "too-new" : "added",
      danger: answer === "not-said" ? riskOf(need, seen.name) : "",
      example: exampleOf(need),
    };
  });
  return merged([...rules, ...fileDrafts(seen, cover)]);
}

function exampleOf({ conditions }: RuleNeed): string {
  return conditions.find(({ name }) => name === "target")?.values[0] ?? "";
}
