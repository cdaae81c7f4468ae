// Where a listening socket comes from: who runs which program since when, which package brought it, in which unit or login
// session it runs. Asked for the sockets that changed, not for all.
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import { packageOwners } from "./package-owners.js";
import { startedMs } from "./processes.js";
import type { Holder } from "./socket-owners.js";
import { type Listening, sockets } from "./sockets.js";
import type { Ask } from "./source.js";

export interface ListenerOrigin {
  /** `op as root with /usr/bin/node (package nodejs), unit door.service`. */
  readonly by: string;
  /** When the process started, in milliseconds since the epoch. */
  readonly atMs: number | undefined;
}

/** `tcp [::1]:22`: what a listener is called from look to look. */
export function listenerKey({ protocol, host, port }: Pick<Listening, "protocol" | "host" | "port">): string {
  return `${protocol} ${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Of /proc/PID/loginuid: nobody logged in (proc_pid_loginuid(5)). */
const nobody = 4_294_967_295;

/** `unit door.service`, `login session 3`; empty where the kernel does not tell (cgroups(7), systemd.slice(5)). */
function placeOf(cgroup: string): string {
  const unit = cgroup
    .split("\n")
    .filter((one) => one.startsWith("0::") || one.includes(":name=systemd:"))
    .flatMap((one) => one.slice(one.lastIndexOf(":") + 1).split("/"))
    .findLast((part) => /\.(?:service|scope|socket)$/.test(part));
  if (unit === undefined) return "";
  const session = /^session-(.+)\.scope$/.exec(unit)?.[1];
  return session === undefined ? `unit ${unit}` : `login session ${session}`;
}

async function byHolder(
  host: Host,
  { pid, path, program, user }: Holder,
  login: (uid: number) => string | undefined,
  packageOf: (path: string) => string,
): Promise<ListenerOrigin> {
  const [loginUid, cgroup, atMs] = await Promise.all([
    host.read(`/proc/${pid}/loginuid`),
    host.read(`/proc/${pid}/cgroup`),
    startedMs(host, pid),
  ]);
  const uid = loginUid.state === "ok" ? Number(loginUid.text.trim() || nobody) : nobody;
  const person = uid === nobody ? user : (login(uid) ?? `uid ${uid}`);
  const place = cgroup.state === "ok" ? placeOf(cgroup.text) : "";
  const who = person === user ? user : `${person} as ${user}`;
  const what = path === undefined ? program : `${path}${packageOf(path)}`;
  return { by: `${who} with ${what}${place === "" ? "" : `, ${place}`}`, atMs };
}

/** By their keys. What cannot be told is left out. */
export async function listenerOrigins(
  host: Host,
  ask: Ask,
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ListenerOrigin>> {
  const found = new Map<string, ListenerOrigin>();
  const fact = keys.size === 0 ? undefined : await ask(sockets);
  if (fact?.state !== "known") return found;
  const wanted = fact.value.listening.filter((one) => keys.has(listenerKey(one)));
  const holders = wanted.flatMap(({ owner }) => (owner.state === "known" ? owner.holders : []));
  const paths = holders.flatMap(({ path }) => (path === undefined ? [] : [path]));
  const [people, owners] = await Promise.all([ask(accounts), packageOwners(host, ask, [...new Set(paths)])]);
  const login = (uid: number) => (people.state === "known" ? people.value.user(uid)?.name : undefined);
  const packageOf = (path: string) => {
    if (owners.state !== "known") return "";
    const name = owners.value.get(path);
    return name === undefined ? " (of no package)" : ` (package ${name})`;
  };
  for (const one of wanted) {
    if (one.owner.state !== "known") continue;
    const [first] = one.owner.holders;
    if (one.owner.unit !== undefined)
      found.set(listenerKey(one), { by: `systemd for unit ${one.owner.unit}`, atMs: undefined });
    else if (first !== undefined) found.set(listenerKey(one), await byHolder(host, first, login, packageOf));
  }
  return found;
}
