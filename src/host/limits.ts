// The bounds of everything the host does: bytes, entries, links, time. No logic.

/** Bytes of a file read as configuration. The largest honest ones (sudoers, units, manifests) are far smaller. */
export const readLimit = 4 * 1024 * 1024;

const mebibyte = 1024 * 1024;

/**
 * Bytes kept of all files of one audit that lie in one part of the file system: many times what a node with everything
 * installed has there. `containers` are the JSON files below /run and /var, a dozen KiB for each container. `large` are
 * the few that are read with a limit of their own: databases, tables of the kernel. A thousand processes come to some
 * 10 MiB.
 */
export const keptLimits = {
  containers: 24 * mebibyte,
  etc: 8 * mebibyte,
  usr: 8 * mebibyte,
  var: 16 * mebibyte,
  run: 8 * mebibyte,
  proc: 64 * mebibyte,
  sys: 8 * mebibyte,
  other: 8 * mebibyte,
  large: 256 * mebibyte,
} as const;

/**
 * Lines kept of them, where a program reads line by line and each of them becomes values many times its size: /etc of a
 * node has some ten thousand. Tables of the kernel and databases are bounded where they are read.
 */
export const lineLimits: Readonly<Record<keyof typeof keptLimits, number>> = {
  containers: Number.POSITIVE_INFINITY,
  etc: 200_000,
  usr: 200_000,
  var: 200_000,
  run: 200_000,
  proc: Number.POSITIVE_INFINITY,
  sys: 200_000,
  other: 200_000,
  large: Number.POSITIVE_INFINITY,
};

/**
 * Bytes and lines kept of one folder of /etc (`/etc/ssh`), of a home and the like, with all below it: one program's files,
 * which come to some hundred KiB where there are profiles for everything, or ten thousand rules of a firewall.
 */
export const folderLimits = { bytes: 3 * mebibyte, lines: 60_000 } as const;

/** Bytes hashed of one file; the largest platform binaries are near 150 MiB. */
export const digestLimit = 1024 * 1024 * 1024;

/** Entries of one directory. */
export const listLimit = 100_000;

/** Symbolic links followed in one path: the kernel's MAXSYMLINKS (path_resolution(7)). */
export const linkLimit = 40;

/** PATH_MAX, limits.h. */
export const pathLimit = 4096;

/** Milliseconds for one operation on a file system that can hang (network, FUSE) and for one probe. */
export const timeLimitMs = 2000;

/** Directory descriptors kept open by one host; far below the usual soft limit of 1024. */
export const heldDirectories = 256;
