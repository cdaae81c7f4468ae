// ports.dashboard: no web console for the cluster is reachable from outside the node.
import type { Problem } from "../../core/outcome.js";
import type { Exposed } from "../../facts/exposure.js";
import type { Forward } from "../../facts/forwards.js";
import { defineCheck } from "../define.js";
import { endpointText, ownerText } from "./expectation.js";

/** Programs that serve a console, by the names of their binaries. */
const consoles = new Set([
  ...["dashboard", "kubernetes-dashboard", "dashboard-web", "dashboard-api", "dashboard-auth"],
  ...[
    "headlamp",
    "headlamp-server",
    "octant",
    "kubeview",
    "kube-web-view",
    "skooner",
    "portainer",
    "scope",
    "weave-scope",
  ],
]);

/** What a Service or a container of a console is called. */
const named =
  /\b(?:kubernetes-dashboard|dashboard|headlamp|octant|kubeview|skooner|portainer|weave-scope)\b/i;

function bySocket({ socket, scope }: Exposed): readonly Problem[] {
  const { owner } = socket;
  const serves = owner.state === "known" && owner.holders.some(({ program }) => consoles.has(program));
  if (!serves || scope === "loopback" || scope === "nobody") return [];
  const who =
    scope === "unknown" ? "whoever the firewall lets" : scope === "anywhere" ? "everybody" : "others";
  return [
    { message: `${endpointText(socket)} is a dashboard held by ${ownerText(socket)}, reachable for ${who}` },
  ];
}

function byForward({ kind, name, ports, protocol, address }: Forward): readonly Problem[] {
  if (!named.test(name) || /^(?:127\.|::1$)/.test(address)) return [];
  const shown = ports.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join(",");
  return [
    {
      message: `${shown}/${protocol} leads to a dashboard (${name}) by ${kind}, whatever the rules for incoming packets say`,
    },
  ];
}

export default defineCheck({
  id: "ports.dashboard",
  title: "No dashboard of the cluster is reachable from outside the node",
  why: "A dashboard acts with the rights of its service account. The best-known break-ins into clusters began with one that nobody had meant to publish.",
  remedy:
    "Reach it through `kubectl port-forward`; make its Service a ClusterIP without NodePort or host port.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["exposure"],
  params: {},
  evaluate({ exposure }) {
    const sockets = exposure.sockets.map((exposed) => ({
      source: exposed.socket.source,
      problems: bySocket(exposed),
    }));
    const forwards = exposure.forwards.map((forward) => ({
      source: forward.source,
      problems: byForward(forward),
    }));
    const found = [...sockets, ...forwards].filter(({ problems }) => problems.length > 0);
    // Another process's name cannot be told without its owner; a table of rules may hold a forward.
    const hidden = exposure.sockets.filter(
      ({ socket, scope }) => scope !== "loopback" && socket.owner.state === "unknown",
    );
    return {
      expected: "none beyond the loopback",
      actual: found.length === 0 ? "none seen" : `${found.length} found`,
      evidence: found.map(({ source }) => source),
      problems: found.flatMap(({ problems }) => problems),
      unknowns: [
        ...exposure.unread,
        ...exposure.unseen,
        ...hidden.map(({ socket }) => `what listens on ${endpointText(socket)}: ${ownerText(socket)}`),
      ],
      notes: [
        "a dashboard in a pod that only other pods, an Ingress or a load balancer reach is not seen from the node",
      ],
    };
  },
});
