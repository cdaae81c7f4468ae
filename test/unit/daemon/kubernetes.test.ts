// Kubernetes is told over real TLS, by a stand-in for its API server.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Doors, type News, queue, tell } from "../../../src/daemon/notify.js";
import { askApi } from "../../../src/host/api.js";
import type { Channel, KubernetesChannel } from "../../../src/policy/drift-channels.js";
import { spooled } from "../../../src/state/spool.js";
import { type FakeApi, fakeApi, kubeletPair, serverPair, token } from "../../support/fake-api.js";
import { report, result } from "../../support/report.js";
import { news, world } from "../../support/told.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const pem = "/var/lib/kubelet/pki/kubelet-client-current.pem";

function kubeconfig(url: string, more = ""): string {
  return `apiVersion: v1
kind: Config
current-context: c
clusters: [{name: k, cluster: {server: "${url}", certificate-authority-data: ${base64(serverPair().certificate)}${more}}}]
contexts: [{name: c, context: {cluster: k, user: u}}]
users: [{name: u, user: {client-certificate: ${pem}, client-key: ${pem}}}]
`;
}

const channel: KubernetesChannel = {
  kind: "kubernetes",
  login: { kubeconfig: undefined },
  node: undefined,
  events: true,
  condition: "NodewardCompliant",
  failOn: "low",
};

/** A node in a cluster: each look says what changed since the one before. */
async function cluster(use: (node: Node) => Promise<void>): Promise<void> {
  const api = await fakeApi();
  try {
    await use(new Node(api));
  } finally {
    await api.close();
  }
}

class Node {
  readonly values = world();
  readonly files = new Map<string, string>();
  private hour = 0;

  constructor(readonly api: FakeApi) {
    this.files.set("/etc/kubernetes/kubelet.conf", kubeconfig(api.url));
    const { certificate, key } = kubeletPair();
    this.files.set(pem, `${certificate}${key}`);
  }

  async look(
    changed: string | undefined,
    statuses: readonly ("pass" | "fail" | "error")[] = ["fail"],
    one: Channel = channel,
  ) {
    const [since, now] = [this.hour, this.hour + 1].map((hour) =>
      new Date(Date.UTC(2026, 10, 21, hour)).toISOString(),
    );
    this.hour += 1;
    const made = news(since ?? "", changed);
    const judged = report(statuses.map((status, index) => result({ id: `a.${index}`, status })));
    const given: News = {
      ...made,
      report: { ...judged, run: { ...judged.run, startedAt: now ?? "" } },
      drift: changed === undefined ? undefined : made.drift,
    };
    const doors: Doors = {
      ...this.values.doors,
      send: { ...this.values.doors.send, api: askApi },
      secret: async (path) => {
        const text = this.files.get(path);
        return text === undefined ? { reason: `no such file: ${path}` } : { text };
      },
      kubeletConfig: async () => "/etc/kubernetes/kubelet.conf",
    };
    queue([one], given, this.values.state);
    return (await tell([one], given, doors)).join("\n");
  }
}

test("an Event about the Node, and its condition, with the kubelet's certificate", () =>
  cluster(async (node) => {
    assert.is(await node.look("/etc/passwd"), "");
    const [event, ...more] = [...node.api.events.values()];
    assert.equal(more, []);
    assert.equal(
      [event?.involvedObject, event?.reason, event?.type, event?.count, event?.lastTimestamp],
      [
        { apiVersion: "v1", kind: "Node", name: "n1", uid: "n1" },
        "NodeDrift",
        "Normal",
        1,
        "2026-11-21T01:00:00Z",
      ],
    );
    assert.is(event?.message, "1 thing changed: file /etc/passwd is gone; by alice");
    assert.equal(node.api.conditions.get("NodewardCompliant"), {
      type: "NodewardCompliant",
      status: "False",
      reason: "ChecksFail",
      message: "1 of 1 checks fail (a.0); score 0 of 100",
      lastHeartbeatTime: "2026-11-21T01:00:00Z",
      lastTransitionTime: "2026-11-21T01:00:00Z",
    });
    assert.ok(node.api.conditions.has("Ready"), "the conditions of others stay");
  }));

test("the same again is counted; what the API server has forgotten begins anew; a lost answer counts once", () =>
  cluster(async (node) => {
    const counts = () => [...node.api.events.values()].map(({ count }) => count);
    await node.look("/etc/passwd");
    await node.look("/etc/passwd");
    assert.equal(counts(), [2]);
    await node.look("/etc/group");
    assert.equal(counts(), [2, 1]);
    node.api.events.clear();
    await node.look("/etc/passwd");
    assert.equal(counts(), [1]);
    node.api.mute = 1;
    assert.match(await node.look("/etc/passwd"), "kept, and told at the next run (1 message waits)");
    assert.is(await node.look(undefined), "");
    assert.equal([counts(), spooled(node.values.state)], [[2], []]);
    node.api.mute = 1;
    await node.look("/etc/hosts");
    assert.is(await node.look(undefined), "");
    assert.equal(counts(), [2, 1]);
  }));

test("the condition turns when the verdicts turn, and keeps its time until then", () =>
  cluster(async (node) => {
    const seen = async (...statuses: readonly ("pass" | "fail" | "error")[]) => {
      await node.look(undefined, statuses);
      const { status, reason, lastTransitionTime } = node.api.conditions.get("NodewardCompliant") ?? {};
      return `${status} ${reason} ${lastTransitionTime}`;
    };
    assert.is(await seen("pass"), "True ChecksPass 2026-11-21T01:00:00Z");
    assert.is(await seen("pass"), "True ChecksPass 2026-11-21T01:00:00Z");
    assert.is(await seen("pass", "fail"), "False ChecksFail 2026-11-21T03:00:00Z");
    assert.is(await seen("pass", "error"), "Unknown ChecksUndecided 2026-11-21T04:00:00Z");
  }));

test("what is not permitted is said once, kept, and told when it is permitted", () =>
  cluster(async (node) => {
    node.api.forbidden.add("POST events").add("PATCH events").add("PATCH nodes/status");
    const said = await node.look("/etc/passwd");
    assert.match(
      said,
      'events: the API server answered 403: events is forbidden: User "system:node:n1" cannot POST',
    );
    assert.match(said, "nodes/status: the API server answered 403");
    assert.is(said.match(/this is said once/g)?.length, 2);
    assert.is(await node.look("/etc/group"), "");
    assert.is(spooled(node.values.state).length, 2);
    node.api.forbidden.clear();
    assert.is(await node.look(undefined), "");
    assert.equal([node.api.events.size, spooled(node.values.state)], [2, []]);
    node.api.forbidden.add("PATCH nodes/status");
    assert.match(await node.look(undefined), "this is said once");
  }));

test("a service account's token; one that is not accepted; an authority that does not know the server", () =>
  cluster(async (node) => {
    const account: KubernetesChannel = {
      ...channel,
      node: "n1",
      login: { server: node.api.url, caFile: "/sa/ca.crt", tokenFile: "/sa/token" },
    };
    assert.match(await node.look("/etc/passwd", ["pass"], account), "no such file: /sa/");
    node.files.set("/sa/ca.crt", serverPair().certificate);
    node.files.set("/sa/token", `${token}\n`);
    assert.is(await node.look(undefined, ["pass"], account), "");
    assert.is(node.api.events.size, 1);
    node.files.set("/sa/token", "another");
    const refused = await node.look("/etc/group", ["pass"], account);
    assert.match(refused, "the API server answered 401: Unauthorized");
    assert.not.match(refused, "another");
    node.files.set("/sa/ca.crt", kubeletPair().certificate);
    assert.match(await node.look(undefined, ["pass"], account), /self.signed|unable to verify/i);
  }));

test("a kubeconfig that would not have the server verified, or gets its credentials elsewhere, is not used", () =>
  cluster(async (node) => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [kubeconfig(node.api.url, ", insecure-skip-tls-verify: true"), /does not have the server verified/],
      [kubeconfig(node.api.url.replace("https", "http")), /is no https/],
      [kubeconfig(node.api.url, ", proxy-url: 'http://p'"), /through a proxy/],
      [kubeconfig(node.api.url).replace(/user: \{.*\}\}/, "user: {exec: {command: x}}}"), /from a program/],
      [
        kubeconfig(node.api.url).replace(/user: \{.*\}\}/, "user: {}}"),
        /neither a certificate with its key nor a token/,
      ],
      ["{", /is no kubeconfig/],
      [kubeconfig(node.api.url).replace("current-context: c", "current-context: d"), /names no cluster/],
    ];
    for (const [text, expected] of cases) {
      node.files.set("/etc/kubernetes/kubelet.conf", text);
      const said = await node.look(undefined);
      assert.match(said, expected);
      assert.is(said.match(/kubelet\.conf/g)?.length, 1, said);
    }
    assert.equal(node.api.log, []);
  }));

test("a name that is no Node's never becomes part of a URL", () =>
  cluster(async (node) => {
    const said = await node.look(undefined, ["pass"], { ...channel, node: "../../x" });
    assert.match(said, "../../x is no name of a Node: set node");
    assert.equal(node.api.log, []);
  }));

test.run();
