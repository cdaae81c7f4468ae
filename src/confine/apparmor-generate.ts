// From what AppArmor was seen to allow and deny to a policy: a new one, or an existing one with the rules that it lacks put
// in. Its text, comments and order stay. Reads no recording and no file.
import { applyEdits, type Edit } from "../core/edit.js";
import {
  type PolicyRules,
  type ProfileRules,
  parsePolicyRules,
  type Rule,
} from "../formats/apparmor-rules.js";
import { Cover } from "./apparmor-cover.js";
import { type Draft, draftsOf } from "./apparmor-draft.js";
import { literal } from "./apparmor-path.js";
import { quoted } from "./apparmor-rule-text.js";
import type { SeenProfile } from "./apparmor-seen.js";

/** Files of /etc/apparmor.d by their path below it; several for a directory. */
export type Policies = ReadonlyMap<string, readonly PolicyRules[]>;

export interface GenerateOptions {
  /** The major version of apparmor_parser that is to read the policy. */
  readonly parser: 3 | 4;
  /** Of `abi <abi/…>`; empty where the node has none. */
  readonly abi: string;
  /** Only write down what the profile does not allow. */
  readonly complain: boolean;
}

export interface GeneratedProfile {
  readonly name: string;
  readonly drafts: readonly Draft[];
}

export interface Generated {
  readonly policy: string;
  readonly profiles: readonly GeneratedProfile[];
  /** Seen, but not of the policy that is added to. */
  readonly elsewhere: readonly string[];
}

/** What new profiles start with: what every program of the system's C library does. */
export const startingIncludes = ["tunables/global", "abstractions/base"] as const;
const includeLimit = 1000;

/** `names` and all that they include in turn, each once. */
function included(names: readonly string[], policies: Policies): readonly PolicyRules[] {
  const found: PolicyRules[] = [];
  const met = new Set(names);
  const left = [...names];
  for (let name = left.shift(); name !== undefined && met.size < includeLimit; name = left.shift())
    for (const policy of policies.get(name) ?? []) {
      found.push(policy);
      for (const next of policy.includes) if (!met.has(next)) left.push(next);
      for (const next of policy.includes) met.add(next);
    }
  return found;
}

function variablesOf(
  policies: readonly PolicyRules[],
  profile: string,
): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  for (const { variables } of policies)
    for (const [name, values] of variables) all.set(name, [...(all.get(name) ?? []), ...values]);
  return all.set("profile_name", [literal(profile)]);
}

function coverOf(
  policy: PolicyRules,
  own: ProfileRules | undefined,
  name: string,
  policies: Policies,
): Cover {
  const preamble = [policy, ...included(policy.includes, policies)];
  const body = included(own?.includes ?? [], policies);
  const rules: readonly Rule[] = [...(own?.rules ?? []), ...body.flatMap(({ loose }) => loose)];
  return new Cover(rules, variablesOf([...preamble, ...body], name));
}

function lines(drafts: readonly Draft[], indent: string): readonly string[] {
  return drafts.filter(({ state }) => state === "added").map(({ rule }) => `${indent}${rule}`);
}

/** `parent//child`: the name in the place where it is written. */
function ownName(name: string): string {
  const at = name.lastIndexOf("//");
  return at > 0 ? name.slice(at + 2) : name;
}

function header({ name, isHat }: SeenProfile, complain: boolean): string {
  const own = quoted(literal(ownName(name)));
  const flags = complain ? " flags=(complain)" : "";
  return isHat ? `^${own}${flags} {` : `${"profile "}${own}${flags} {`;
}

function childrenOf(name: string, all: readonly SeenProfile[]): readonly SeenProfile[] {
  return all.filter(
    (one) => one.name.startsWith(`${name}//`) && !one.name.slice(name.length + 2).includes("//"),
  );
}

class Writer {
  readonly profiles: GeneratedProfile[] = [];

  constructor(
    private readonly seen: readonly SeenProfile[],
    private readonly policies: Policies,
    private readonly options: GenerateOptions,
  ) {}

  private drafts(seen: SeenProfile, policy: PolicyRules, own: ProfileRules | undefined): readonly Draft[] {
    const drafts = draftsOf(seen, coverOf(policy, own, seen.name, this.policies), this.options.parser);
    this.profiles.push({ name: seen.name, drafts });
    return drafts;
  }

  /** A whole profile, its children in it. */
  block(seen: SeenProfile, indent: string): readonly string[] {
    const start = parsePolicyRules("include <tunables/global>\nprofile x { include <abstractions/base>\n}");
    const drafts = this.drafts(seen, start, start.profiles[0]);
    const inner = `${indent}  `;
    const children = childrenOf(seen.name, this.seen).flatMap((child) => ["", ...this.block(child, inner)]);
    const rules = lines(drafts, inner);
    return [
      `${indent}${header(seen, this.options.complain)}`,
      `${inner}include <abstractions/base>`,
      ...(rules.length > 0 ? ["", ...rules] : []),
      ...children,
      `${indent}}`,
    ];
  }

  /** Rules for a profile of `policy`, and whole children that it has not. */
  addition(seen: SeenProfile, policy: PolicyRules, own: ProfileRules, text: string): Edit | undefined {
    const lineStart = text.lastIndexOf("\n", own.end - 1) + 1;
    const before = text.slice(lineStart, own.end);
    const isAlone = before.trim() === "";
    const last = own.rules.findLast(({ span }) => span.end < own.end);
    const lastStart = last === undefined ? -1 : text.lastIndexOf("\n", last.span.start - 1) + 1;
    const given = last === undefined ? "" : text.slice(lastStart, last.span.start);
    const indent = given !== "" && given.trim() === "" ? given : `${isAlone ? before : ""}  `;
    const children = childrenOf(own.name, this.seen).filter(
      ({ name }) => !policy.profiles.some((one) => one.name === name),
    );
    const added = [
      ...lines(this.drafts(seen, policy, own), indent),
      ...children.flatMap((child) => this.block(child, indent)),
    ];
    if (added.length === 0) return undefined;
    const newline = text.includes("\r\n") ? "\r\n" : "\n";
    const body = added.join(newline) + newline;
    const at = isAlone ? lineStart : own.end;
    return { span: { start: at, end: at }, text: isAlone ? body : `${newline}${body}` };
  }
}

/** A policy of its own for all that was seen. */
export function newPolicy(
  seen: readonly SeenProfile[],
  policies: Policies,
  options: GenerateOptions,
): Generated {
  const names = new Set(seen.map(({ name }) => name));
  // A child whose parent was not seen still stands in one.
  const parents = seen.flatMap(({ name }) => {
    const parts = name.split("//");
    return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("//"));
  });
  const missing = [...new Set(parents)].filter((name) => !names.has(name));
  const all = [...seen, ...missing.map((name) => ({ name, files: [], rules: [], isHat: false }))];
  const writer = new Writer(all, policies, options);
  const tops = all.filter(({ name }) => !name.includes("//")).sort((a, b) => (a.name < b.name ? -1 : 1));
  const blocks = tops.map((one) => writer.block(one, "").join("\n"));
  const abi = options.abi === "" ? [] : [`abi <abi/${options.abi}>,`];
  const preamble = [...abi, "include <tunables/global>"].join("\n");
  return {
    policy: `${[preamble, ...blocks].join("\n\n")}\n`,
    profiles: writer.profiles.filter(({ drafts }) => drafts.length > 0),
    elsewhere: [],
  };
}

/** `text` with what it lacks; undefined where its profiles cannot be followed. */
export function mergedPolicy(
  text: string,
  seen: readonly SeenProfile[],
  policies: Policies,
  options: GenerateOptions,
): Generated | { readonly problem: string } {
  const policy = parsePolicyRules(text);
  if (policy.problem !== undefined) return { problem: policy.problem };
  if (policy.profiles.length === 0) return { problem: "holds no profile" };
  const writer = new Writer(seen, policies, options);
  const edits: Edit[] = [];
  for (const own of policy.profiles) {
    const of = seen.find(({ name }) => name === own.name) ?? {
      name: own.name,
      files: [],
      rules: [],
      isHat: false,
    };
    const edit = writer.addition(of, policy, own, text);
    if (edit !== undefined) edits.push(edit);
  }
  const edited = applyEdits(text, edits);
  if (edited.state !== "ok") return { problem: "two profiles end at one place" };
  const done = new Set(writer.profiles.map(({ name }) => name));
  return {
    policy: edited.text,
    profiles: writer.profiles.filter(({ drafts }) => drafts.length > 0),
    elsewhere: seen.map(({ name }) => name).filter((name) => !done.has(name)),
  };
}
