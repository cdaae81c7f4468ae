// The configuration of a container that is started to try a profile (config.json of the OCI runtime specification): a
// program in a bare root, as a pod's container would be started. Writes and starts nothing.

export interface TrialMount {
  readonly source: string;
  readonly destination: string;
}

export interface Trial {
  /** The text of a profile, put in as it stands: numbers above 2^53 must survive. Undefined: no filter. */
  readonly profile: string | undefined;
  readonly args: readonly string[];
  readonly noNewPrivileges: boolean;
  /** Read-only bind mounts. */
  readonly mounts: readonly TrialMount[];
  readonly cgroup: string;
  /** False: that of this machine, to reach what listens on it. */
  readonly ownNetwork: boolean;
}

/** What containerd gives a plain container. */
const capabilities = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_NET_BIND_SERVICE",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SYS_CHROOT",
];

const place = '"nodeward-seccomp-goes-here"';

/** The user is 0, as in most containers: the runtime then sets user, groups and capabilities under the filter. */
export function trialConfig({ profile, args, noNewPrivileges, mounts, cgroup, ownNetwork }: Trial): string {
  const kept = { bounding: capabilities, effective: capabilities, permitted: capabilities };
  const bind = mounts.map(({ source, destination }) => ({
    source,
    destination,
    type: "bind",
    options: ["rbind", "ro", "nosuid", "nodev"],
  }));
  const config = {
    ociVersion: "1.0.2",
    process: {
      user: { uid: 0, gid: 0 },
      args,
      env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
      cwd: "/",
      noNewPrivileges,
      capabilities: kept,
    },
    root: { path: "rootfs", readonly: false },
    hostname: "trial",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755", "size=1m"] },
      ...bind,
    ],
    linux: {
      cgroupsPath: cgroup,
      namespaces: ["pid", "ipc", "uts", "mount", ...(ownNetwork ? ["network"] : [])].map((type) => ({
        type,
      })),
      maskedPaths: ["/proc/kcore", "/proc/keys"],
      readonlyPaths: ["/proc/sys"],
      ...(profile === undefined ? {} : { seccomp: JSON.parse(place) }),
    },
  };
  const text = JSON.stringify(config);
  // A function, for a text would have its `$&` replaced.
  return profile === undefined ? text : text.replace(place, () => profile);
}
