// What the firewall's guards look at, and who surely gets to a port by the chains that ufw would build. No guard.
import type { AddressSet } from "../../core/address-set.js";
import type { Fact } from "../../core/fact.js";
import type { Address } from "../../core/network.js";
import type { Group } from "../../core/plan.js";
import type { Firewalls } from "../../facts/firewalls.js";
import type { KernelFilter } from "../../facts/kernel-filter.js";
import type { Operator } from "../../facts/operator.js";
import type { PacketFilter } from "../../facts/packet-filter.js";
import type { Roles } from "../../facts/roles.js";
import type { Listening, Sockets } from "../../facts/sockets.js";
import type { Sshd } from "../../facts/sshd.js";
import { type Ufw, usesIpv6 } from "../../facts/ufw.js";

export interface Wall {
  readonly ufw: Fact<Ufw>;
  readonly sockets: Fact<Sockets>;
  readonly sshd: Fact<Sshd>;
  readonly roles: Fact<Roles>;
  readonly operator: Fact<Operator>;
  readonly kernel: Fact<KernelFilter>;
  readonly filter: Fact<PacketFilter>;
  readonly managers: Fact<Firewalls>;
}

export const closing = [
  "ufw.enabled",
  "ufw.default-incoming",
  "ufw.kubernetes-ports",
  "ufw.ssh-allowed",
  "ufw.ipv6",
];

/** Would ufw's rules be in the kernel after this group? */
export function inForce(group: Group, own: Ufw): boolean {
  return own.startsAtBoot || group.live.some(({ action }) => action === "enable-ufw");
}

export interface Port {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  readonly destination: Address | undefined;
}

/** Sources that surely get to a port, of the families that the node has. */
function certain(own: Ufw, { protocol, port, destination }: Port): readonly AddressSet[] {
  const families = usesIpv6(own.settings) && own.hostHasIpv6 ? ([4, 6] as const) : ([4] as const);
  return families
    .filter((family) => destination === undefined || destination.family === family)
    .flatMap((family) => {
      const reach = own.reach[family];
      return reach.state === "known" ? [reach.value({ protocol, port, destination }).certain] : [];
    });
}

export function reachable(own: Ufw, port: Port): boolean {
  return certain(own, port).some((set) => !set.empty);
}

export function portOf({ port, wildcard, address, protocol }: Listening): Port {
  return { protocol: protocol === "udp" ? "udp" : "tcp", port, destination: wildcard ? undefined : address };
}
