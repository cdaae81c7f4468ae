// What a container runtime needs of an AppArmor profile: programs that start, and signals that are let in. Other faults:
// apparmor-lint.ts.
import { attachment } from "../formats/apparmor-pattern.js";
import type { ProfileRules } from "../formats/apparmor-rules.js";
import { type AppArmorRule, isFile } from "./apparmor-rule.js";
import { type Finding, finding, type Level } from "./finding.js";

/** What starts and stops a container must be let in (runc, signals); a program must be read, mapped and started. */
export function runtimeFindings(profile: ProfileRules, rules: readonly AppArmorRule[]): readonly Finding[] {
  // What is included may hold it: abstractions/base does.
  if (profile.includes.length > 0 || profile.flags.some((flag) => /^(?:complain|unconfined)$/.test(flag)))
    return [];
  const allowed = rules.filter(({ isDeny }) => !isDeny);
  const isAll = allowed.some((rule) => !isFile(rule) && rule.kind === "all");
  const runs = allowed
    .filter(isFile)
    .some(({ start, access, pattern }) => pattern === "" || start !== "" || access.includes("m"));
  const isStopped = allowed.some((rule) => !isFile(rule) && rule.kind === "signal" && letsIn(rule.words));
  const { name, line } = profile;
  const about = (rule: string, level: Level, message: string) =>
    finding(rule, level, `${name} ${message}`, line);
  return [
    ...(runs || isAll
      ? []
      : [
          about(
            "nothing-starts",
            "warning",
            "lets no program be mapped or started: a container under it does not run",
          ),
        ]),
    ...(isStopped || isAll
      ? []
      : [
          about(
            "not-stopped",
            "warning",
            "takes no signal from unconfined: the runtime cannot stop a container under it",
          ),
        ]),
    ...(profile.flags.includes("attach_disconnected")
      ? []
      : [
          about(
            "disconnected",
            "note",
            "has no flag attach_disconnected: files from outside the container's mounts are refused",
          ),
        ]),
  ];
}

function letsIn(words: readonly string[]): boolean {
  const peer = words.find((word) => word.startsWith("peer="));
  const access = words.filter((word) => !/^(?:peer|set)=/.test(word)).join(" ");
  const receives = access === "" || /receive|\br\b|read|rw/.test(access);
  const name = peer?.slice("peer=".length).replace(/^\(?(?:label=)?|\)$/g, "") ?? "";
  return (
    receives &&
    (peer === undefined || name === "unconfined" || attachment(`/${name}`)?.("/unconfined") === true)
  );
}
