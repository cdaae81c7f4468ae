// Is every file that sudoers includes there, root's, and read?
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "sudo.includes",
  title: "Every sudoers include is there, belongs to root, and is read",
  why: "sudo passes over a missing file, one that others can write to, and every name with a dot or a tilde, without a word: the rules in it do not hold.",
  remedy:
    "Rename a file of /etc/sudoers.d so that its name has no dot and no ~ at its end, or remove it; give files and directories to root and take write access from others.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sudoers"],
  params: {},
  evaluate({ sudoers }) {
    const { findings, directories, unread, files } = sudoers.files;
    const ignored = directories.flatMap(({ path, ignored: names }) =>
      names.map(({ name, why }) => ({ file: `${path}/${name}`, name, why })),
    );
    // A hidden file is hidden on purpose: a package manager's, an editor's.
    const hidden = ignored.filter(({ name }) => name.startsWith("."));
    const lost = ignored.filter(({ name }) => !name.startsWith("."));
    return {
      expected: "each include read",
      actual:
        findings.length + lost.length === 0
          ? `${files.length} files read`
          : [...findings.map(({ message }) => message), ...lost.map(({ file }) => `${file} ignored`)].join(
              "; ",
            ),
      evidence: [
        ...findings.map(({ source }) => source),
        ...lost.map(({ file }) => wholeFile(file)),
        ...(findings.length + lost.length === 0 ? files.map(({ path }) => wholeFile(path)) : []),
      ],
      problems: [
        ...findings.map(({ message }) => ({ message: printable(message) })),
        ...lost.map(({ file, why }) => ({ message: `sudo ignores ${printable(file)}: ${why}` })),
      ],
      unknowns: unread,
      notes: hidden.map(({ file, why }) => `sudo ignores ${printable(file)}: ${why}`),
    };
  },
});
