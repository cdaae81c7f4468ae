// apparmor.lint: the profiles that this site made, and those that hold containers, do what they look like.
import { lintPolicy } from "../../confine/apparmor-lint.js";
import type { Finding } from "../../confine/finding.js";
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import { matchesWildcard } from "../../core/wildcard.js";
import type { JudgedPolicy } from "../../facts/apparmor-own.js";
import { defineCheck } from "../define.js";

/** Warnings that weigh as much as errors: the profile holds less than it seems to. What complains is apparmor.complain's to report. */
const grave: ReadonlySet<string> = new Set([
  "unconfined",
  "all-files",
  "all-of-a-kind",
  "unconfined-start",
  "overlap",
]);
/** Faults named of one file. */
const most = 8;

function counts({ level, rule }: Finding): boolean {
  return level === "error" || grave.has(rule);
}

function place({ path, text }: JudgedPolicy, { line }: Finding): Source {
  if (line === 0) return wholeFile(path);
  const shown = text.split("\n", line).at(-1) ?? "";
  return { file: path, line, span: { start: 0, end: 0 }, text: shown.trim().slice(0, 200) };
}

export default defineCheck({
  id: "apparmor.lint",
  title: "Every AppArmor profile that this site made is sound",
  why: "A profile can be loaded, enforced and hold nothing: one rule too wide, or one way out, is enough.",
  remedy:
    "`nodeward apparmor lint FILE` names every fault with its line; put the profile right and load it again.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["apparmorOwn"],
  params: { allow: words([], "a list of files of /etc/apparmor.d that may be as they are, with *") },
  evaluate({ apparmorOwn: { judged, others, parser, unread, passedOver } }, { allow }) {
    const all = judged
      .filter(({ name }) => !allow.some((pattern) => matchesWildcard(pattern, name)))
      .map((one) => {
        const elsewhere = others.filter(({ file }) => file !== one.path);
        const found = lintPolicy(one, { parser, containers: true, others: elsewhere });
        return { one, found: found.filter(counts) };
      });
    const bad = all.filter(({ found }) => found.length > 0);
    return {
      expected: "profiles that the parser takes, that stop something, and that are no wider than they look",
      actual: `${all.length} files of this site's, ${bad.length} with faults`,
      evidence: bad.flatMap(({ one, found }) => found.slice(0, most).map((each) => place(one, each))),
      problems: bad.flatMap(({ one, found }) => [
        ...found.slice(0, most).map(({ message, line }) => ({
          message: `${printable(one.path)}${line > 0 ? `:${line}` : ""}: ${printable(message)}`,
        })),
        ...(found.length > most
          ? [{ message: `${printable(one.path)}: ${found.length - most} more faults` }]
          : []),
      ]),
      unknowns: unread,
      notes: passedOver === 0 ? [] : [`${passedOver} files that packages or nodeward brought are not judged`],
    };
  },
});
