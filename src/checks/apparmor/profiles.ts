// The checks `apparmor.profiles.<name>`: each profile that nodeward ships, and the site's own, lies in /etc/apparmor.d as it is meant
// to, and the kernel holds it so.
import { comparePolicies } from "../../confine/apparmor-compare.js";
import type { Outcome, Problem, Verdict } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import type { AppArmorProfiles, KernelProfile, PolicyState } from "../../facts/apparmor-profiles.js";
import { type Check, defineCheck } from "../define.js";
import { octal } from "../file-mode.js";

type Findings = Pick<Outcome, "problems" | "evidence"> & { readonly unknowns: readonly string[] };

type Stored = Extract<PolicyState["stored"], { readonly state: "ok" }>;

function modeProblems({ path, realPath, mode, uid, gid }: Stored): readonly Problem[] {
  if (uid === 0 && gid === 0 && (mode & ~0o644) === 0) return [];
  return [
    {
      message: `${printable(path)} is ${octal(mode)} of ${uid}:${gid}, not 0644 or less of root`,
      fix: [{ kind: "chmod", file: realPath, mode: mode & 0o644, owner: "root:root" }],
    },
  ];
}

/** What the stored text allows and the wanted one does not, and the other way round, in words. */
function meaning({ rules, storedRules }: PolicyState): string {
  if (storedRules.problem !== undefined) return `it is no policy any more (${storedRules.problem})`;
  const { opens, closes, other } = comparePolicies(rules, storedRules);
  const parts = [
    ...(opens.length > 0 ? [`it allows ${listing(opens, 8)}`] : []),
    ...(closes.length > 0 ? [`it no longer allows ${listing(closes, 8)}`] : []),
    ...(other.length > 0 ? [listing(other, 8)] : []),
  ];
  return parts.length === 0 ? "no rule differs: blanks, comments or order do" : parts.join("; ");
}

function kernelProblem(path: string, { name, wants, loaded }: KernelProfile): string | undefined {
  const shown = printable(name);
  if (loaded === undefined) return `${printable(path)}: the profile ${shown} is not in the kernel`;
  // A child or hat has the mode of who enters it.
  if (loaded.mode === wants || name.includes("//")) return undefined;
  return `${printable(path)}: the profile ${shown} is in the kernel in the mode ${loaded.mode}, not ${wants}`;
}

/** How the file, the entries beside it and the kernel stand, in sentences. */
export function faultsOf(policy: PolicyState): readonly string[] {
  const { path, stored, text, origin, marks, profiles, current } = policy;
  const shown = printable(path);
  if (stored.state !== "ok") return stored.state === "absent" ? [`${shown} is not installed`] : [];
  const source = origin === "" ? "the one shipped with nodeward" : printable(origin);
  const inKernel = profiles.state === "known" ? profiles.value : [];
  return [
    ...(stored.text === text ? [] : [`${shown} is not ${source}: ${meaning(policy)}`]),
    ...marks.map(({ file }) =>
      file.includes("/disable/")
        ? `${printable(file)} keeps ${shown} from being loaded at boot`
        : `${printable(file)} has ${shown} complain instead of enforcing`,
    ),
    ...inKernel.flatMap((one) => kernelProblem(path, one) ?? []),
    ...(current.state === "known" && !current.value
      ? [`the kernel holds something else by the name ${printable(policy.name)} than ${shown} says`]
      : []),
  ];
}

function judgeOne(facts: AppArmorProfiles, policy: PolicyState): Findings {
  const { path, stored, marks, profiles, current, refused, origin, usedBy } = policy;
  const inKernel = profiles.state === "known" ? profiles.value : [];
  const evidence = [
    wholeFile(path, stored.state === "ok" ? `sha256 ${stored.sha256}` : stored.reason),
    ...marks,
    ...inKernel.flatMap(({ loaded }) => loaded?.source ?? []),
  ];
  const bad =
    refused.length > 0
      ? [{ message: `${printable(origin)} is not trusted, and is not installed: ${listing(refused)}` }]
      : [];
  const fix = bad.length > 0 ? [] : facts.install(policy);
  const users = usedBy.length > 0 ? `; ${listing(usedBy)} may run under it` : "";
  const faults = faultsOf(policy);
  const problems = [
    ...bad,
    // One repair puts all of it right.
    ...faults.map((text, index) => ({
      message: `${text}${index === 0 ? users : ""}`,
      ...(index === 0 && fix.length > 0 ? { fix } : {}),
    })),
    ...(stored.state === "ok" ? modeProblems(stored) : []),
    ...(faults.length > 0 && !facts.parser
      ? [{ message: "apparmor_parser is not installed: no profile can be checked or loaded" }]
      : []),
  ];
  const unknowns = [
    ...(stored.state === "denied" || stored.state === "failed" ? [stored.reason] : []),
    ...[profiles, current].flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
  ];
  return { problems, evidence, unknowns };
}

function verdictOf(facts: AppArmorProfiles, policies: readonly PolicyState[]): Verdict {
  const judged = policies.map((one) => judgeOne(facts, one));
  const problems = judged.flatMap((one) => one.problems);
  const where = facts.live ? "installed, unchanged and in the kernel" : "installed and unchanged";
  return {
    expected: policies
      .map(({ name, origin }) => `${name} as ${origin === "" ? "shipped" : origin}`)
      .join(", "),
    actual: problems.length === 0 ? where : `${problems.length} not so`,
    evidence: judged.flatMap((one) => one.evidence),
    problems,
    unknowns: judged.flatMap((one) => one.unknowns),
    notes: facts.live
      ? policies.flatMap(({ current }) =>
          current.state === "absent" && current.reason !== "" ? [current.reason] : [],
        )
      : ["only the files were judged: no running kernel is seen"],
  };
}

const shared = {
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["apparmorProfiles"],
  params: {},
  remedy:
    "`nodeward apparmor install` puts the profiles in place and into the kernel; `nodeward apparmor status` says how they stand.",
} as const;

/** What each is for, as what a pod that names it expects. */
const shipped = {
  "nodeward-audit":
    "A pod that is to be watched asks for it; missing, the pod does not start, and changed, it records less than it seems to.",
  "nodeward-deny-write":
    "A pod that names it is held by what the kernel has by that name; missing, the pod does not start, and changed, it may write.",
  "nodeward-restricted":
    "A pod that names it is held by what the kernel has by that name; missing, the pod does not start, and one rule more opens the node to it.",
} as const;

export const shippedProfileChecks: readonly Check[] = Object.entries(shipped).map(([name, why]) =>
  defineCheck({
    ...shared,
    id: `apparmor.profiles.${name}`,
    title: `The AppArmor profile ${name} is installed, unchanged and loaded`,
    why,
    evaluate: ({ apparmorProfiles }) =>
      verdictOf(
        apparmorProfiles,
        apparmorProfiles.policies.filter((one) => one.name === name),
      ),
  }),
);

export const siteProfiles: Check = defineCheck({
  ...shared,
  id: "apparmor.profiles.site",
  title: "The site's own AppArmor profiles are installed, unchanged and loaded",
  why: "What lies in /etc/nodeward/apparmor is what this site wants its programs held by; what the kernel has is what holds them.",
  evaluate({ apparmorProfiles }) {
    const { policies, unread } = apparmorProfiles;
    const own = policies.filter(({ name, origin }) => origin !== "" && !Object.hasOwn(shipped, name));
    const blind = unread.filter((reason) => reason.includes("/etc/nodeward/apparmor"));
    if (own.length === 0 && blind.length > 0) return { undecided: blind.join("; ") };
    if (own.length === 0) return { notApplicable: "no profiles in /etc/nodeward/apparmor" };
    const verdict = verdictOf(apparmorProfiles, own);
    return "problems" in verdict
      ? { ...verdict, unknowns: [...(verdict.unknowns ?? []), ...blind] }
      : verdict;
  },
});
