// A seccomp profile that a container of this node uses stays where it is.
import type { Left } from "../../core/plan.js";
import { inUse, profileUsers } from "../profile-users.js";
import { type Compared, defineGuard, left } from "./guard.js";

type Users = ReadonlyMap<string, string>;

function judge({ group, before }: Compared<Users>): readonly Left[] {
  for (const { path, wanted, checks } of group.files) {
    const users = before.get(path);
    if (wanted.state === "absent" && users !== undefined)
      return left(checks, "refuse", inUse(path, users), "point those pods to another profile first");
  }
  return [];
}

export const seccompUsers = defineGuard<Users>({
  title: "Containers find the seccomp profiles that they were started with",
  groups: ["profiles"],
  gather: (ask) => profileUsers(ask),
  judge,
});
