// files.world-writable: no file that everybody may write, no directory where everybody may delete what is others'.
import type { Problem } from "../../core/outcome.js";
import type { FoundFile } from "../../facts/file-tree.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { pathsParam } from "../path-list.js";
import { firstOf, foundSource, moreProblem, shown, walkRemark, walkTag } from "./walk.js";

function repaired({ path, exact, uid, gid }: FoundFile, mode: number): Pick<Problem, "fix"> {
  return exact ? { fix: [{ kind: "chmod", file: path, mode, owner: `${uid}:${gid}` }] } : {};
}

export default defineCheck({
  id: "files.world-writable",
  title: "No file can be written by everybody, and shared directories have the sticky bit",
  why: "Who may write a file that root or another user reads or runs decides what they do.",
  remedy: `\`chmod o-w FILE\`, and \`chmod +t\` for a directory that must stay open to all. ${walkRemark}`,
  breaks:
    "A program that shares a file with every user instead of a group stops being able to write it; put such a path into the parameter `allow`.",
  severity: "high",
  risk: "none",
  fixable: true,
  tags: walkTag,
  needs: ["fileTree"],
  params: { allow: pathsParam },
  evaluate({ fileTree }, { allow }) {
    const files = firstOf(fileTree.writable, allow);
    const directories = firstOf(fileTree.open, allow);
    const problems = [
      ...files.files.map((file) => ({
        message: `everybody can write ${shown(file.path)} (mode ${octal(file.mode)})`,
        ...repaired(file, file.mode & ~0o002),
      })),
      ...directories.files.map((directory) => ({
        message: `everybody can write ${shown(directory.path)} and delete what others put there (mode ${octal(directory.mode)})`,
        ...repaired(directory, directory.mode | 0o1000),
      })),
      ...moreProblem(files.more, "world-writable files"),
      ...moreProblem(directories.more, "world-writable directories"),
    ];
    return {
      expected: "no world-writable file, no world-writable directory without sticky bit",
      actual: `${files.files.length + files.more} files, ${directories.files.length + directories.more} directories`,
      evidence: [...files.files, ...directories.files].map(foundSource),
      problems,
      unknowns: fileTree.unseen,
      notes: fileTree.remarks,
    };
  },
});
