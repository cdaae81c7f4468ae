// accounts.orphans: the primary group of every user exists, and the home of everybody who logs in.
import { printable } from "../../core/printable.js";
import { isNisLine } from "../../facts/people.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "accounts.orphans",
  title: "Every user's primary group and every person's home exist",
  why: "Who next makes the missing group or directory decides what such a user may read and what its shell runs first.",
  remedy: "`usermod -g` to a group that exists; `mkhomedir_helper NAME`, or `usermod -d`, for the home.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["accounts", "homes"],
  params: {},
  evaluate({ accounts, homes }) {
    const groupless = accounts.users.filter(
      (user) => !isNisLine(user) && user.gid !== undefined && accounts.group(user.gid) === undefined,
    );
    const homeless = homes.homes.filter(({ state }) => state.state === "absent");
    const notAFolder = homes.homes.filter(({ state }) => state.state === "ok" && state.kind !== "directory");
    const blind = homes.homes.flatMap(({ state }) =>
      state.state === "ok" || state.state === "absent" ? [] : [state.reason],
    );
    return {
      expected: "a group for every primary group id, a home for everybody with a shell",
      actual: `${groupless.length} users without a group, ${homeless.length + notAFolder.length} without a home`,
      evidence: [...groupless, ...[...homeless, ...notAFolder].map(({ user }) => user)].map(
        ({ source }) => source,
      ),
      problems: [
        ...groupless.map(({ name, gid }) => ({
          message: `${printable(name)} has the primary group ${gid}, which does not exist`,
        })),
        ...homeless.map(({ user }) => ({
          message: `${printable(user.name)} has no home: ${printable(user.home) || "none named"} is missing`,
        })),
        ...notAFolder.map(({ user }) => ({
          message: `the home of ${printable(user.name)}, ${printable(user.home)}, is no directory`,
        })),
      ],
      unknowns: [...blind, ...homes.unread],
    };
  },
});
