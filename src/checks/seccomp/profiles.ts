// The checks `seccomp.profiles.<name>`: each profile that nodeward ships, and the site's own, lies under the kubelet's seccomp
// directory as it is meant to.
import type { Outcome, Problem, Verdict } from "../../core/outcome.js";
import { word } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { InstalledProfile, SeccompProfiles, WantedProfile } from "../../facts/seccomp-profiles.js";
import { type Check, defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { judge, meaning, onPurpose } from "./judge.js";

type Findings = Pick<Outcome, "problems" | "evidence"> & {
  readonly unknowns: readonly string[];
  readonly notes: readonly string[];
};

/** A sub-folder, without a part that starts with a dot: the kubelet takes no `..` in localhostProfile. */
const folderForm = /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/;

export const folderParam = word("nodeward", folderForm, "a folder under the kubelet's seccomp directory");

function modeProblems({ path, file }: InstalledProfile): readonly Problem[] {
  const own = file.uid === 0 && file.gid === 0;
  if (own && (file.mode & ~0o644) === 0) return [];
  return [
    {
      message: `${printable(path)} is ${octal(file.mode)} of ${file.uid}:${file.gid}, not 0644 or less of root`,
      fix: [{ kind: "chmod", file: file.realPath, mode: file.mode & 0o644, owner: "root:root" }],
    },
  ];
}

/** What keeps a profile from being put in place at all. */
function unfit(
  profiles: SeccompProfiles,
  { name, origin, refused, parsed }: WantedProfile,
): readonly Problem[] {
  const shown = printable(origin);
  if (refused.length > 0)
    return [{ message: `${shown} is not trusted, and is not installed: ${listing(refused)}` }];
  if (onPurpose.has(name) && origin === "") return [];
  return judge(profiles, parsed)
    .findings.filter(({ level }) => level === "error")
    .slice(0, 5)
    .map(({ message, line }) => ({
      message: `${origin === "" ? `${name}.json` : shown}${line > 0 ? `:${line}` : ""}: ${message}`,
    }));
}

function contentProblems(
  profiles: SeccompProfiles,
  wanted: WantedProfile,
  found: InstalledProfile,
): readonly Problem[] {
  if (found.file.text === wanted.text) return [];
  const users = found.usedBy.length > 0 ? `; ${listing(found.usedBy)} may use it` : "";
  const source = wanted.origin === "" ? "the one shipped with nodeward" : printable(wanted.origin);
  return [
    {
      message: `${printable(found.path)} is not ${source}: ${meaning(profiles, wanted.parsed, found.parsed)}${users}`,
      fix: profiles.install(found.name, wanted.text),
    },
  ];
}

function judgeOne(profiles: SeccompProfiles, wanted: WantedProfile, folder: string): Findings {
  const name = `${folder}/${wanted.name}.json`;
  const path = `${profiles.folder}/${name}`;
  const found = profiles.installed.find((one) => one.name === name);
  const bad = unfit(profiles, wanted);
  const unread = profiles.unread
    .filter(({ path: place }) => place === path || path.startsWith(`${place}/`))
    .map(({ reason }) => reason);
  if (found === undefined) {
    if (unread.length > 0) return { problems: bad, evidence: [wholeFile(path)], unknowns: unread, notes: [] };
    const fix = bad.length === 0 ? { fix: profiles.install(name, wanted.text) } : {};
    const missing = { message: `${printable(path)} is not installed`, ...fix };
    return {
      problems: [...bad, missing],
      evidence: [wholeFile(path, "does not exist")],
      unknowns: [],
      notes: [],
    };
  }
  const content = contentProblems(profiles, wanted, found);
  const evidence: readonly Source[] = [wholeFile(path, `sha256 ${found.file.sha256}`)];
  const problems = [
    ...bad,
    ...(bad.length > 0 ? content.map(({ message }) => ({ message })) : content),
    ...modeProblems(found),
  ];
  const running = content.length > 0 && found.usedBy.length > 0;
  const notes = running
    ? ["containers keep the filter they were started with: restart their pods after the repair"]
    : [];
  return { problems, evidence, unknowns: unread, notes };
}

function verdictOf(profiles: SeccompProfiles, wanted: readonly WantedProfile[], folder: string): Verdict {
  const judged = wanted.map((one) => judgeOne(profiles, one, folder));
  const problems = judged.flatMap((one) => one.problems);
  return {
    expected: wanted
      .map(({ name, origin }) => `${name}.json as ${origin === "" ? "shipped" : origin}`)
      .join(", "),
    actual: problems.length === 0 ? "installed, unchanged" : `${problems.length} not so`,
    evidence: judged.flatMap((one) => one.evidence),
    problems,
    unknowns: judged.flatMap((one) => one.unknowns),
    notes: [...profiles.notes, ...new Set(judged.flatMap((one) => one.notes))],
  };
}

const shared = {
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["seccompProfiles"],
  params: { folder: folderParam },
  paramsKnownAs: ["seccomp.profiles"],
  remedy:
    "`nodeward seccomp install` puts the profiles in place; `nodeward seccomp diff` says how a changed one differs.",
} as const;

/** What each is for, as what a pod that names it expects. */
const shipped = {
  audit:
    "A pod that is to be watched asks for it; missing, the pod does not start, and changed, it records less than it seems to.",
  violation: "It shows that profiles are in force at all; changed, the proof proves nothing.",
  "fine-grained":
    "A pod that names it is held by what the file says now, and one line more lets it call what nobody meant.",
  hardened:
    "A pod that names it is held by what the file says now, and one line more lets it call what nobody meant.",
  "runtime-base": "Profiles are built on it; changed, they allow more than their authors know.",
} as const;

export const shippedProfileChecks: readonly Check[] = Object.entries(shipped).map(([name, why]) =>
  defineCheck({
    ...shared,
    id: `seccomp.profiles.${name}`,
    title: `The seccomp profile ${name}.json is installed and unchanged`,
    why,
    evaluate: ({ seccompProfiles }, { folder }) =>
      verdictOf(
        seccompProfiles,
        seccompProfiles.wanted.filter((one) => one.name === name),
        folder,
      ),
  }),
);

export const siteProfiles: Check = defineCheck({
  ...shared,
  id: "seccomp.profiles.site",
  title: "The site's own seccomp profiles are installed and unchanged",
  why: "What lies in /etc/nodeward/seccomp is what this site wants its pods held by; what lies in the kubelet's directory is what holds them.",
  evaluate({ seccompProfiles }, { folder }) {
    const own = seccompProfiles.wanted.filter(
      ({ name, origin }) => origin !== "" && !Object.hasOwn(shipped, name),
    );
    const blind = seccompProfiles.unread
      .filter(({ path }) => path.startsWith("/etc/nodeward/seccomp"))
      .map(({ reason }) => reason);
    if (own.length === 0 && blind.length > 0) return { undecided: blind.join("; ") };
    if (own.length === 0) return { notApplicable: "no profiles in /etc/nodeward/seccomp" };
    const verdict = verdictOf(seccompProfiles, own, folder);
    return "problems" in verdict
      ? { ...verdict, unknowns: [...(verdict.unknowns ?? []), ...blind] }
      : verdict;
  },
});
