// accounts.system-shells: accounts of services have no shell to log in with.
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { Step } from "../../core/step.js";
import type { UserEntry } from "../../facts/accounts.js";
import { isNoLogin } from "../../facts/people.js";
import { defineCheck } from "../define.js";

const nologin = "/usr/sbin/nologin";

/** Puts nologin into the seventh field, making the fields before it where they are missing. */
function withoutShell({ fieldSpans, source }: UserEntry): Step {
  const start = fieldSpans[6]?.start ?? source.span.end;
  const missing = ":".repeat(Math.max(0, 7 - fieldSpans.length));
  const edit = { span: { start, end: source.span.end }, text: `${missing}${nologin}` };
  return { kind: "edit", file: source.file, edits: [edit] };
}

export default defineCheck({
  id: "accounts.system-shells",
  title: "Accounts of services cannot log in",
  why: "A service account with a shell is a way in that nobody watches, and the first thing a fault in the service gives away.",
  remedy: `\`usermod -s ${nologin} NAME\`; an empty shell field means /bin/sh.`,
  breaks:
    "`su - NAME` and cron jobs of the account that rely on its shell stop working; `runuser -u NAME` and `sudo -u NAME` go on.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["people"],
  params: {
    allow: words(["root", "sync", "shutdown", "halt"], "a list of user names"),
  },
  evaluate({ people }, { allow }) {
    const open = people.system.filter((user) => !isNoLogin(user) && !allow.includes(user.name));
    return {
      expected: `nologin or false for every user below ${people.uidMin} but ${allow.join(", ")}`,
      actual: open.length === 0 ? "all of them" : open.map(({ name }) => printable(name)).join(", "),
      evidence: open.map(({ source }) => source),
      problems: open.map((user) => ({
        message: `${printable(user.name)} (user id ${user.uid}) has the shell ${printable(user.shell) || "/bin/sh, as none is named"}`,
        fix: [withoutShell(user)],
      })),
      unknowns: [],
    };
  },
});
