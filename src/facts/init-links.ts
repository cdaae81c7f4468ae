// Scripts of /etc/init.d that start at boot by links in /etc/rc?.d (systemd-sysv-generator(8)). Not units.
import { type Source, wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";

export interface InitLinks {
  readonly links: ReadonlyMap<string, readonly Source[]>;
  readonly unread: readonly string[];
}

/** Run levels that multi-user.target and graphical.target stand for. */
const folders = ["/etc/rc2.d", "/etc/rc3.d", "/etc/rc4.d", "/etc/rc5.d"];

/** By the name of the script: the links that start it. */
export async function initLinks(host: Host): Promise<InitLinks> {
  const listings = await Promise.all(folders.map((path) => host.list(path)));
  const links = new Map<string, Source[]>();
  for (const listing of listings) {
    if (listing.state !== "ok") continue;
    for (const { name } of listing.entries) {
      const script = /^S\d\d([A-Za-z0-9_.+-]+?)(?:\.sh)?$/.exec(name)?.[1];
      if (script === undefined) continue;
      const found = links.get(script) ?? [];
      links.set(script, found);
      found.push(wholeFile(`${listing.path}/${name}`));
    }
  }
  return {
    links,
    unread: listings.flatMap((one) => (one.state === "denied" || one.state === "failed" ? [one.reason] : [])),
  };
}
