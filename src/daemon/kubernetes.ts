// Tells Kubernetes, through the API server, with the kubelet's or a service account's credentials: an Event of what changed
// and a condition of this Node. What is not permitted is said once, not at every run.

import { printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import type { Report } from "../core/report.js";
import {
  type KubeconfigLogin,
  type Material,
  nodeOfCertificate,
  parseKubeconfigLogin,
} from "../formats/kubeconfig-login.js";
import type { ApiAnswer, ApiLogin, ApiRequest } from "../host/api.js";
import type { KubernetesChannel } from "../policy/drift-channels.js";
import {
  conditionOf,
  conditionPatch,
  eventBody,
  eventName,
  eventPatch,
  eventText,
} from "../report/kubernetes.js";
import { remember, remembered } from "../state/told.js";
import { type Delivery, type Doors, oneByOne, type Told, type Way } from "./way.js";

interface Cluster {
  readonly server: string;
  readonly login: ApiLogin;
  readonly node: string;
}

const memory = "kubernetes";
/** Events whose number is remembered: after an hour the API server forgets them by itself. */
const eventLimit = 100;
const ok: Told = { state: "ok" };
const merge = "application/strategic-merge-patch+json";

function failed(reason: string): Told & { readonly state: "failed" } {
  return { state: "failed", reason };
}

class Refused extends Error {}

async function textOf(material: Material | undefined, { secret }: Doors): Promise<string | undefined> {
  if (material === undefined) return undefined;
  if ("text" in material) return material.text;
  const read = await secret(material.file);
  if ("reason" in read) throw new Refused(read.reason);
  return read.text;
}

async function wayIn({ login }: KubernetesChannel, doors: Doors): Promise<KubeconfigLogin> {
  if ("server" in login) {
    const { server, caFile, tokenFile } = login;
    const none = { serverName: undefined, certificate: undefined, key: undefined };
    return { server, authority: { file: caFile }, token: { file: tokenFile }, ...none };
  }
  const file = login.kubeconfig ?? (await doors.kubeletConfig());
  if (file === undefined) throw new Refused("no kubelet with a kubeconfig was found here");
  const parsed = parseKubeconfigLogin(file, (await textOf({ file }, doors)) ?? "");
  if (parsed.state === "error") throw new Refused(parsed.reason);
  return parsed.login;
}

/** A name of a Node, which is part of a URL and of names. */
const nodeForm = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

async function clusterOf(channel: KubernetesChannel, { doors, hostname }: Delivery): Promise<Cluster> {
  const way = await wayIn(channel, doors);
  const certificate = await textOf(way.certificate, doors);
  const login: ApiLogin = {
    ca: await textOf(way.authority, doors),
    serverName: way.serverName,
    certificate,
    key: await textOf(way.key, doors),
    token: (await textOf(way.token, doors))?.trim(),
  };
  // What the kubelet calls itself where nothing else is said.
  const node = channel.node ?? nodeOfCertificate(certificate ?? "") ?? hostname.trim().toLowerCase();
  if (!nodeForm.test(node)) throw new Refused(`${printable(node)} is no name of a Node: set node`);
  return { server: way.server, login, node };
}

function reasonOf(answer: ApiAnswer, what: string): string {
  if (answer.state === "failed") return answer.reason;
  let message = "";
  try {
    ({ message = "" } = Object(JSON.parse(answer.body)));
  } catch {
    // An answer of something that is no API server.
  }
  const said = String(message) === "" ? "" : `: ${redact(printable(String(message), 300))}`;
  return `${what}: the API server answered ${answer.status}${said}`;
}

/** What is not permitted is a matter of the cluster's rules: said the first time, and again once it was permitted. */
function judged(answer: ApiAnswer, what: string, { doors }: Delivery): Told {
  const before = remembered(doors.files, memory);
  const refused = `refused ${what}`;
  if (answer.state === "answered" && answer.status >= 200 && answer.status < 300) {
    if (before[refused] === true) remember(doors.files, memory, { ...before, [refused]: false });
    return ok;
  }
  if (answer.state !== "answered" || answer.status !== 403) return failed(reasonOf(answer, what));
  if (before[refused] === true) return { state: "quiet" };
  remember(doors.files, memory, { ...before, [refused]: true });
  return failed(`${reasonOf(answer, what)}; this is said once`);
}

type Counts = ReadonlyMap<string, { readonly count: number; readonly last: string }>;

function countsIn(delivery: Delivery): Counts {
  const { events } = remembered(delivery.doors.files, memory);
  const known = Array.isArray(events) ? events : [];
  return new Map(
    known.flatMap((one: unknown) => {
      const { name, count, last } = Object(one);
      return typeof name === "string" && typeof count === "number"
        ? [[name, { count, last: String(last) }]]
        : [];
    }),
  );
}

function keepCount(delivery: Delivery, name: string, count: number, last: string): void {
  const others = [...countsIn(delivery)].filter(([one]) => one !== name).slice(-(eventLimit - 1));
  const events = [...others, [name, { count, last }] as const].map(([one, value]) => ({
    name: one,
    ...value,
  }));
  const { files } = delivery.doors;
  remember(files, memory, { ...remembered(files, memory), events });
}

/**
 * An Event that is there already is counted up: the number is told as a whole, so that one told twice because its answer
 * was lost counts once. One that the API server has forgotten by now begins anew.
 */
async function tellEvent(cluster: Cluster, body: string, last: string, delivery: Delivery): Promise<Told> {
  const { type, message = "", at = "" } = Object(JSON.parse(body));
  const event = {
    type: type === "Warning" ? type : ("Normal" as const),
    message: String(message),
    at: String(at),
  };
  const name = eventName(cluster.node, event);
  const before = countsIn(delivery).get(name);
  if (before?.last === last) return ok;
  const count = (before?.count ?? 0) + 1;
  const { server, login, node } = cluster;
  const events = `${server}/api/v1/namespaces/default/events`;
  const ask = delivery.doors.send.api;
  const post: ApiRequest = {
    method: "POST",
    url: events,
    type: "application/json",
    body: eventBody(node, event),
    login,
  };
  const patch: ApiRequest = {
    method: "PATCH",
    url: `${events}/${encodeURIComponent(name)}`,
    type: merge,
    body: eventPatch(event, count),
    login,
  };
  const [first, other, instead] = before === undefined ? [post, patch, 409] : [patch, post, 404];
  let answer = await ask(first);
  const second = answer.state === "answered" && answer.status === instead;
  if (second) answer = await ask(other);
  const told = judged(answer, "events", delivery);
  if (told.state === "ok") keepCount(delivery, name, second && instead === 404 ? 1 : count, last);
  return told;
}

async function tellCondition(
  cluster: Cluster,
  channel: KubernetesChannel,
  report: Report,
  delivery: Delivery,
): Promise<Told> {
  if (channel.condition === undefined) return ok;
  const condition = conditionOf(report, channel.failOn);
  const { files, send } = delivery.doors;
  const before = remembered(files, memory);
  const at = report.run.startedAt;
  const key = `${channel.condition} ${condition.status}`;
  const since = before.condition === key && typeof before.since === "string" ? before.since : at;
  const url = `${cluster.server}/api/v1/nodes/${encodeURIComponent(cluster.node)}/status`;
  const body = conditionPatch(channel.condition, condition, at, since);
  const answer = await send.api({ method: "PATCH", url, type: merge, body, login: cluster.login });
  const told = judged(answer, "nodes/status", delivery);
  if (told.state === "ok" && since === at)
    remember(files, memory, { ...remembered(files, memory), condition: key, since });
  return told;
}

async function reached(
  channel: KubernetesChannel,
  delivery: Delivery,
  work: (cluster: Cluster) => Promise<Told>,
): Promise<Told> {
  try {
    return await work(await clusterOf(channel, delivery));
  } catch (error) {
    if (error instanceof Refused) return failed(error.message);
    throw error;
  }
}

export function kubernetesWay(channel: KubernetesChannel): Way {
  const { login } = channel;
  return {
    name: `kubernetes ${"server" in login ? login.server : (login.kubeconfig ?? "of the kubelet")}`,
    body: channel.events
      ? ({ drift, report }) => JSON.stringify(eventText(drift, report.run.startedAt))
      : undefined,
    deliver: async (delivery) => {
      if (delivery.waiting.length === 0) return ok;
      return await reached(channel, delivery, (cluster) =>
        oneByOne(delivery, (one) => tellEvent(cluster, one.body, one.name, delivery)),
      );
    },
    show: (report, delivery) =>
      reached(channel, delivery, (cluster) => tellCondition(cluster, channel, report, delivery)),
  };
}
