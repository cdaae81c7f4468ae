// Groups whose members can become root, and how. Data: what programs and kernel give them, not who is in them.

export interface RootGroup {
  /** Follows "group docker, which …". */
  readonly means: string;
  /** The way goes through sudo, which asks for a password and writes a log. */
  readonly accountable: boolean;
}

function by(means: string): RootGroup {
  return { means, accountable: false };
}

const sudoers: RootGroup = { means: "sudo lets become root", accountable: true };

export const rootGroups: ReadonlyMap<string, RootGroup> = new Map([
  ["sudo", sudoers],
  ["wheel", sudoers],
  ["admin", sudoers],
  ["adm", { means: "reads the logs, and with them what was typed in the wrong place", accountable: true }],
  ["docker", by("starts containers with the host's root directory in them")],
  ["lxd", by("starts containers with the host's root directory in them")],
  ["incus", by("starts containers with the host's root directory in them")],
  ["incus-admin", by("starts containers with the host's root directory in them")],
  ["microk8s", by("is admin of the cluster on this node, and root in its pods")],
  ["snap_microk8s", by("is admin of the cluster on this node, and root in its pods")],
  ["containerd", by("starts containers with the host's root directory in them")],
  ["disk", by("reads and writes the disks below the file systems")],
  ["kmem", by("reads the memory of the kernel")],
  ["shadow", by("reads the password hashes")],
  ["libvirt", by("starts virtual machines with the host's disks")],
]);
