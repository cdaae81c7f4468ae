// A firewall that is switched on, or closed further, goes on to let in sshd's clients, the operator, the cluster's parts and
// the packets of pods. Judged by the chains that ufw would build from its files.

import { AddressSet } from "../../core/address-set.js";
import { parseAddress } from "../../core/network.js";
import type { Group, Left } from "../../core/plan.js";
import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { firewalls } from "../../facts/firewalls.js";
import { kernelFilter } from "../../facts/kernel-filter.js";
import { operator } from "../../facts/operator.js";
import { packetFilter } from "../../facts/packet-filter.js";
import { roles } from "../../facts/roles.js";
import { sockets } from "../../facts/sockets.js";
import { sshd } from "../../facts/sshd.js";
import { isSshd } from "../../facts/sshd-sockets.js";
import { type Ufw, ufw, usesIpv6 } from "../../facts/ufw.js";
import { openCluster, outward } from "./firewall-cluster.js";
import { closing, inForce, type Port, portOf, reachable, type Wall } from "./firewall-reach.js";
import { type Compared, concerned, defineGuard, left } from "./guard.js";

/** Every port at which sshd is, or would be, met. */
function sshPorts({ sockets: seen, sshd: config }: Wall): readonly Port[] {
  const live = seen.state === "known" ? seen.value.listening.filter(isSshd).map(portOf) : [];
  const told = config.state === "known" ? config.value.ports : [];
  const rest = told.filter((port) => live.every((one) => one.port !== port));
  return [...live, ...rest.map((port): Port => ({ protocol: "tcp", port, destination: undefined }))];
}

function openSsh(group: Group, all: Wall, own: Ufw): readonly Left[] {
  const ports = sshPorts(all);
  const shut = ports.filter((port) => !reachable(own, port));
  const blame = concerned(group, closing);
  if (ports.length === 0 && all.sshd.state !== "absent")
    return left(
      blame,
      "defer",
      "on which ports sshd listens cannot be told, and a firewall would close them",
      "allow sshd's port by hand: `ufw allow 22/tcp`",
    );
  const [first] = shut;
  if (first === undefined) return operatorKept(group, all, own);
  return left(
    blame,
    "refuse",
    `nobody would surely reach sshd on ${listing(shut.map(({ port }) => `port ${port}`))}: no rule of ufw lets anybody in there`,
    `\`ufw allow from YOUR-NETWORK to any port ${first.port} proto tcp\`, then run this again`,
  );
}

/** The session of who runs this comes from an address that goes on to be let in. */
function operatorKept(group: Group, all: Wall, own: Ufw): readonly Left[] {
  const peer = all.operator.state === "known" ? all.operator.value.peer : undefined;
  const address = peer === undefined ? undefined : parseAddress(peer.address.replace(/%.*$/, ""));
  if (peer === undefined || address === undefined) return [];
  const mine = AddressSet.of(address.family, [{ first: address.value, last: address.value }]);
  const reach = own.reach[address.family];
  if (reach.state !== "known")
    return left(
      concerned(group, closing),
      "defer",
      `whether ${peer.address} would still get in cannot be told: ${reach.reason}`,
      "make that readable first",
    );
  const answer = reach.value({ protocol: "tcp", port: peer.localPort, destination: undefined });
  if (answer.certain.covers(mine)) return [];
  const by = answer.decides(address.value);
  return left(
    concerned(group, closing),
    "refuse",
    `${peer.address}, from where this is run, would not surely reach sshd on port ${peer.localPort}${by === undefined ? "" : ` (${place(by.source)})`}`,
    `\`ufw allow from ${peer.address} to any port ${peer.localPort} proto tcp\`, then run this again`,
  );
}

function broken(group: Group, { managers }: Wall, own: Ufw): readonly Left[] {
  const odd = ([4, 6] as const).flatMap((family) => {
    const built = own.chains[family];
    return built.state === "known" ? built.value.malformed.map(place) : [built.reason];
  });
  const families = usesIpv6(own.settings) ? odd : odd.slice(0, 1);
  const others =
    managers.state === "known" ? managers.value.enabled.filter(({ name }) => name !== "ufw") : [];
  if (others.length > 0)
    return left(
      concerned(group, ["ufw.enabled"]),
      "refuse",
      `${listing(others.map(({ name, unit }) => `${name} (${unit})`))} manages the firewall already: two of them undo each other`,
      "leave one of them enabled",
    );
  if (families.length === 0) return [];
  return left(
    concerned(group, closing),
    "refuse",
    `ufw would not load its rules whole: ${listing(families, 3)}`,
    "repair the named line by hand",
  );
}

function judge(compared: Compared<Wall>): readonly Left[] {
  const { group, before, after } = compared;
  if (after.ufw.state === "absent" && before.ufw.state === "absent") return [];
  if (after.ufw.state !== "known")
    return left(
      concerned(group, closing),
      "defer",
      `what ufw would do cannot be told: ${after.ufw.reason}`,
      "make that readable first",
    );
  const own = after.ufw.value;
  if (!inForce(group, own)) return [];
  const first = broken(group, after, own);
  if (first.length > 0) return first;
  return [...openSsh(group, after, own), ...openCluster(compared, own), ...outward(compared, own)];
}

export const firewall = defineGuard<Wall>({
  title: "The firewall lets in sshd's clients, the operator, the cluster and the packets of pods",
  groups: ["ufw-rules", "ufw-enable"],
  async gather(ask) {
    const [own, seen, config, role, who, chains, filter, managers] = await Promise.all([
      ask(ufw),
      ask(sockets),
      ask(sshd),
      ask(roles),
      ask(operator),
      ask(kernelFilter),
      ask(packetFilter),
      ask(firewalls),
    ]);
    return {
      ufw: own,
      sockets: seen,
      sshd: config,
      roles: role,
      operator: who,
      kernel: chains,
      filter,
      managers,
    };
  },
  judge,
});
