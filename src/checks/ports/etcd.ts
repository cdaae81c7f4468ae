// ports.etcd: the cluster's data is served on control planes alone, and only to who has a certificate.
import type { Fact } from "../../core/fact.js";
import { notApplicable, type Problem, undecided } from "../../core/outcome.js";
import { listing } from "../../core/printable.js";
import type { Source } from "../../core/source.js";
import type { Component, ControlPlane } from "../../facts/control-plane.js";
import type { Listening } from "../../facts/sockets.js";
import { defineCheck } from "../define.js";
import { endpointText, ownerText } from "./expectation.js";
import { onPort } from "./single.js";

interface Side {
  readonly port: number;
  readonly who: string;
  readonly auth: string;
  readonly urls: string;
}

const sides: readonly Side[] = [
  { port: 2379, who: "clients", auth: "client-cert-auth", urls: "listen-client-urls" },
  { port: 2380, who: "peers", auth: "peer-client-cert-auth", urls: "listen-peer-urls" },
];

/** Distributions whose built-in etcd always asks for certificates; its flags are not the user's. */
const builtIn = new Set(["k3s", "k3s-server", "rke2"]);

function isBuiltIn({ owner }: Listening): boolean {
  return owner.state === "known" && owner.holders.every(({ program }) => builtIn.has(program));
}

interface Found {
  readonly problems: Problem[];
  readonly unknowns: string[];
  readonly evidence: Source[];
}

/** Go's booleans (strconv.ParseBool). */
function isTrue(value: string | undefined): boolean {
  return value !== undefined && ["1", "t", "T", "true", "TRUE", "True"].includes(value);
}

function judgeSide(etcd: Component, side: Side, socket: Listening, found: Found): void {
  const auth = etcd.flag(side.auth);
  const urls = etcd.flag(side.urls);
  const plain = (urls?.value ?? "").split(",").filter((url) => url.trim().startsWith("http://"));
  for (const flag of [auth, urls]) if (flag !== undefined) found.evidence.push(flag.source);
  if (plain.length > 0)
    found.problems.push({ message: `etcd serves its ${side.who} without TLS: ${plain.join(", ")}` });
  else if (!isTrue(auth?.value))
    found.problems.push({
      message: `etcd asks its ${side.who} on ${endpointText(socket)} for no certificate: --${side.auth} is not true`,
    });
}

function judgeMutualTls(control: Fact<ControlPlane>, socket: Listening, found: Found): void {
  const side = sides.find(({ port }) => port === socket.port);
  if (side === undefined || isBuiltIn(socket)) return;
  const etcd = control.state === "known" ? control.value.component("etcd") : undefined;
  if (etcd !== undefined) judgeSide(etcd, side, socket, found);
  else {
    const why =
      control.state === "known"
        ? listing(control.value.unread, 2) || "its flags were not found"
        : control.reason;
    found.unknowns.push(
      `whether ${endpointText(socket)} (${ownerText(socket)}) asks for certificates: ${why}`,
    );
  }
}

export default defineCheck({
  id: "ports.etcd",
  title: "etcd listens on control planes alone, and asks everybody for a certificate",
  why: "etcd holds every secret of the cluster. Who reads it owns the cluster, and who writes it owns every node.",
  remedy:
    "Set --client-cert-auth=true and --peer-client-cert-auth=true with their CA files, https in every listen URL; take etcd off workers.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["sockets", "roles"],
  optional: ["controlPlane"],
  params: {},
  evaluate({ sockets, roles, controlPlane }) {
    const listening = onPort(sockets, "tcp", 2379, 2380);
    if (listening.length === 0)
      return sockets.unread.length > 0
        ? undecided(listing(sockets.unread, 3))
        : notApplicable("nobody listens on 2379 or 2380");
    const worker = roles.roles.includes("worker") && !roles.roles.includes("control-plane");
    const found: Found = { problems: [], unknowns: [...sockets.unread], evidence: [] };
    for (const socket of listening) {
      found.evidence.push(socket.source);
      if (worker)
        found.problems.push({
          message: `${endpointText(socket)} is held by ${ownerText(socket)} on a worker, where etcd has no place`,
        });
      else judgeMutualTls(controlPlane, socket, found);
    }
    return {
      expected: "on control planes alone, with client certificates",
      actual: listing(listening.map(endpointText)),
      ...found,
    };
  },
});
