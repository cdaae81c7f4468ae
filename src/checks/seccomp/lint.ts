// seccomp.lint: every profile in the kubelet's seccomp directory does what it looks like.
import type { Finding } from "../../confine/finding.js";
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { InstalledProfile, SeccompProfiles } from "../../facts/seccomp-profiles.js";
import { defineCheck } from "../define.js";
import { declared, judge, onPurpose } from "./judge.js";

/** Warnings that weigh as much as errors: the profile holds less than it seems to. */
const grave: ReadonlySet<string> = new Set([
  "dangerous",
  "weaker-than-default",
  "default-allow",
  "refuses-nothing",
  "unknown-syscall",
  "alternatives",
  "overlap",
]);
/** Faults named of one profile. */
const most = 8;

function counts({ level, rule, message }: Finding, accepted: readonly string[]): boolean {
  if (rule === "dangerous") return !accepted.some((call) => message.startsWith(`allows ${call},`));
  // The rest of that sentence is in the dangerous calls that are not accepted.
  if (rule === "weaker-than-default" && accepted.length > 0) return false;
  return level === "error" || grave.has(rule);
}

/** Files beside profiles (a README) are none that a pod could take. */
function isProfile({ name, parsed, usedBy }: InstalledProfile): boolean {
  return name.endsWith(".json") || usedBy.length > 0 || (parsed.state === "ok" && parsed.shape === "profile");
}

function place({ path, file }: InstalledProfile, { line }: Finding): Source {
  if (line === 0) return wholeFile(path);
  const text = file.text.split("\n", line).at(-1) ?? "";
  return { file: path, line, span: { start: 0, end: 0 }, text: text.trim().slice(0, 200) };
}

function faults(
  profiles: SeccompProfiles,
  one: InstalledProfile,
  accepted: readonly string[],
): readonly Finding[] {
  const origin = declared(profiles, one);
  if (origin !== undefined && origin.origin === "" && onPurpose.has(origin.name)) return [];
  return judge(profiles, one.parsed).findings.filter((found) => counts(found, accepted));
}

export default defineCheck({
  id: "seccomp.lint",
  title: "Every seccomp profile on the node is sound",
  why: "A runtime drops what it does not know without a word: a profile can look strict, and leave a container without any filter.",
  remedy:
    "`nodeward seccomp lint FILE` names every fault with its line; put the profile right and restart the pods that use it.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["seccompProfiles"],
  params: { allow: words([], "a list of dangerous system calls that profiles here may allow") },
  evaluate({ seccompProfiles }, { allow }) {
    const { installed, unread, folder, notes } = seccompProfiles;
    const judged = installed
      .filter(isProfile)
      .map((one) => ({ one, found: faults(seccompProfiles, one, allow) }));
    const bad = judged.filter(({ found }) => found.length > 0);
    return {
      expected:
        "profiles that decode, name real system calls, let the runtime start and are no weaker than its default",
      actual: `${judged.length} profiles, ${bad.length} with faults`,
      evidence: bad.flatMap(({ one, found }) => found.slice(0, most).map((each) => place(one, each))),
      problems: bad.flatMap(({ one, found }) => [
        ...found.slice(0, most).map(({ message, line }) => ({
          message: `${printable(one.path)}${line > 0 ? `:${line}` : ""}: ${message}`,
        })),
        ...(found.length > most
          ? [{ message: `${printable(one.path)}: ${found.length - most} more faults` }]
          : []),
      ]),
      unknowns: unread.filter(({ path }) => path.startsWith(folder)).map(({ reason }) => reason),
      notes,
    };
  },
});
