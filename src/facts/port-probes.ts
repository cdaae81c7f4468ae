// What the API server, etcd and Docker answer to somebody without credentials on this very machine, live. Only addresses
// of its own are asked, each at most 2 s, all at once. Judges nothing.
import { absent, known } from "../core/fact.js";
import { formatAddress } from "../core/network.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host, HttpProbe, HttpResult } from "../host/host.js";
import { controlPlane } from "./control-plane.js";
import { sockets } from "./sockets.js";
import type { Ask, FactSource } from "./source.js";

export interface PortAnswer {
  readonly scheme: HttpProbe["scheme"];
  readonly path: string;
  /** `127.0.0.1:2379`. */
  readonly where: string;
  readonly result: HttpResult;
  readonly source: Source;
}

export interface PortProbes {
  /** `/api`, `/version` and `/healthz` over TLS; none: nothing listens. */
  readonly apiserver: readonly PortAnswer[];
  /** `1.34.2`, as the API server itself says to anybody; undefined where it does not. */
  readonly apiserverVersion: string | undefined;
  /** `/version` in plain and over TLS, without a certificate. */
  readonly etcd: readonly PortAnswer[];
  /** `/version` in plain. */
  readonly docker: readonly PortAnswer[];
  /** Why ports may be open that were not seen. */
  readonly unsure: readonly string[];
}

/** kubeadm, k3s, rke2; MicroK8s. */
const apiserverPorts = [6443, 16_443];
const addressLimit = 16;

interface Listening {
  /** Undefined: not known, and loopback is tried. */
  readonly addresses: (port: number) => readonly string[] | undefined;
  readonly unsure: readonly string[];
}

async function listening(ask: Ask): Promise<Listening> {
  const fact = await ask(sockets);
  if (fact.state !== "known") return { addresses: () => undefined, unsure: [] };
  const addresses = (port: number) => {
    const own = fact.value.listening.filter((one) => one.protocol === "tcp" && one.port === port);
    const texts = own.map(({ wildcard, address }) =>
      wildcard ? (address.family === 4 ? "127.0.0.1" : "::1") : formatAddress(address),
    );
    return [...new Set(texts)].slice(0, addressLimit);
  };
  return { addresses, unsure: fact.value.unread };
}

async function answer(host: Host, probe: HttpProbe): Promise<PortAnswer> {
  const where = `${probe.address.includes(":") ? `[${probe.address}]` : probe.address}:${probe.port}`;
  const result = await host.http(probe);
  const said = result.state === "answered" ? `answered ${result.status}` : result.reason;
  const { scheme, path } = probe;
  return { scheme, path, where, result, source: wholeFile(`${scheme}://${where}${path}`, said) };
}

type Question = Pick<HttpProbe, "scheme" | "path">;

const questions = {
  apiserver: [
    { scheme: "https", path: "/api" },
    { scheme: "https", path: "/version" },
    { scheme: "https", path: "/healthz" },
  ],
  etcd: [
    { scheme: "http", path: "/version" },
    { scheme: "https", path: "/version" },
  ],
  docker: [{ scheme: "http", path: "/version" }],
} as const satisfies Readonly<Record<string, readonly Question[]>>;

/** The `gitVersion` of /version; whatever else answers there is none (k8s.io/apimachinery, version.Info). */
function versionOf(answers: readonly PortAnswer[]): string | undefined {
  for (const { path, result } of answers) {
    if (path !== "/version" || result.state !== "answered" || result.status !== 200) continue;
    const found = /"gitVersion":\s*"v(1\.\d{1,3}\.\d{1,3})[^"]{0,64}"/.exec(result.body)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

async function securePorts(ask: Ask): Promise<readonly number[]> {
  const plane = await ask(controlPlane);
  const set =
    plane.state === "known" ? plane.value.component("kube-apiserver")?.flag("secure-port") : undefined;
  const port = Number(set?.value ?? Number.NaN);
  return [...new Set([...apiserverPorts, ...(port > 0 && port < 65_536 ? [port] : [])])];
}

export const portProbes: FactSource<PortProbes> = {
  title: "the ports of the API server, etcd (2379) and Docker (2375), asked without credentials on this node",
  waits: "program",
  async gather(host, ask) {
    if (!host.live) return absent("not the running machine: no port is asked");
    const open = await listening(ask);
    const asked = async (ports: readonly number[], list: readonly Question[]) =>
      await Promise.all(
        ports.flatMap((port) =>
          (open.addresses(port) ?? ["127.0.0.1"]).flatMap((address) =>
            list.map((question) => answer(host, { ...question, address, port })),
          ),
        ),
      );
    const [apiserver, etcd, docker] = await Promise.all([
      asked(await securePorts(ask), questions.apiserver),
      asked([2379], questions.etcd),
      asked([2375], questions.docker),
    ]);
    return known({ apiserver, apiserverVersion: versionOf(apiserver), etcd, docker, unsure: open.unsure });
  },
};
