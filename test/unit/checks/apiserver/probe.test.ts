import { test } from "uvu";
import apiserver from "../../../../src/checks/apiserver/probe.js";
import docker from "../../../../src/checks/docker/probe.js";
import etcd from "../../../../src/checks/etcd/probe.js";
import type { HttpResult } from "../../../../src/host/host.js";
import { testCheck } from "../../../support/check.js";
import { socketFiles } from "../../../support/proc-net.js";

const answered = (status: number, body = ""): HttpResult => ({ state: "answered", status, body, tls: null });
const refused: HttpResult = { state: "refused", reason: "nothing listens" };
const failed = (reason: string): HttpResult => ({ state: "failed", reason });
/** A live machine that answers so, by `scheme path` of one address and port. */
const live = (where: string, answers: Readonly<Record<string, HttpResult>>) => ({
  live: true,
  http: Object.fromEntries(
    Object.entries(answers).map(([question, result]) => {
      const [scheme = "", path = ""] = question.split(" ");
      return [`${scheme}://${where}${path}`, result];
    }),
  ),
});
const notLive = { name: "another root", files: {}, host: { live: false }, says: "not the running machine" };
const shut = { name: "nothing listens", files: socketFiles(), host: { live: true }, says: /no API|nothing/ };
const tableUnread = {
  name: "a table of sockets that may not be read",
  files: { ...socketFiles(), "/proc/net/tcp": { error: "denied" as const } },
  host: { live: true },
};

const api = "127.0.0.1:6443";
const guarded = {
  "https /api": answered(403),
  "https /version": answered(200),
  "https /healthz": answered(200),
};
testCheck(apiserver, {
  passes: [
    { name: "403 for its API, as kubeadm", files: {}, host: live(api, guarded) },
    {
      name: "401 on an address of its own alone",
      files: socketFiles({ host: "192.0.2.7", port: 6443 }),
      host: live("192.0.2.7:6443", { "https /api": answered(401) }),
    },
    {
      name: "everywhere in IPv6",
      files: socketFiles({ host: "::", port: 6443 }),
      host: live("::1:6443", { "https /api": answered(401) }),
    },
  ],
  fails: [
    {
      name: "a role for strangers",
      files: {},
      host: live(api, { ...guarded, "https /api": answered(200) }),
      says: "shows its API",
    },
    {
      name: "on MicroK8s' port",
      files: socketFiles({ host: "0.0.0.0", port: 16443 }),
      host: live("127.0.0.1:16443", { "https /api": answered(200) }),
    },
  ],
  errors: [
    { name: "no answer", files: {}, host: live(api, { "https /api": failed("did not answer within 2 s") }) },
    { name: "something else", files: {}, host: live(api, { "https /api": answered(404) }) },
    tableUnread,
  ],
  notApplicable: [notLive, shut],
  unreadable: "pass",
});

const port = "127.0.0.1:2379";
const plainRefused = answered(400, "Client sent an HTTP request to an HTTPS server.\n");
const alert = failed(`${port}: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED`);
testCheck(etcd, {
  passes: [
    {
      name: "a certificate is asked for",
      files: {},
      host: live(port, { "http /version": plainRefused, "https /version": alert }),
    },
    {
      name: "as older Go says it",
      files: {},
      host: live(port, {
        "http /version": failed("ECONNRESET"),
        "https /version": failed(`${port}: ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE`),
      }),
    },
  ],
  fails: [
    {
      name: "plain",
      files: {},
      host: live(port, { "http /version": answered(200), "https /version": failed("EPROTO") }),
      at: [`http://${port}/version`],
      says: "plain HTTP",
    },
    {
      name: "TLS for anybody",
      files: {},
      host: live(port, { "http /version": plainRefused, "https /version": answered(200) }),
      says: "without asking for a certificate",
    },
  ],
  errors: [
    {
      name: "no answer",
      files: {},
      host: live(port, { "http /version": failed("slow"), "https /version": failed("slow") }),
    },
    tableUnread,
  ],
  notApplicable: [
    notLive,
    shut,
    { name: "refused", files: {}, host: live(port, { "http /version": refused }) },
  ],
  unreadable: "pass",
});

const daemon = "127.0.0.1:2375";
testCheck(docker, {
  passes: [{ name: "TLS", files: {}, host: live(daemon, { "http /version": plainRefused }) }],
  fails: [
    { name: "open", files: {}, host: live(daemon, { "http /version": answered(200) }), says: "without TLS" },
    {
      name: "to the network",
      files: socketFiles({ host: "0.0.0.0", port: 2375 }),
      host: live(daemon, { "http /version": answered(200) }),
    },
  ],
  errors: [
    { name: "no answer", files: {}, host: live(daemon, { "http /version": failed("slow") }) },
    tableUnread,
  ],
  notApplicable: [notLive, shut],
  unreadable: "pass",
});

test.run();
