// The files that a group's changes would leave, those of live changes among them: what an overlay is made of. Changes nothing.
import type { Group } from "../../core/plan.js";
import type { Accounts } from "../../facts/accounts.js";
import type { OwnerIds, Staged } from "../../host/overlay.js";

/** The value in /proc/sys; dots and slashes as sysctl(8) takes them. */
function sysctl(key: string, value: string): readonly Staged[] {
  const parts = key.includes("/") ? key : key.replaceAll(".", "/");
  return [{ path: `/proc/sys/${parts}`, wanted: { state: "file", content: `${value}\n`, encoding: "utf8" } }];
}

/** Everything that the groups would change and that a file shows. */
export function stagedOf(groups: readonly Group[]): readonly Staged[] {
  const files = groups.flatMap((group) => group.files.map(({ path, wanted }) => ({ path, wanted })));
  const keys = groups
    .flatMap((group) => group.live)
    .filter(({ action }) => action === "set-sysctl")
    .flatMap(({ args: [key = "", value = ""] }) => sysctl(key, value));
  return [...files, ...keys];
}

/** Numbers of users and groups by their names, as the node knows them. */
export function ownerIds(accounts: Accounts | undefined): OwnerIds {
  return (owner) => {
    const [user = "", group = ""] = owner.split(":");
    return { uid: accounts?.user(user)?.uid, gid: accounts?.group(group)?.gid };
  };
}
