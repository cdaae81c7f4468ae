// The files that a group's changes would leave, those of live changes among them: what an overlay is made of. Changes nothing.
import type { Group } from "../../core/plan.js";
import type { ActionName } from "../../core/step.js";
import type { Accounts } from "../../facts/accounts.js";
import type { Host } from "../../host/host.js";
import type { OwnerIds, Staged } from "../../host/overlay.js";

/** shadow(5) with a `!` before the hashes, as passwd -l writes it. */
async function locked(host: Host, names: readonly string[]): Promise<readonly Staged[]> {
  const path = "/etc/shadow";
  const read = names.length === 0 ? undefined : await host.read(path);
  if (read?.state !== "ok") return [];
  const content = read.text
    .split("\n")
    .map((line) => (names.some((name) => line.startsWith(`${name}:`)) ? line.replace(":", ":!") : line))
    .join("\n");
  return [{ path, wanted: { state: "file", content, encoding: read.encoding } }];
}

/** The value in /proc/sys; dots and slashes as sysctl(8) takes them. */
function sysctl(key: string, value: string): readonly Staged[] {
  const parts = key.includes("/") ? key : key.replaceAll(".", "/");
  return [{ path: `/proc/sys/${parts}`, wanted: { state: "file", content: `${value}\n`, encoding: "utf8" } }];
}

/** Everything that the groups would change and that a file shows. */
export async function stagedOf(host: Host, groups: readonly Group[]): Promise<readonly Staged[]> {
  const files = groups.flatMap((group) => group.files.map(({ path, wanted }) => ({ path, wanted })));
  const live = groups.flatMap((group) => group.live);
  const argsOf = (action: ActionName) => live.filter((one) => one.action === action).map(({ args }) => args);
  const keys = argsOf("set-sysctl").flatMap(([key = "", value = ""]) => sysctl(key, value));
  return [
    ...files,
    ...keys,
    ...(await locked(
      host,
      argsOf("lock-password").map(([name = ""]) => name),
    )),
  ];
}

/** Numbers of users and groups by their names, as the node knows them. */
export function ownerIds(accounts: Accounts | undefined): OwnerIds {
  return (owner) => {
    const [user = "", group = ""] = owner.split(":");
    return { uid: accounts?.user(user)?.uid, gid: accounts?.group(group)?.gid };
  };
}
