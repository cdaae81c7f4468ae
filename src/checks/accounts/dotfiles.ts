// accounts.dotfiles: nobody but its user writes what a shell or a login reads from a home, and no file there lets others in.
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { FileState } from "../../facts/file-state.js";
import type { Home } from "../../facts/homes.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";

/** Who they trust and where they send things is decided by the file alone. */
const unwanted: Readonly<Record<string, string>> = {
  ".rhosts": "lets others log in without a password",
  ".shosts": "lets others log in without a password",
  ".netrc": "keeps passwords in the clear",
  ".forward": "sends mail elsewhere, or to a program",
};

/** Only their user may read them. */
const secret = new Set([
  ".netrc",
  ".bash_history",
  ".zsh_history",
  ".python_history",
  ".mysql_history",
  ".psql_history",
  ".pgpass",
  ".my.cnf",
  ".git-credentials",
]);

function nameOf({ path }: FileState): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function judge({ user }: Home, file: FileState, allow: readonly string[]): readonly string[] {
  if (file.state !== "ok") return [];
  const name = nameOf(file);
  const path = printable(file.path);
  const meaning = Object.hasOwn(unwanted, name) ? unwanted[name] : undefined;
  const isLink = file.kind === "symlink";
  return [
    ...(meaning === undefined || allow.includes(name) ? [] : [`${path} ${meaning}`]),
    // Root may keep files in anybody's home; of a link the mode says nothing.
    ...(file.uid === user.uid || file.uid === 0 ? [] : [`${path} belongs to user ${file.uid}`]),
    ...(isLink || (file.mode & 0o022) === 0
      ? []
      : [`others than ${printable(user.name)} can write ${path} (mode ${octal(file.mode)})`]),
    ...(isLink || !secret.has(name) || (file.mode & 0o077) === 0
      ? []
      : [`others can read ${path} (mode ${octal(file.mode)})`]),
  ];
}

export default defineCheck({
  id: "accounts.dotfiles",
  title: "No dot file in a home lets others in, and nobody but its user writes them",
  why: "A shell runs .profile and .bashrc, ssh obeys .ssh: who can write them is that user, root included.",
  remedy: "`chmod go-w` what is named, `chmod 0600` what holds secrets, remove .rhosts, .netrc and .forward.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["homes"],
  params: { allow: words([], "a list of file names such as .forward") },
  evaluate({ homes }, { allow }) {
    const judged = homes.homes.flatMap((home) =>
      home.dotFiles.map((file) => ({ home, file, messages: judge(home, file, allow) })),
    );
    const wrong = judged.filter(({ messages }) => messages.length > 0);
    return {
      expected: "dot files that only their user writes, none of .rhosts, .shosts, .netrc, .forward",
      actual: `${judged.length} dot files in ${homes.homes.length} homes, ${wrong.length} of them otherwise`,
      evidence: wrong.map(({ file, messages }) => ({
        file: file.path,
        line: 0,
        span: { start: 0, end: 0 },
        text: messages.length > 0 && file.state === "ok" ? `${octal(file.mode)} ${file.uid}:${file.gid}` : "",
      })),
      problems: wrong.flatMap(({ messages }) => messages.map((message) => ({ message }))),
      unknowns: [
        ...homes.homes.flatMap(({ unread }) => unread),
        ...homes.homes.flatMap(({ dotFiles }) =>
          dotFiles.flatMap((file) => (file.state === "ok" ? [] : [file.reason])),
        ),
        ...homes.homes.flatMap(({ state }) =>
          state.state === "ok" || state.state === "absent" ? [] : [state.reason],
        ),
        ...homes.unread,
      ],
    };
  },
});
