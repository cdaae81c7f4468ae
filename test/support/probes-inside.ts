// Runs in network, process and mount namespaces of its own: stands in for the kubelet, etcd, the API server and Docker on
// their own ports, in one of several manners, and says what the live checks make of it and how long they took.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect, createServer as createTcp, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { probeAnonymous as apiserver } from "../../src/checks/apiserver/index.js";
import type { Check } from "../../src/checks/define.js";
import { probe2375 } from "../../src/checks/docker/index.js";
import { probe2379 } from "../../src/checks/etcd/index.js";
import { probe10250, probe10255 } from "../../src/checks/kubelet/probes.js";
import { judge } from "../../src/engine/evaluate.js";
import { asker, gather } from "../../src/engine/gather.js";
import { kubeletProbes } from "../../src/facts/kubelet-probes.js";
import { portProbes } from "../../src/facts/port-probes.js";
import { openHost } from "../../src/host/rooted.js";
import { selfSigned } from "./certificates.js";
import { statusOf } from "./check.js";

const manner = process.argv[2] ?? "";
const run = (program: string, ...args: readonly string[]) => execFileSync(program, args, { stdio: "ignore" });
run("ip", "link", "set", "lo", "up");
run("mount", "-t", "tmpfs", "tmpfs", "/run");
mkdirSync("/run/systemd/system", { recursive: true });
writeFileSync(
  "/run/systemd/system/kubelet.service",
  "[Service]\nExecStart=/usr/bin/kubelet --config=/run/kubelet.yaml --kubeconfig=/run/kubeconfig\n",
);
writeFileSync("/run/kubelet.yaml", "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n");
writeFileSync("/run/kubeconfig", "");

const pair = selfSigned({ subject: "/CN=stand-in" });
const tls = { key: pair.key, cert: pair.certificate };
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listening(
  server: { listen(port: number, host: string, done: () => void): unknown },
  port: number,
) {
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
}
const say =
  (status: number, body = "", headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
const plain = async (port: number, answer: Answer) => await listening(createHttp(answer), port);
const secure = async (port: number, answer: Answer, more: object = {}) =>
  await listening(createHttps({ ...tls, ...more }, answer), port);
const raw = async (port: number, serve: (socket: Socket) => void) =>
  await listening(
    createTcp((socket) => {
      socket.on("error", () => {});
      serve(socket);
    }),
    port,
  );

const version = '{"major":"1","minor":"34","gitVersion":"v1.34.2"}';
const ports = [10250, 10255, 10248, 2379, 6443, 2375];
const everywhere = async (serve: (socket: Socket) => void) => {
  for (const port of ports) await raw(port, serve);
};
const endless: Answer = (_request, response) => {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write("x".repeat(65_536)));
    if (!response.destroyed) response.once("drain", more);
  };
  response.on("error", () => {});
  more();
};

/** The real one, with its data below /run; ended with this process's namespace. */
async function etcd(scheme: string, ...more: readonly string[]): Promise<void> {
  writeFileSync("/run/etcd.crt", pair.certificate);
  writeFileSync("/run/etcd.key", pair.key, { mode: 0o600 });
  const urls = `${scheme}://127.0.0.1:2379`;
  const own = ["--data-dir", "/run/etcd", "--listen-client-urls", urls, "--advertise-client-urls", urls];
  spawn("etcd", [...own, ...more], { stdio: "ignore" });
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(2379, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await wait(200);
  }
  throw new Error("etcd did not start");
}
const served = ["--cert-file", "/run/etcd.crt", "--key-file", "/run/etcd.key"];

const manners: Readonly<Record<string, () => Promise<void>>> = {
  shut: async () => {},
  proper: async () => {
    await secure(10250, say(401, "Unauthorized"));
    await plain(10248, say(200, "ok"));
    await secure(2379, say(200, "{}"), { requestCert: true, rejectUnauthorized: true, ca: pair.certificate });
    await secure(6443, (request, response) =>
      request.url === "/api" ? say(403, "{}")(request, response) : say(200, version)(request, response),
    );
  },
  "proper-tls12": async () => {
    const old = { maxVersion: "TLSv1.2", requestCert: true, rejectUnauthorized: true, ca: pair.certificate };
    await secure(10250, say(403, "Forbidden"), { maxVersion: "TLSv1.2" });
    await secure(2379, say(200, "{}"), old);
    await secure(6443, say(401, "{}"), { maxVersion: "TLSv1.2" });
  },
  open: async () => {
    await secure(10250, say(200, '{"kind":"PodList"}'));
    await plain(10255, say(200, '{"kind":"PodList"}'));
    await plain(10248, say(200, "ok"));
    await plain(2379, say(200, '{"etcdserver":"3.5.9"}'));
    await secure(6443, say(200, version));
    await plain(2375, say(200, '{"Version":"28.0"}'));
  },
  "etcd-without-client-certificates": async () => {
    await secure(2379, say(200, '{"etcdserver":"3.5.9"}'));
  },
  "etcd-plain": async () => await etcd("http"),
  "etcd-tls": async () => await etcd("https", ...served),
  "etcd-proper": async () =>
    await etcd("https", ...served, "--client-cert-auth", "--trusted-ca-file", "/run/etcd.crt"),
  silent: async () => await everywhere(() => {}),
  dripping: async () =>
    await everywhere((socket) => {
      const timer = setInterval(() => socket.writable && socket.write("H"), 300);
      socket.once("close", () => clearInterval(timer));
    }),
  slamming: async () => await everywhere((socket) => socket.destroy()),
  garbage: async () => await everywhere((socket) => socket.write(Buffer.alloc(3000, 0xa5))),
  "other-tls": async () => await everywhere((socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n")),
  redirecting: async () => {
    const away = say(302, "", { Location: "http://192.0.2.1/pods" });
    for (const port of [10250, 6443, 2379]) await secure(port, away);
    for (const port of [10255, 10248, 2375]) await plain(port, away);
  },
  endless: async () => {
    for (const port of [10250, 6443, 2379]) await secure(port, endless);
    for (const port of [10255, 10248, 2375]) await plain(port, endless);
  },
};

const begin = manners[manner];
if (begin === undefined) throw new Error(`no such manner: ${manner}`);
await begin();
const opened = openHost("/", { now: () => Date.now(), killGroup: () => {} });
if (opened.state !== "ok") throw new Error(opened.reason);
const ask = asker(opened.host);
const started = performance.now();
const [ofPorts, ofKubelet] = await Promise.all([ask(portProbes), ask(kubeletProbes)]);
const milliseconds = performance.now() - started;
const checks: readonly Check[] = [probe10250, probe10255, probe2375, probe2379, apiserver];
const facts = await gather(ask, checks);
const verdicts = checks.map((check) => {
  const verdict = judge(check, {}, facts);
  const said =
    "problems" in verdict
      ? [...verdict.problems.map(({ message }) => message), ...(verdict.unknowns ?? [])]
      : [];
  return [check.id, `${statusOf(verdict)} ${said.join("; ")}`.trim()] as const;
});
const value = ofPorts.state === "known" ? ofPorts.value : undefined;
const answers = value === undefined ? [] : [...value.apiserver, ...value.etcd, ...value.docker];
process.stdout.write(
  `${JSON.stringify({
    milliseconds,
    asked: answers.length + (ofKubelet.state === "known" ? 4 : 0),
    verdicts: Object.fromEntries(verdicts),
    health: ofKubelet.state === "known" ? ofKubelet.value.healthz.map(({ result }) => result.state) : [],
    tls: answers
      .flatMap(({ result }) => (result.state === "answered" && result.tls !== null ? [result.tls] : []))
      .slice(0, 1),
    longest: Math.max(
      0,
      ...answers.map(({ result }) => (result.state === "answered" ? result.body.length : 0)),
    ),
    version: value?.apiserverVersion ?? null,
  })}\n`,
);
process.exit(0);
