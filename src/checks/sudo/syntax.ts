// Does visudo accept every file of sudoers?
import { printable } from "../../core/printable.js";
import { place, wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "sudo.syntax",
  title: "Every sudoers file parses as visudo would accept it",
  why: "sudo drops a line it cannot read and goes on, older releases refuse to run at all: a rule that was meant to forbid something is gone, or nobody can become root any more.",
  remedy:
    "Open the named file with `visudo -f FILE`, correct the line, and look at the whole with `visudo -c`.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const { problems, files, looseAliases, refused } = sudoers;
    const found = problems.map(({ source, message, column }) => ({
      message: `${place(source)}:${column}: ${printable(message)}`,
    }));
    return {
      expected: "no error",
      actual: found.length === 0 ? "no error" : found.map(({ message }) => message).join("; "),
      evidence:
        found.length === 0
          ? files.files.map(({ path }) => wholeFile(path))
          : problems.map(({ source }) => source),
      problems: found,
      unknowns: files.unread,
      notes: [
        ...(refused === undefined ? [] : [`sudo refuses to run: ${refused}`]),
        ...looseAliases.map((alias) => `${alias} is used and not defined, so it matches nothing`),
      ],
    };
  },
});
