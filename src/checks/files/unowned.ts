// files.unowned: every file and directory belongs to a user and a group that exist.

import { undecided } from "../../core/outcome.js";
import { defineCheck } from "../define.js";
import { pathsParam } from "../path-list.js";
import { firstOf, foundSource, moreProblem, shown, walkRemark, walkTag } from "./walk.js";

export default defineCheck({
  id: "files.unowned",
  title: "Every file belongs to a user and a group that exist",
  why: "The next account that gets the number gets the files, and with them whatever their former owner could do.",
  remedy: `\`chown\` each to who should have it, or remove it when nobody needs it. ${walkRemark}`,
  severity: "medium",
  risk: "none",
  fixable: false,
  tags: walkTag,
  needs: ["fileTree"],
  params: { allow: pathsParam },
  evaluate({ fileTree }, { allow }) {
    const { unowned, otherSources, unseen, remarks } = fileTree;
    if (unowned.state !== "known") return undecided(`whose the files are cannot be told: ${unowned.reason}`);
    const { files, more } = firstOf(unowned.value, allow);
    const named = [
      ...files.map(({ path, uid, gid }) => ({
        message: `${shown(path)} belongs to ${uid}:${gid}: no local account or group has such a number`,
      })),
      ...moreProblem(more, "files that belong to nobody"),
    ];
    // A directory service may know them: not a failure that can be stood by.
    const elsewhere = otherSources.length > 0 && named.length > 0;
    const maybe = `${files.length + more} files belong to ids that only ${otherSources.join(", ")} may know, such as ${shown(files[0]?.path ?? "")}`;
    return {
      expected: "no file whose user or group id belongs to nobody",
      actual: `${files.length + more} files`,
      evidence: files.map(foundSource),
      problems: elsewhere ? [] : named,
      unknowns: elsewhere ? [...unseen, maybe] : unseen,
      notes: remarks,
    };
  },
});
