// files.setuid: what runs with another's rights is what the distribution's packages install so, and nothing else.
import type { Problem } from "../../core/outcome.js";
import type { Accounts } from "../../facts/accounts.js";
import type { SetIdFile, SetIdFiles } from "../../facts/set-id-files.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { isListed, pathsParam } from "../path-list.js";
import { foundSource, moreProblem, shown, walkRemark, walkTag } from "./walk.js";

function bits({ mode }: SetIdFile): string {
  const both = (mode & 0o6000) === 0o6000;
  return both ? "set-user-id and set-group-id" : (mode & 0o4000) !== 0 ? "set-user-id" : "set-group-id";
}

/** Its bits and owners are those that the distributions give it. */
function isAsInstalled({ mode, uid, gid, program }: SetIdFile, names: Accounts | undefined): boolean {
  if (program === undefined) return false;
  const user = uid === 0 ? "root" : (names?.userName(uid) ?? String(uid));
  const group = gid === 0 ? "root" : (names?.groupName(gid) ?? String(gid));
  const userIsRight = (mode & 0o4000) === 0 ? uid === 0 : program.users.includes(user);
  return userIsRight && ((mode & 0o2000) === 0 || program.groups.includes(group));
}

function judge(file: SetIdFile, { owners }: SetIdFiles, names: Accounts | undefined): string | undefined {
  const path = shown(file.path);
  const what = `${path} is ${bits(file)} (${octal(file.mode)} ${file.uid}:${file.gid})`;
  if ((file.mode & 0o022) !== 0) return `${what} and can be written by others than its owner`;
  if (file.program === undefined) return `${what}, which no package of the distributions installs so`;
  if (!isAsInstalled(file, names)) return `${what}, which is not how its package installs it`;
  if (owners.state === "known" && !owners.value.has(file.path))
    return `${what} and came with no package, although it has the name of a program that does`;
  return undefined;
}

function foreignProblems({ foreign }: SetIdFiles): readonly Problem[] {
  return foreign.map(({ point, type }) => ({
    message: `set-id bits count on ${shown(point)} (${type}), whose files another machine or medium decides: it is mounted without nosuid`,
  }));
}

export default defineCheck({
  id: "files.setuid",
  title: "Only the distribution's own programs run with another's rights",
  why: "Every set-user-id program is a way to root for whoever finds a fault in it; one that nobody installed is a back door.",
  remedy: `\`chmod u-s,g-s FILE\` (\`dpkg-statoverride --update --add\` keeps it so over upgrades), or name the path in the parameter \`expected\`; mount foreign file systems with nosuid. ${walkRemark}`,
  severity: "medium",
  risk: "none",
  fixable: false,
  tags: walkTag,
  needs: ["setIdFiles"],
  optional: ["accounts"],
  params: { expected: pathsParam },
  evaluate({ setIdFiles, accounts }, { expected }) {
    const names = accounts.state === "known" ? accounts.value : undefined;
    const files = setIdFiles.files.filter(
      ({ path, mode }) => !isListed(path, expected) || (mode & 0o022) !== 0,
    );
    const judged = files.map((file) => ({ file, message: judge(file, setIdFiles, names) }));
    const wrong = judged.flatMap(({ file, message }) => (message === undefined ? [] : [{ file, message }]));
    const { owners } = setIdFiles;
    const problems = [
      ...wrong.map(({ message }) => ({ message })),
      ...moreProblem(setIdFiles.more, "set-id files"),
      ...foreignProblems(setIdFiles),
    ];
    return {
      expected: "set-id programs of the distribution's packages only",
      actual: `${setIdFiles.files.length} set-id files, ${wrong.length} of them unexpected`,
      evidence: [
        ...(wrong.length > 0 ? wrong.map(({ file }) => file) : setIdFiles.files).map(foundSource),
        ...setIdFiles.foreign.map(({ source }) => source),
      ],
      problems,
      unknowns: [
        ...setIdFiles.unseen,
        ...(owners.state === "error" ? [`whether they came with packages: ${owners.reason}`] : []),
      ],
      notes: [...setIdFiles.remarks, ...(owners.state === "absent" ? [owners.reason] : [])],
    };
  },
});
