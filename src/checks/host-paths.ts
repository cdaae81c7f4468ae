// Which paths of the node are sensitive to be mounted into a container, and which sockets give the node away.

export interface HostPathParams {
  /** Sensitive with all that lies below, however mounted. */
  readonly sensitive: readonly string[];
  /** Sensitive where they may be written. */
  readonly readOnly: readonly string[];
  /** Below sensitive ones, and of no harm read-only. */
  readonly harmless: readonly string[];
  /** What expected pods mount: theirs, for others as sensitive as the rest. */
  readonly paths: readonly string[];
}

/** Docker, containerd (its own, k3s, rke2 and MicroK8s), CRI-O, cri-dockerd, Podman. */
const runtimeSockets = [
  "/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/docker/containerd/containerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/var/snap/microk8s/common/run/containerd.sock",
  "/run/crio/crio.sock",
  "/run/cri-dockerd.sock",
  "/run/podman/podman.sock",
] as const;

export const sensitivePaths = [
  "/etc",
  "/root",
  "/home",
  "/boot",
  "/dev",
  "/proc",
  "/sys",
  "/run",
  "/var/lib/kubelet",
  "/var/lib/etcd",
  "/var/lib/docker",
  "/var/lib/containerd",
  "/var/lib/containers",
  "/var/lib/rancher",
  "/var/snap/microk8s",
  "/var/spool/cron",
] as const;

export const readOnlyPaths = [
  "/bin",
  "/sbin",
  "/lib",
  "/lib64",
  "/usr",
  "/opt",
  "/var/log",
  "/var/lib/dpkg",
] as const;

export const harmlessPaths = [
  "/etc/ssl/certs",
  "/etc/pki/tls/certs",
  "/etc/pki/ca-trust",
  "/etc/ca-certificates",
  "/etc/localtime",
  "/etc/timezone",
  "/etc/hosts",
  "/etc/hostname",
  "/etc/resolv.conf",
  "/etc/machine-id",
  "/etc/os-release",
] as const;

function isWithin(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}

/** Is `path` a runtime's socket, or a directory that it lies in? */
export function reachesSocket(path: string): boolean {
  return runtimeSockets.some((socket) => isWithin(socket, path));
}

function touches(path: string, list: readonly string[]): boolean {
  return list.some((entry) => isWithin(path, entry) || isWithin(entry, path));
}

export function isSensitive(
  path: string,
  writable: boolean,
  expected: boolean,
  params: HostPathParams,
): boolean {
  const within = (list: readonly string[]) => list.some((entry) => isWithin(path, entry));
  if (!writable && within(params.harmless)) return false;
  if (expected && within(params.paths)) return false;
  return touches(path, params.sensitive) || (writable && touches(path, params.readOnly));
}
