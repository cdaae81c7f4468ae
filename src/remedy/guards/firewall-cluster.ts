// What a node is asked and asks goes on through the firewall: the cluster's ports, the packets of pods, what goes out.
import type { Group, Left } from "../../core/plan.js";
import { listing } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { podsPassing } from "../../facts/routed-pods.js";
import { policyOf, type Ufw } from "../../facts/ufw.js";
import { clusterPorts, outwardPorts } from "./cluster-ports.js";
import { closing, inForce, type Port, portOf, reachable, type Wall } from "./firewall-reach.js";
import { type Compared, concerned, left } from "./guard.js";

/** Ports of the cluster at which somebody listens, and who is let in there today. */
export function openCluster({ group, before, after }: Compared<Wall>, own: Ufw): readonly Left[] {
  const isNode = before.roles.state !== "known" || before.roles.value.roles.length > 0;
  if (!isNode) return [];
  const listening = before.sockets.state === "known" ? before.sockets.value.listening : [];
  const wanted = listening
    .filter(({ loopback, protocol }) => !loopback && (protocol === "tcp" || protocol === "udp"))
    .flatMap((socket) => {
      const name = clusterPorts.find(
        (one) => one.protocol === socket.protocol && one.from <= socket.port && socket.port <= one.to,
      )?.name;
      return name === undefined ? [] : [{ name, port: portOf(socket) }];
    });
  const shut = wanted.filter(({ port }) => !reachable(own, port) && openToday(before, port));
  if (shut.length === 0) return podsKept(group, before, after, own);
  return left(
    concerned(group, closing),
    "refuse",
    `the rest of the cluster would no longer reach ${listing([...new Set(shut.map(({ name, port }) => `${name} (${port.port}/${port.protocol})`))], 6)}`,
    `allow them from the networks of the nodes: ${listing([...new Set(shut.map(({ port }) => `\`ufw allow from NODES to any port ${port.port} proto ${port.protocol}\``))], 3)}`,
  );
}

function openToday({ filter }: Wall, { protocol, port, destination }: Port): boolean {
  if (filter.state !== "known") return true;
  return ([4, 6] as const).some((family) => {
    const view = filter.value[family];
    return view.state !== "known" || !view.value.reach({ protocol, port, destination }).possible.empty;
  });
}

function refuses(own: Ufw, which: "forward" | "output"): boolean {
  const policy = policyOf(own.settings[which]);
  return policy === "DROP" || policy === "REJECT";
}

/** Routed packets are those of pods: refused by policy, something must let them pass. */
function podsKept(group: Group, before: Wall, after: Wall, own: Ufw): readonly Left[] {
  const was =
    before.ufw.state === "known" && before.ufw.value.startsAtBoot && refuses(before.ufw.value, "forward");
  if (!refuses(own, "forward") || was) return [];
  const { by, unknown } = podsPassing(own, after.kernel);
  if (by.length > 0) return [];
  const why =
    unknown === undefined
      ? "neither ufw nor the network plug-in has a rule for them"
      : `what the network plug-in lets through cannot be told: ${unknown}`;
  return left(
    concerned(group, ["ufw.default-routed", "ufw.enabled"]),
    "refuse",
    `the packets of pods would be refused (${place(own.settings.forward.source)}): ${why}`,
    "`ufw route allow from POD-NETWORK`, `ufw route allow to POD-NETWORK`, the same for the network of Services, then run this again",
  );
}

/** A node asks the API server, DNS and registries; who refuses what goes out must allow that. */
export function outward({ group, before }: Compared<Wall>, own: Ufw): readonly Left[] {
  const was =
    before.ufw.state === "known" && inForce(group, before.ufw.value) && refuses(before.ufw.value, "output");
  const isNode = before.roles.state !== "known" || before.roles.value.roles.length > 0;
  if (!refuses(own, "output") || was || !isNode || own.rules.state !== "known") return [];
  const control = before.roles.state === "known" && before.roles.value.roles.includes("control-plane");
  const out = own.rules.value.all.filter(
    ({ direction, action, routed }) => direction === "out" && action === "allow" && !routed,
  );
  const missing = outwardPorts(control).filter(
    ({ protocol, port }) =>
      !out.some(
        (rule) =>
          (rule.protocol === "any" || rule.protocol === protocol) &&
          (rule.dport === "any" ||
            rule.dport.split(",").some((part) => {
              const [from = 0, to = from] = part.split(":").map(Number);
              return from <= port && port <= to;
            })),
      ),
  );
  if (missing.length === 0) return [];
  return left(
    concerned(group, ["ufw.default-outgoing"]),
    "refuse",
    `the node would no longer reach ${listing(
      missing.map(({ name, port, protocol }) => `${name} (${port}/${protocol})`),
      6,
    )}`,
    `\`ufw allow out ${missing[0]?.port}/${missing[0]?.protocol}\` and the like first`,
  );
}
