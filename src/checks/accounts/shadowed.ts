// accounts.shadowed: password hashes lie in shadow and gshadow, not in the files that everybody reads.
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.shadowed",
  title: "Password hashes lie in the shadow files only",
  why: "Every process on the machine reads /etc/passwd and /etc/group, and can carry a hash away to guess the password elsewhere.",
  remedy:
    "`pwconv` and `grpconv` move the hashes; then change the passwords, which have been readable all the time.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  params: {},
  evaluate({ accounts }) {
    const users = accounts.users.filter(({ password }) => password.kind === "hash");
    const groups = accounts.groups.filter(({ password }) => password.kind === "hash");
    return {
      expected: "x, or a lock, in the second field of /etc/passwd and /etc/group",
      actual: `${users.length} hashes in /etc/passwd, ${groups.length} in /etc/group`,
      evidence: [...users, ...groups].map(({ source }) => source),
      problems: [
        ...users.map(({ name }) => ({
          message: `/etc/passwd holds the password hash of ${printable(name)}`,
        })),
        ...groups.map(({ name }) => ({
          message: `/etc/group holds the password hash of group ${printable(name)}`,
        })),
      ],
      unknowns: [],
    };
  },
});
