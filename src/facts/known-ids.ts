// Which user and group ids belong to somebody: local accounts, delegated ranges, and whether another directory may know more.
import { type Fact, known } from "../core/fact.js";
import { parseNsswitch } from "../formats/nsswitch.js";
import { type IdRange, parseSubid } from "../formats/subid.js";
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import type { Ask, FactSource } from "./source.js";

export interface KnownIds {
  isUser(uid: number): boolean;
  isGroup(gid: number): boolean;
  /** Sources of nsswitch.conf(5) beyond the local files, such as `sss` or `ldap`: they may know ids that nothing here knows. */
  readonly otherSources: readonly string[];
}

/** What is in the local files, or comes without a database. */
const localSources = new Set(["files", "compat", "systemd", "altfiles", "extrausers", "myhostname", "db"]);

/** Ids that systemd gives to services with DynamicUser= while they run (systemd.exec(5)). */
const dynamic = { owner: "systemd", first: 61_184, count: 65_519 - 61_184 + 1 };

async function ranges(host: Host, file: string): Promise<readonly IdRange[]> {
  const read = await host.read(file);
  return read.state === "ok" ? parseSubid(read.text) : [];
}

async function sources(host: Host): Promise<readonly string[]> {
  const read = await host.read("/etc/nsswitch.conf");
  if (read.state !== "ok") return [];
  const table = parseNsswitch(read.text);
  return [...new Set([...(table.get("passwd") ?? []), ...(table.get("group") ?? [])])];
}

function tester(
  ids: readonly (number | undefined)[],
  delegated: readonly IdRange[],
): (id: number) => boolean {
  const own = new Set(ids);
  return (id) => own.has(id) || delegated.some(({ first, count }) => id >= first && id < first + count);
}

export const knownIds: FactSource<KnownIds> = {
  title:
    "the user and group ids in use (/etc/passwd, /etc/group, /etc/subuid, /etc/subgid, /etc/nsswitch.conf)",
  async gather(host: Host, ask: Ask): Promise<Fact<KnownIds>> {
    const [local, subuid, subgid, named] = await Promise.all([
      ask(accounts),
      ranges(host, "/etc/subuid"),
      ranges(host, "/etc/subgid"),
      sources(host),
    ]);
    if (local.state !== "known") return local;
    const { users, groups } = local.value;
    const systemd = named.includes("systemd") ? [dynamic] : [];
    return known({
      isUser: tester(
        users.map(({ uid }) => uid),
        [...subuid, ...systemd],
      ),
      isGroup: tester(
        groups.map(({ gid }) => gid),
        [...subgid, ...systemd],
      ),
      otherSources: named.filter((source) => !localSources.has(source)),
    });
  },
};
