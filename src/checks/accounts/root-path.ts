// accounts.root-path: root's shell finds programs only where root alone can put them.
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { PathPart } from "../../facts/root-path.js";
import { defineCheck } from "../define.js";

interface Weakness {
  readonly part: PathPart;
  readonly message: string;
}

function weaknesses(part: PathPart): readonly Weakness[] {
  const { directory, source, trust } = part;
  const where = place(source);
  if (directory === "")
    return [
      { part, message: `${where} has an empty part in root's PATH: the current directory, whoever's it is` },
    ];
  if (!directory.startsWith("/"))
    return [
      {
        part,
        message: `${where} has ${printable(directory)} in root's PATH, which is relative to the current directory`,
      },
    ];
  return (trust?.weak ?? []).map((weak) => ({
    part,
    message: `${where} has ${printable(directory)} in root's PATH, and ${weak}`,
  }));
}

export default defineCheck({
  id: "accounts.root-path",
  title: "Root's PATH holds only absolute directories that root alone can write",
  why: "Who can put a file named `ls` where root's shell looks first runs it as root the next time somebody types it.",
  remedy:
    "Take empty, relative and foreign parts out of PATH where they are set, or `chown root:` and `chmod go-w` the directory and those above it.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["rootPath"],
  params: {},
  evaluate({ rootPath }) {
    const { parts, unclear, unread } = rootPath;
    const weak = parts.flatMap(weaknesses);
    const sure = weak.filter(({ part }) => !part.conditional);
    const maybe = weak.filter(({ part }) => part.conditional);
    const directories = [...new Set(parts.map(({ directory }) => directory))];
    return {
      expected: "absolute directories that only root can write",
      actual: directories.map((directory) => printable(directory) || "(empty)").join(":"),
      evidence: [...(weak.length > 0 ? weak.map(({ part }) => part) : parts)].map(({ source }) => source),
      problems: sure.map(({ message }) => ({ message })),
      unknowns: [
        ...unread,
        ...maybe.map(({ message }) => `${message} (under a condition that only the shell can decide)`),
        ...parts.flatMap(({ trust }) => trust?.unknown ?? []),
      ],
      notes: unclear,
    };
  },
});
