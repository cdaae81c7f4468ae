// accounts.gid-zero: group root has one name and one user.
import { words } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.gid-zero",
  title: "Only root is in the group with id 0, and only one group has that id",
  why: "Files of group root are open to every member: /etc and the runtime's directories hold many that the group may read or write.",
  remedy:
    "Give the user another primary group (`usermod -g`), take it from the group (`gpasswd -d`), give the other group another number.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["accounts"],
  params: { expected: words(["root", "sync", "shutdown", "halt", "operator"], "a list of user names") },
  evaluate({ accounts }, { expected }) {
    const groups = accounts.groups.filter(({ gid }) => gid === 0);
    const users = accounts.users.filter(({ gid, name }) => gid === 0 && !expected.includes(name));
    const members = groups.flatMap((group) =>
      group.members
        .filter((name) => !expected.includes(name))
        .map((name) => ({ name, source: group.source })),
    );
    const others = groups.filter(({ name }) => name !== "root");
    return {
      expected: `group id 0 for root and the users ${expected.join(", ")} alone`,
      actual: `${groups.length} groups, ${users.length + members.length} other users`,
      evidence: [...groups, ...users].map(({ source }) => source),
      problems: [
        ...others.map(({ name }) => ({ message: `group ${printable(name)} has id 0` })),
        ...users.map(({ name }) => ({ message: `${printable(name)} has the primary group 0` })),
        ...members.map(({ name }) => ({ message: `${printable(name)} is a member of group root` })),
      ],
      unknowns: [],
    };
  },
});
