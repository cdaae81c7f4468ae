// apparmor.complain: no profile of a program that is here only writes down what it would have stopped, now or after the next boot.
import type { Fact } from "../../core/fact.js";
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { matchesWildcard } from "../../core/wildcard.js";
import type { ComplainingProfile } from "../../facts/apparmor-complaining.js";
import type { AppArmorProfiles } from "../../facts/apparmor-profiles.js";
import { defineCheck } from "../define.js";

/** For watching pods by; whether it is as shipped is apparmor.profiles.nodeward-audit. */
const forWatching = "nodeward-audit";

/** The profiles that complain because they are for that, and whose files are as they were declared. */
function onPurpose(declared: Fact<AppArmorProfiles>): ReadonlySet<string> {
  const policies = declared.state === "known" ? declared.value.policies : [];
  const own = policies.flatMap(({ complaining, stored, text }) =>
    stored.state === "ok" && stored.text === text ? complaining : [],
  );
  return new Set([forWatching, ...own]);
}

function messageOf({ name, source, by, processes }: ComplainingProfile): string {
  const shown = printable(name);
  if (by === "entry") return `${printable(source.file)} has ${shown} loaded in complain mode`;
  const under =
    processes === 0 ? "" : `, with ${processes} ${processes === 1 ? "process" : "processes"} under it`;
  return by === "kernel"
    ? `the profile ${shown} is loaded in complain mode${under}`
    : `the profile ${shown} has the flag complain${under}`;
}

export default defineCheck({
  id: "apparmor.complain",
  title: "Every AppArmor profile of a program on this node is enforced",
  why: "In complain mode a profile stops nothing: it only writes down what it would have stopped.",
  remedy:
    "Once its log is quiet, `aa-enforce FILE`, or take the flag `complain` or the link in force-complain away and load the file with `apparmor_parser -r -T -W FILE`.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["apparmorComplaining"],
  optional: ["apparmorProfiles"],
  params: { allow: words([], "a list of profiles that may complain, with *") },
  evaluate({ apparmorComplaining: { all, loaded, files, unread }, apparmorProfiles }, { allow }) {
    const meant = onPurpose(apparmorProfiles);
    const others = all.filter(
      ({ name }) => !meant.has(name) && !allow.some((pattern) => matchesWildcard(pattern, name)),
    );
    const idle = others.filter(({ concerns }) => concerns === "no");
    const found = others.filter(({ concerns }) => concerns !== "no");
    const idleNames = [...new Set(idle.map(({ name }) => name))];
    return {
      expected: "no profile in complain mode whose program is here",
      actual: `${loaded.state === "known" ? loaded.value : 0} profiles loaded, ${files.state === "known" ? files.value : 0} files, ${new Set(found.map(({ name }) => name)).size} complaining`,
      evidence: found.map(({ source }) => source),
      problems: found.map((one) => ({ message: messageOf(one) })),
      unknowns: [
        ...[loaded, files].flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
        ...unread,
      ],
      notes: [
        ...(idle.length === 0
          ? []
          : [
              `${idleNames.length} complaining profiles are of programs that are not installed here: ${listing(idleNames)}`,
            ]),
        ...(loaded.state === "absent" ? [`only the files were judged: ${loaded.reason}`] : []),
        ...(loaded.state === "known" && loaded.value === 0 ? ["the kernel holds no profile at all"] : []),
      ],
    };
  },
});
