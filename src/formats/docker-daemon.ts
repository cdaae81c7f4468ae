// The keys of dockerd's configuration file and what each takes (dockerd(8), daemon configuration file): a key that is not
// among them, or another type, keeps the daemon from starting. No reading of files.

export type DaemonValue = "boolean" | "text" | "number" | "size" | "list" | "map";

const keys: Readonly<Record<DaemonValue, readonly string[]>> = {
  boolean: [
    ["allow-direct-routing", "debug", "experimental", "icc", "init", "ip-forward", "ip-forward-no-drop"],
    ["ip-masq", "ip6tables", "iptables", "ipv6", "live-restore", "no-new-privileges", "raw-logs"],
    ["disable-legacy-registry", "selinux-enabled", "tls", "tlsverify", "userland-proxy"],
  ].flat(),
  text: [
    [
      "api-cors-header",
      "bip",
      "bip6",
      "bridge",
      "bridge-accept-fwmark",
      "cgroup-parent",
      "cluster-advertise",
    ],
    ["cluster-store", "containerd", "containerd-namespace", "containerd-plugins-namespace", "data-root"],
    ["default-cgroupns-mode", "default-gateway", "default-gateway-v6", "default-ipc-mode", "default-runtime"],
    ["deprecated-key-path", "exec-root", "firewall-backend", "fixed-cidr", "fixed-cidr-v6", "graph", "group"],
    ["host-gateway-ip", "init-path", "ip", "log-driver", "log-format", "log-level", "metrics-addr"],
    ["min-api-version", "pidfile", "seccomp-profile", "storage-driver", "swarm-default-advertise-addr"],
    ["tlscacert", "tlscert", "tlskey", "userland-proxy-path", "userns-remap"],
  ].flat(),
  number: [
    ["cpu-rt-period", "cpu-rt-runtime", "max-concurrent-downloads", "max-concurrent-uploads"],
    ["max-download-attempts", "mtu", "network-control-plane-mtu", "network-diagnostic-port"],
    ["oom-score-adjust", "shutdown-timeout"],
  ].flat(),
  size: ["default-shm-size"],
  list: [
    ["allow-nondistributable-artifacts", "authorization-plugins", "cdi-spec-dirs", "default-address-pools"],
    ["dns", "dns-opts", "dns-search", "exec-opts", "host-gateway-ips", "hosts", "insecure-registries"],
    ["labels", "node-generic-resources", "registry-mirrors", "storage-opts"],
  ].flat(),
  map: [
    ["builder", "cluster-store-opts", "content-trust", "default-network-opts", "default-ulimits", "features"],
    ["log-opts", "proxies", "runtimes"],
  ].flat(),
};

const kinds: ReadonlyMap<string, DaemonValue> = new Map(
  (["boolean", "text", "number", "size", "list", "map"] as const).flatMap((kind) =>
    keys[kind].map((key) => [key, kind] as const),
  ),
);

const words: Readonly<Record<DaemonValue, string>> = {
  boolean: "true or false",
  text: "a text",
  number: "a number",
  size: "a size",
  list: "a list",
  map: "an object",
};

function fits(kind: DaemonValue, value: unknown): boolean {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  switch (kind) {
    case "boolean":
      return typeof value === "boolean";
    case "text":
      return typeof value === "string";
    case "number":
      return isNumber;
    case "size":
      return isNumber || typeof value === "string";
    case "list":
      return Array.isArray(value);
    default:
      return typeof value === "object" && !Array.isArray(value);
  }
}

/** Why dockerd would not take this key with this value; null is as if it were not there. */
export function daemonKeyProblem(key: string, value: unknown): string | undefined {
  const kind = kinds.get(key);
  if (kind === undefined) return `${key} is no setting of dockerd`;
  return value === null || fits(kind, value) ? undefined : `${key} takes ${words[kind]}`;
}

/** The key for a flag that goes by another name there: lists have a plural. */
export const daemonKeys: Readonly<Record<string, string>> = {
  "authorization-plugin": "authorization-plugins",
  "cdi-spec-dir": "cdi-spec-dirs",
  "cluster-store-opt": "cluster-store-opts",
  "default-address-pool": "default-address-pools",
  "default-ulimit": "default-ulimits",
  "dns-opt": "dns-opts",
  "exec-opt": "exec-opts",
  host: "hosts",
  "insecure-registry": "insecure-registries",
  label: "labels",
  "log-opt": "log-opts",
  "node-generic-resource": "node-generic-resources",
  "registry-mirror": "registry-mirrors",
  "storage-opt": "storage-opts",
};
