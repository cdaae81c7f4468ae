// The AppArmor policies that are to be on a node: those shipped with nodeward, and the site's own. Not how they stand there
// (facts/apparmor-profiles.ts).
import { shippedData } from "../host/data.js";
import type { Host } from "../host/host.js";
import { pathTrust } from "./path-trust.js";

/** A policy file that is to be installed. */
export interface WantedPolicy {
  /** Of the file; those shipped hold one profile of the same name. */
  readonly name: string;
  /** Empty for those shipped with nodeward. */
  readonly origin: string;
  readonly text: string;
  /** Why a site's file is not taken: somebody besides root could change it. */
  readonly refused: readonly string[];
}

export const sitePolicies = "/etc/nodeward/apparmor";
export const sizeLimit = 1024 * 1024;
const fileLimit = 1000;
/** What the parser and boot take for a policy: no dots in front, none of a package manager's endings. */
const nameForm = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9_])?$/;

/** The policies under apparmor/ of the program. */
export function shippedPolicies(): readonly WantedPolicy[] {
  return shippedData
    .list("apparmor")
    .filter((name) => !name.endsWith(".md"))
    .map((name) => ({ name, origin: "", text: shippedData.read(`apparmor/${name}`) ?? "", refused: [] }));
}

/** The site's own; one that others could change would let them decide what is allowed here. */
export async function siteOwn(host: Host, unread: string[]): Promise<readonly WantedPolicy[]> {
  const list = await host.list(sitePolicies);
  if (list.state === "absent") return [];
  if (list.state !== "ok") {
    unread.push(list.reason);
    return [];
  }
  for (const name of list.undecodable) unread.push(`${sitePolicies}: the name ${name} is not valid UTF-8`);
  const found: WantedPolicy[] = [];
  for (const { name, kind } of list.entries.slice(0, fileLimit)) {
    if (kind === "directory" || name.endsWith(".md") || !nameForm.test(name)) continue;
    const origin = `${sitePolicies}/${name}`;
    const read = await host.read(origin, { limit: sizeLimit });
    if (read.state !== "ok") {
      unread.push(read.reason);
      continue;
    }
    const { weak } = await pathTrust(host, origin);
    const plain = read.encoding === "utf8" ? [] : [`${origin} is not UTF-8`];
    found.push({ name, origin, text: read.text, refused: [...weak, ...plain] });
  }
  return found;
}
