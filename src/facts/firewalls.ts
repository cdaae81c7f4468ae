// The programs that manage this node's packet filter: which are there, which start at boot. Not their rules. The chains
// of kube-proxy and the CNI are not managers: they serve pods and leave the node's own ports alone.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import { packages } from "./packages.js";
import type { FactSource } from "./source.js";
import { ufw } from "./ufw.js";
import { type Unit, units } from "./units.js";

export interface Firewall {
  /** `ufw`, `nftables`, `firewalld`, `iptables-persistent`, … */
  readonly name: string;
  /** Does its unit start at boot? For ufw ENABLED must say so too. */
  readonly enabled: boolean;
  /** The unit that starts it. */
  readonly unit: string;
  readonly source: Source;
}

export interface Firewalls {
  readonly installed: readonly Firewall[];
  readonly enabled: readonly Firewall[];
}

/** A manager's package names (Debian and Red Hat) and the units that load its rules. */
const managers: readonly {
  readonly name: string;
  readonly packages: readonly string[];
  readonly units: readonly string[];
}[] = [
  { name: "ufw", packages: ["ufw"], units: ["ufw.service"] },
  { name: "nftables", packages: ["nftables"], units: ["nftables.service"] },
  { name: "firewalld", packages: ["firewalld"], units: ["firewalld.service"] },
  {
    name: "iptables-persistent",
    packages: ["iptables-persistent", "netfilter-persistent", "iptables-services", "iptables-nft-services"],
    units: ["netfilter-persistent.service", "iptables.service", "ip6tables.service"],
  },
  { name: "shorewall", packages: ["shorewall"], units: ["shorewall.service", "shorewall6.service"] },
  { name: "ferm", packages: ["ferm"], units: ["ferm.service"] },
  { name: "csf", packages: ["csf"], units: ["csf.service"] },
];

const starting = new Set(["enabled", "enabled-runtime", "alias"]);

function firewallOf(name: string, found: readonly Unit[], runs: boolean): Firewall {
  const chosen = found.find(({ state }) => starting.has(state)) ?? found[0];
  return {
    name,
    enabled: chosen !== undefined && starting.has(chosen.state) && runs,
    unit: chosen?.name ?? "",
    source: chosen?.files[0] ?? wholeFile(chosen?.fragment ?? ""),
  };
}

export const firewalls: FactSource<Firewalls> = {
  title: "the programs that manage the firewall (their packages and units)",
  async gather(_host: Host, ask): Promise<Fact<Firewalls>> {
    const [own, all, installed] = await Promise.all([ask(ufw), ask(units), ask(packages)]);
    for (const fact of [own, all]) if (fact.state === "error") return failed(fact.reason);
    if (own.state === "absent" && all.state === "absent" && installed.state !== "known")
      return absent("neither units nor packages are there to tell who manages the firewall");
    const found: Firewall[] = [];
    for (const { name, packages: names, units: unitNames } of managers) {
      const loaded: Unit[] = [];
      for (const unitName of all.state === "known" ? unitNames : []) {
        const unit = all.state === "known" ? await all.value.get(unitName) : undefined;
        if (unit !== undefined && unit.state !== "masked") loaded.push(unit);
      }
      const runs = name !== "ufw" || (own.state === "known" && own.value.startsAtBoot);
      const packaged =
        installed.state === "known" && names.some((one) => installed.value.get(one) !== undefined);
      const here = name === "ufw" ? own.state === "known" : packaged || loaded.length > 0;
      if (here) found.push(firewallOf(name, loaded, runs));
    }
    return known({ installed: found, enabled: found.filter(({ enabled }) => enabled) });
  },
};
