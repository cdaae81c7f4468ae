// Which file system types hold what: local files, memory, another machine's files, the kernel's own. Data, no mounts.

export type MountKind =
  /** Files on a disk of this machine. */
  | "disk"
  /** Files in memory (tmpfs). */
  | "memory"
  /** Views of the kernel: no files anybody put there. */
  | "pseudo"
  /** Files that another machine or a program hands out: can hang, and are judged where they live. */
  | "network"
  /** Layers of a container, or of an image that is the whole system. */
  | "overlay"
  /** A read-only image in one file: a snap, a CD. */
  | "image"
  /** A type that this table does not know. */
  | "other";

const types: Readonly<Record<Exclude<MountKind, "other">, string>> = {
  disk: "ext2 ext3 ext4 xfs btrfs zfs bcachefs f2fs jfs reiserfs nilfs2 vfat msdos exfat ntfs ntfs3 hfsplus ufs minix",
  memory: "tmpfs ramfs rootfs",
  pseudo:
    "proc sysfs cgroup cgroup2 hugetlbfs devpts devtmpfs mqueue securityfs debugfs tracefs pstore bpf configfs efivarfs selinuxfs " +
    "binfmt_misc fusectl autofs nsfs rpc_pipefs nfsd sockfs pipefs anon_inodefs resctrl binder functionfs",
  network:
    "nfs nfs4 cifs smb3 smbfs ceph 9p virtiofs afs glusterfs lustre gfs2 ocfs2 beegfs orangefs pvfs2 davfs coda ncpfs fuse fuseblk",
  overlay: "overlay aufs overlayfs",
  image: "squashfs erofs iso9660 udf cramfs romfs",
};

const kinds: ReadonlyMap<string, MountKind> = new Map([
  ...types.disk.split(" ").map((type) => [type, "disk"] as const),
  ...types.memory.split(" ").map((type) => [type, "memory"] as const),
  ...types.pseudo.split(" ").map((type) => [type, "pseudo"] as const),
  ...types.network.split(" ").map((type) => [type, "network"] as const),
  ...types.overlay.split(" ").map((type) => [type, "overlay"] as const),
  ...types.image.split(" ").map((type) => [type, "image"] as const),
]);

/** What a file system of this type (filesystems(5), /proc/filesystems) holds. */
export function mountKind(type: string): MountKind {
  // fuse.sshfs, fuse.lxcfs, …: a program hands out what it likes.
  if (type.startsWith("fuse.")) return "network";
  return kinds.get(type) ?? "other";
}
