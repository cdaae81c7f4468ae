// The stand-in kubelet's process: what answers on 10250, 10255 and 10248, and to whom. No pods, no API server; tokens are
// never accepted, as nobody is there to review them. Bundled, it is put on a node as /usr/bin/kubelet.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { keepStaticPods } from "./kubelet-pods.js";
import { at, type Settings, settingsOf } from "./kubelet-settings.js";

declare const KUBELET_VERSION: string;

const needed: Readonly<Record<string, string>> = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
};

function text(settings: Settings, path: string): string {
  const value = at(settings.tree, path);
  return typeof value === "string" ? value : "";
}

function number(settings: Settings, path: string): number {
  const value = at(settings.tree, path);
  return typeof value === "number" ? value : 0;
}

/** Who asks, as the kubelet's authenticators tell it: a certificate of the CA, or nobody. */
function nameOf(request: IncomingMessage): string | undefined {
  const { socket } = request;
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { CN } = socket.getPeerCertificate().subject ?? {};
  return typeof CN === "string" ? CN : undefined;
}

/** The code for a request: 401 nobody, 403 somebody who may not, 200. */
function judged(settings: Settings, request: IncomingMessage): number {
  const presented = request.headers.authorization !== undefined;
  const name =
    nameOf(request) ??
    (presented
      ? undefined
      : at(settings.tree, "authentication.anonymous.enabled") === true
        ? "system:anonymous"
        : undefined);
  if (name === undefined) return 401;
  if (text(settings, "authorization.mode") === "AlwaysAllow") return 200;
  // The API server that would be asked is away; its administrators' certificate is known.
  return name === "kube-apiserver-kubelet-client" ? 200 : 403;
}

const bodies: Readonly<Record<string, (settings: Settings) => string>> = {
  "/pods": () => '{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[]}\n',
  "/healthz": () => "ok",
  "/metrics": () => "kubelet_node_name 1\n",
  "/configz": ({ tree }) => JSON.stringify({ kubeletconfig: tree }),
};

function answer(settings: Settings, code: (request: IncomingMessage) => number): RequestListener {
  return (request, response) => {
    const status = code(request);
    const body = bodies[new URL(request.url ?? "/", "http://localhost").pathname];
    response.statusCode = status === 200 && body === undefined ? 404 : status;
    response.end(
      status === 200
        ? (body?.(settings) ?? "404 page not found\n")
        : status === 401
          ? "Unauthorized"
          : "Forbidden",
    );
  };
}

/** The serving certificate: the one that is named, or one the kubelet makes for itself. */
function serving(settings: Settings): { readonly cert: Buffer; readonly key: Buffer } {
  const named = text(settings, "tlsCertFile");
  if (named !== "")
    return { cert: readFileSync(named), key: readFileSync(text(settings, "tlsPrivateKeyFile")) };
  const folder = settings.flag("cert-dir") ?? "/var/lib/kubelet/pki";
  const [cert, key] = [join(folder, "kubelet.crt"), join(folder, "kubelet.key")];
  if (!existsSync(cert)) {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const made = [
      "-subj",
      "/CN=bed-ca",
      "-addext",
      "subjectAltName=DNS:bed",
      "-days",
      "365",
      "-out",
      cert,
      "-keyout",
      key,
    ];
    execFileSync("/usr/bin/openssl", [...words, ...made], { stdio: "ignore" });
  }
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

function start(words: readonly string[]): void {
  const settings = settingsOf(words);
  if (at(settings.tree, "protectKernelDefaults") === true)
    for (const [name, value] of Object.entries(needed))
      if (readFileSync(`/proc/sys/${name}`, "utf8").trim() !== value)
        throw new Error(`invalid kernel flag: ${name}, expected ${value}`);
  const ca = text(settings, "authentication.x509.clientCAFile");
  const tls = {
    ...serving(settings),
    requestCert: true,
    rejectUnauthorized: false,
    ...(ca === "" ? {} : { ca: readFileSync(ca) }),
  };
  const address = text(settings, "address");
  createTlsServer(
    tls,
    answer(settings, (request) => judged(settings, request)),
  ).listen(number(settings, "port"), address);
  const readOnly = number(settings, "readOnlyPort");
  if (readOnly > 0) createServer(answer(settings, () => 200)).listen(readOnly, address);
  const manifests = text(settings, "staticPodPath");
  if (manifests !== "" && existsSync(manifests)) keepStaticPods(manifests);
  const healthz = number(settings, "healthzPort");
  if (healthz > 0)
    createServer(answer(settings, () => 200)).listen(healthz, text(settings, "healthzBindAddress"));
}

const words = process.argv.slice(2);
if (words.some((word) => word.startsWith("--version")))
  process.stdout.write(`Kubernetes v${KUBELET_VERSION}\n`);
else
  try {
    start(words);
  } catch (error) {
    process.stderr.write(`E ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
