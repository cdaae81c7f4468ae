// How checks judge a profile for this node: lint's verdict, and the difference in meaning between two texts of one profile.
import { type Change, changeText, compare } from "../../confine/compare.js";
import type { Target } from "../../confine/finding.js";
import { type Judgement, lint, readingFor } from "../../confine/lint.js";
import { readingOf } from "../../confine/reading.js";
import { listing } from "../../core/printable.js";
import type { InstalledProfile, SeccompProfiles, WantedProfile } from "../../facts/seccomp-profiles.js";

type Parsed = WantedProfile["parsed"];

/** A container that may gain privileges asks the most of a profile: the runtime sets user and capabilities under it. */
export function targetOf({ node }: Pick<SeccompProfiles, "node">): Target {
  return { ...node, noNewPrivileges: false };
}

const judged = new WeakMap<Parsed, { readonly node: SeccompProfiles["node"]; readonly verdict: Judgement }>();

/** Several checks ask about one profile: each is judged once for a node. */
export function judge({ node, table }: SeccompProfiles, parsed: Parsed): Judgement {
  const before = judged.get(parsed);
  if (before?.node === node) return before.verdict;
  const verdict = lint(parsed, targetOf({ node }), table);
  judged.set(parsed, { node, verdict });
  return verdict;
}

/** Shipped for what lint would hold against them: to record everything, to refuse everything, to be built upon. */
export const onPurpose: ReadonlySet<string> = new Set(["audit", "violation", "runtime-base"]);

/**
 * The profile that is to be installed and that this file is, by its name and byte for byte: a recording profile by the
 * name of another is no recording profile.
 */
export function declared(
  { wanted }: SeccompProfiles,
  { name, file }: Pick<InstalledProfile, "name" | "file">,
): WantedProfile | undefined {
  const own = name.slice(name.lastIndexOf("/") + 1);
  return wanted.find((one) => own === `${one.name}.json` && one.text === file.text);
}

function names(changes: readonly Change[]): string {
  return listing(changes.map(changeText), 12);
}

/** What the installed text lets through and the wanted one does not, and the other way round, in words. */
export function meaning(profiles: SeccompProfiles, wanted: Parsed, installed: Parsed): string {
  if (installed.state === "error") return `${installed.message} (line ${installed.line})`;
  const target = targetOf(profiles);
  if (wanted.state === "error" || installed.shape !== "profile")
    return "it is no profile any more, and a container with it has no filter";
  const reading = readingFor(target);
  const [before, after] = [readingOf(wanted.profile, reading), readingOf(installed.profile, reading)];
  if (before === undefined || after === undefined) return "it has no valid default action any more";
  const { gained, lost, changed } = compare(before, after, profiles.table, target.architecture);
  const parts = [
    ...(gained.length > 0 ? [`it lets through ${names(gained)}`] : []),
    ...(lost.length > 0 ? [`it no longer lets through ${names(lost)}`] : []),
    ...(changed.length > 0 ? [`it has other conditions for ${names(changed)}`] : []),
  ];
  const bare = "no system call changed sides: blanks, order, architectures or error numbers differ";
  return parts.length === 0 ? bare : parts.join("; ");
}
