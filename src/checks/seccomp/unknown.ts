// seccomp.unknown: no profile lies in the kubelet's seccomp directory that nobody declared.
import { words } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { matchesWildcard } from "../../core/wildcard.js";
import { defineCheck } from "../define.js";
import { declared } from "./judge.js";
import { folderParam } from "./profiles.js";

export default defineCheck({
  id: "seccomp.unknown",
  title: "Every seccomp profile on the node is declared",
  why: "A profile that nobody declared may be a weak one that a pod was pointed to; one that nobody uses only waits for that.",
  remedy:
    "Put the profile into /etc/nodeward/seccomp, or name it in `expected`; else remove it, once no container uses it.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["seccompProfiles"],
  paramsKnownAs: ["seccomp.profiles"],
  params: {
    folder: folderParam,
    expected: words(
      ["operator/*"],
      "a list of names as localhostProfile has them, with * (operator/* is the Security Profiles Operator's)",
    ),
  },
  evaluate({ seccompProfiles }, { expected, folder: own }) {
    const { installed, unread, folder, notes, wanted } = seccompProfiles;
    // A changed one of ours is seccomp.profiles' to report; of that name elsewhere it is nobody's.
    const ours = new Set(wanted.map(({ name }) => `${own}/${name}.json`));
    const strange = installed.filter((one) => {
      if (ours.has(one.name) || declared(seccompProfiles, one) !== undefined) return false;
      return !expected.some((pattern) => matchesWildcard(pattern, one.name));
    });
    return {
      expected:
        expected.length === 0 ? "none but the declared" : `none but the declared and ${expected.join(", ")}`,
      actual: strange.length === 0 ? `${installed.length} profiles, all declared` : `${strange.length} more`,
      evidence: strange.map(({ path, file }) => wholeFile(path, `sha256 ${file.sha256}`)),
      problems: strange.map(({ path, usedBy }) => ({
        message: `${printable(path)} is declared nowhere${usedBy.length === 0 ? ", and no running container uses it" : `; ${listing(usedBy)} may use it`}`,
      })),
      unknowns: unread.filter(({ path }) => path.startsWith(folder)).map(({ reason }) => reason),
      notes,
    };
  },
});
