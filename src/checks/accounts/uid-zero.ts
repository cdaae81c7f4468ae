// accounts.uid-zero: root is the only user with user id 0, however the number is written.
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.uid-zero",
  title: "Only root has user id 0",
  why: "The kernel knows the number, not the name: a second account with 0 is root, with a password and keys of its own.",
  remedy:
    "Give the account another number (`usermod -u`), or remove it, after looking into who made it; `00`, `+0` and an indented line are 0 as well.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  optional: ["accountFiles"],
  params: { expected: words(["root"], "a list of user names") },
  evaluate({ accounts, accountFiles }, { expected }) {
    const zero = accounts.users.filter(({ uid }) => uid === 0);
    const others = zero.filter(({ name }) => !expected.includes(name));
    const hidden =
      accountFiles.state === "known" ? accountFiles.value.commented.filter(({ uid }) => uid === 0) : [];
    return {
      expected: `user id 0 for ${expected.join(", ")} alone`,
      actual: zero.map(({ name }) => printable(name)).join(", ") || "nobody",
      evidence: [...zero, ...hidden].map(({ source }) => source),
      problems: others.map(({ name }) => ({ message: `${printable(name)} has user id 0: it is root` })),
      unknowns: accountFiles.state === "error" ? [accountFiles.reason] : [],
      notes: hidden.map(
        ({ name, source }) =>
          `/etc/passwd:${source.line} is a comment to glibc, and user ${printable(name)} with id 0 to readers that know no comments`,
      ),
    };
  },
});
