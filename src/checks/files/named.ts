// The checks `files.<name>`: owner, group and mode of each named file are at most what the table says.
import type { Problem } from "../../core/outcome.js";

import { printable } from "../../core/printable.js";
import type { AccessLists } from "../../facts/access-lists.js";
import type { FileState } from "../../facts/file-state.js";
import type { NamedFile } from "../../facts/named-files.js";
import { type Check, defineCheck } from "../define.js";
import { type Findings, joinFindings, judgeMode, type ModeRule, type Names, octal } from "../file-mode.js";
import { modeParam } from "../mode-param.js";
import { type NamedRule, namedRules } from "./named-rules.js";

function rights(bits: number): string {
  return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${bits & 1 ? "x" : "-"}`;
}

/** Entries of an access list that give somebody more than everybody has by the rule. */
function listed(state: FileState, rule: ModeRule, lists: AccessLists): readonly Problem[] {
  if (state.state !== "ok" || lists.state !== "known") return [];
  const named = new Set([
    ...(rule.owners ?? []).map((name) => `user:${name}`),
    ...(rule.groups ?? []).map((name) => `group:${name}`),
    "user:root",
  ]);
  return (lists.value.get(state.realPath) ?? [])
    .filter(({ who, bits }) => !named.has(who) && (bits & ~(rule.mode & 7)) !== 0)
    .map(({ who, bits }) => ({
      message: `${printable(state.path)} has an access list that gives ${printable(who)} ${rights(bits)}`,
    }));
}

/** Judges files of one rule, their access lists included. */
export function judgeNamed(
  states: readonly FileState[],
  rule: ModeRule,
  names: Names | undefined,
  lists: AccessLists,
): Findings {
  const modes = joinFindings(states.map((state) => judgeMode(state, rule, names)));
  return {
    ...modes,
    problems: [...modes.problems, ...states.flatMap((state) => listed(state, rule, lists))],
  };
}

/** What is said of access lists that could not be looked at; nothing where they were. */
export function listNotes(lists: AccessLists): readonly string[] {
  return lists.state === "known" ? [] : [lists.reason];
}

function namedCheck(name: NamedFile, rule: NamedRule): Check {
  const { title, why, severity, breaks } = rule;
  const owners = (rule.groups ?? ["root"]).map((group) => `root:${group}`).join(" or ");
  return defineCheck({
    id: `files.${name}`,
    title,
    why,
    severity,
    remedy: `\`chown ${owners.split(" ", 1)[0]}\` and \`chmod ${octal(rule.mode)}\` what is named, or fewer rights; \`setfacl -b\` takes an access list away.`,
    ...(breaks === undefined ? {} : { breaks }),
    risk: "none",
    fixable: true,
    needs: ["namedFiles"],
    optional: ["accounts"],
    params: { mode: modeParam(rule.mode) },
    evaluate({ namedFiles, accounts }, { mode }) {
      const states = namedFiles.of(name).filter(({ state }) => state !== "absent");
      if (states.length === 0) return { notApplicable: `there is no ${name} on this node` };
      const names = accounts.state === "known" ? accounts.value : undefined;
      const wanted = { ...rule, mode: Number.parseInt(mode, 8) };
      const findings = judgeNamed(states, wanted, names, namedFiles.accessLists);
      return {
        expected: `${mode} ${owners}, or less`,
        actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
        ...findings,
        notes: listNotes(namedFiles.accessLists),
      };
    },
  });
}

function isNamed(name: string): name is keyof typeof namedRules {
  return Object.hasOwn(namedRules, name);
}

export const named: readonly Check[] = Object.keys(namedRules)
  .filter(isNamed)
  .map((name) => namedCheck(name, namedRules[name]));
