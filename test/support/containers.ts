// A node with containers made of values: bundles as containerd, CRI-O and Docker leave them, and their processes.
import type { MemoryFiles } from "../../src/host/memory.js";

export const id = "ab".repeat(32);
export const sandboxId = "cd".repeat(32);
export const task = "/run/containerd/io.containerd.runtime.v2.task/k8s.io";
export const configAt = (name = id) => `${task}/${name}/config.json`;

const usual = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FSETID",
  "CAP_FOWNER",
  "CAP_MKNOD",
  "CAP_NET_RAW",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETFCAP",
  "CAP_SETPCAP",
  "CAP_NET_BIND_SERVICE",
  "CAP_SYS_CHROOT",
  "CAP_KILL",
  "CAP_AUDIT_WRITE",
];

export const everyCapability = [...usual, "CAP_SYS_ADMIN", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_BOOT"];

export interface Made {
  readonly pod?: string;
  readonly uid?: number;
  readonly capabilities?: readonly string[];
  readonly appArmor?: string;
  readonly seccomp?: unknown;
  readonly readOnlyRoot?: boolean;
  /** Left out of the namespaces. */
  readonly without?: readonly string[];
  readonly paths?: Readonly<Record<string, string>>;
  readonly mounts?: readonly unknown[];
  readonly masked?: readonly string[];
  readonly readOnlyPaths?: readonly string[];
  readonly devices?: readonly unknown[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** config.json as containerd's CRI plugin writes it for a confined pod of its own user; `secret` must never come out. */
export function ociConfig(made: Made = {}): string {
  const { pod = "default/web", capabilities = usual } = made;
  const [namespace = "", name = ""] = pod.split("/");
  const types = ["pid", "ipc", "uts", "mount", "network", "cgroup"];
  return JSON.stringify({
    ociVersion: "1.2.0",
    process: {
      user: { uid: made.uid ?? 1000, gid: 1000 },
      args: ["/app", "--token=secret"],
      env: ["PASSWORD=secret"],
      cwd: "/",
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges: true,
      apparmorProfile: made.appArmor ?? "cri-containerd.apparmor.d",
    },
    root: { path: "rootfs", readonly: made.readOnlyRoot ?? true },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc", options: ["nosuid"] },
      {
        destination: "/etc/hostname",
        type: "bind",
        source: `/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${sandboxId}/hostname`,
        options: ["rbind", "rprivate", "rw"],
      },
      {
        destination: "/var/run/secrets/kubernetes.io/serviceaccount",
        type: "bind",
        source:
          "/var/lib/kubelet/pods/0f4e5c6d-1111-2222-3333-444455556666/volumes/kubernetes.io~projected/token",
        options: ["rbind", "ro"],
      },
      ...(made.mounts ?? []),
    ],
    annotations: {
      "io.kubernetes.cri.container-name": "main",
      "io.kubernetes.cri.container-type": "container",
      "io.kubernetes.cri.image-name": "registry.example/web:1",
      "io.kubernetes.cri.sandbox-id": sandboxId,
      "io.kubernetes.cri.sandbox-name": name,
      "io.kubernetes.cri.sandbox-namespace": namespace,
      "io.kubernetes.cri.sandbox-uid": "0f4e5c6d-1111-2222-3333-444455556666",
      ...made.annotations,
    },
    linux: {
      namespaces: types
        .filter((type) => !(made.without ?? []).includes(type))
        .map((type) => ({ type, path: made.paths?.[type] })),
      resources: { devices: made.devices ?? [{ allow: false, access: "rwm" }] },
      cgroupsPath: "kubepods-besteffort.slice:cri-containerd:x",
      seccomp:
        "seccomp" in made
          ? made.seccomp
          : {
              defaultAction: "SCMP_ACT_ERRNO",
              syscalls: [{ names: ["read"], action: "SCMP_ACT_ALLOW" }],
            },
      maskedPaths: made.masked ?? ["/proc/kcore"],
      readonlyPaths: made.readOnlyPaths ?? ["/proc/sys"],
    },
  });
}

export interface MadeProcess {
  readonly euid?: number;
  readonly seccomp?: number;
  readonly label?: string;
  /** Namespaces of the node that it is in. */
  readonly shares?: readonly string[];
  readonly of?: string;
}

/** A first process and process 1, in /proc. */
export function processFiles(pid: number, made: MadeProcess = {}): MemoryFiles {
  const kinds = ["net", "pid", "ipc", "user"];
  const status = (own: number, euid: number, seccomp: number) =>
    `Name:\tapp\nPid:\t${own}\nPPid:\t0\nUid:\t${euid}\t${euid}\t${euid}\t${euid}\nGid:\t0\t0\t0\t0\nNSpid:\t${own}\nCapEff:\t0\nCapBnd:\t0\nNoNewPrivs:\t1\nSeccomp:\t${seccomp}\n`;
  return {
    "/proc/1/status": status(1, 0, 0),
    "/proc/1/cmdline": "init\0",
    [`/proc/${pid}/status`]: status(pid, made.euid ?? 1000, made.seccomp ?? 2),
    [`/proc/${pid}/cmdline`]: "/app\0--token=secret\0",
    [`/proc/${pid}/cgroup`]: `0::/kubepods.slice/cri-containerd-${made.of ?? id}.scope\n`,
    [`/proc/${pid}/attr/current`]: `${made.label ?? "cri-containerd.apparmor.d (enforce)"}\n`,
    ...Object.fromEntries(kinds.map((kind) => [`/proc/1/ns/${kind}`, { link: `${kind}:[1]` }])),
    ...Object.fromEntries(
      kinds.map((kind) => {
        // A user namespace is the node's unless a pod asks for its own.
        const shared = kind === "user" || (made.shares ?? []).includes(kind);
        return [`/proc/${pid}/ns/${kind}`, { link: `${kind}:[${shared ? 1 : pid}]` }];
      }),
    ),
  };
}

export const appArmorOn: MemoryFiles = { "/sys/module/apparmor/parameters/enabled": "Y\n" };

/** A node with one container, and its process where one is given. */
export function containerNode(made: Made = {}, process?: MadeProcess): MemoryFiles {
  return {
    ...appArmorOn,
    [configAt()]: ociConfig(made),
    ...(process === undefined ? {} : { [`${task}/${id}/init.pid`]: "4242", ...processFiles(4242, process) }),
  };
}
