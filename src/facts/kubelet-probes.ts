// What the kubelet's ports answer to somebody without credentials on this very node. Asks only the machine's own addresses.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host, HttpProbe, HttpResult } from "../host/host.js";
import { type Kubelet, kubelet } from "./kubelet.js";
import type { FactSource } from "./source.js";

export interface Answer {
  /** `127.0.0.1:10250`. */
  readonly where: string;
  readonly result: HttpResult;
  readonly source: Source;
}

export interface KubeletProbes {
  /** `GET /pods` on the serving port. */
  readonly pods: readonly Answer[];
  /** `GET /pods` on the port without authentication: the usual one, and the one that is set. */
  readonly readOnly: readonly Answer[];
  readonly healthz: readonly Answer[];
  /** Whether a kubelet runs that could answer. */
  readonly running: boolean;
  /** Why the ports asked may not be the kubelet's, or a kubelet may run unseen. */
  readonly unsure: readonly string[];
}

function port(all: Kubelet, path: string, usual: number): number {
  const value = all.views[0]?.view.setting(path).value;
  return typeof value === "bigint" && value > 0n && value < 65536n ? Number(value) : usual;
}

/** Loopback, where the kubelet listens everywhere; its own address, where it has one; both for a node address. */
function addresses(all: Kubelet): readonly string[] {
  const [first] = all.views;
  const bound = first?.view.setting("address").value;
  const node = first?.view.option("node-ip").split(",") ?? [];
  const wide = bound === "0.0.0.0" || bound === "::" || typeof bound !== "string";
  const wanted = wide
    ? ["127.0.0.1", ...node.filter((address) => address !== "" && address !== "::")]
    : [bound];
  return [...new Set(wanted)];
}

async function ask(host: Host, probe: HttpProbe): Promise<Answer> {
  const where = `${probe.address.includes(":") ? `[${probe.address}]` : probe.address}:${probe.port}`;
  const result = await host.http(probe);
  const said = result.state === "answered" ? `answered ${result.status}` : result.reason;
  return { where, result, source: wholeFile(`${probe.scheme}://${where}${probe.path}`, said) };
}

export const kubeletProbes: FactSource<KubeletProbes> = {
  title: "the kubelet's ports 10250, 10255 and 10248, asked without credentials on this node",
  waits: "program",
  async gather(host, askFact) {
    if (!host.live) return absent("no socket is opened under --root: the kubelet's ports are not asked");
    const found = await askFact(kubelet);
    if (found.state === "absent") return absent(found.reason);
    if (found.state === "error") return failed(found.reason);
    const own = addresses(found.value);
    const readOnly = [...new Set([10255, port(found.value, "readOnlyPort", 10255)])];
    const serving = port(found.value, "port", 10250);
    const [pods, open, healthz] = await Promise.all([
      Promise.all(
        own.map((address) => ask(host, { scheme: "https", address, port: serving, path: "/pods" })),
      ),
      Promise.all(
        own.flatMap((address) =>
          readOnly.map((one) => ask(host, { scheme: "http", address, port: one, path: "/pods" })),
        ),
      ),
      ask(host, {
        scheme: "http",
        address: "127.0.0.1",
        port: port(found.value, "healthzPort", 10248),
        path: "/healthz",
      }),
    ]);
    return known({
      pods,
      readOnly: open,
      healthz: [healthz],
      running: found.value.running !== undefined,
      unsure: found.value.views[0]?.unread ?? [],
    });
  },
};
