// A stand-in for a control-plane component: listens where its flags say and lets in whom they let in. No cluster behind it.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { TLSSocket } from "node:tls";

const [name = "", ...words] = process.argv.slice(2);
const flags = new Map(
  words.map((word) => {
    const [, key = "", value = "true"] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    return [key, value];
  }),
);
const flag = (key: string, otherwise: string) => flags.get(key) ?? otherwise;
const file = (key: string) => {
  const path = flags.get(key);
  return path === undefined ? undefined : readFileSync(path);
};

function known(socket: unknown): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}

/** What everybody may see of an API server that knows anonymous requests (system:public-info-viewer). */
const open = new Set(["/version", "/healthz", "/livez", "/readyz"]);

const answers: Readonly<Record<string, RequestListener>> = {
  "kube-apiserver": (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const anonymous = flag("anonymous-auth", "true") === "true";
    response.statusCode =
      known(request.socket) || (anonymous && open.has(pathname)) ? 200 : anonymous ? 403 : 401;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ kind: "Status", code: response.statusCode }));
  },
  etcd: (_request, response) => response.end('{"etcdserver":"3.6.5","etcdcluster":"3.6.0"}'),
};
const answer = answers[name] ?? ((_request, response) => response.end("ok"));

function listen(
  url: URL,
  key: Buffer | undefined,
  cert: Buffer | undefined,
  ca: Buffer | undefined,
  must: boolean,
): void {
  const port = Number(url.port);
  const address = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "http:") createServer(answer).listen(port, address);
  else if (key !== undefined && cert !== undefined)
    createTlsServer(
      { key, cert, ...(ca === undefined ? {} : { ca }), requestCert: true, rejectUnauthorized: must },
      answer,
    ).listen(port, address);
}

writeFileSync("/proc/self/comm", name.slice(0, 15));
if (name === "kube-apiserver") {
  const url = new URL(`https://${flag("bind-address", "0.0.0.0")}:${flag("secure-port", "6443")}`);
  listen(url, file("tls-private-key-file"), file("tls-cert-file"), file("client-ca-file"), false);
} else if (name === "etcd") {
  const must = flag("client-cert-auth", "false") === "true";
  for (const text of flag("listen-client-urls", "http://localhost:2379").split(","))
    listen(new URL(text), file("key-file"), file("cert-file"), file("trusted-ca-file"), must);
  for (const text of flag("listen-peer-urls", "http://localhost:2380").split(","))
    listen(new URL(text), file("peer-key-file"), file("peer-cert-file"), file("peer-trusted-ca-file"), true);
} else {
  const port = name === "kube-scheduler" ? 10259 : 10257;
  createServer(answer).listen(port, flag("bind-address", "0.0.0.0"));
}
