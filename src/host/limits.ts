// The bounds of everything the host does: bytes, entries, links, time. No logic.

/** Bytes of a file read as configuration. The largest honest ones (sudoers, units, manifests) are far smaller. */
export const readLimit = 4 * 1024 * 1024;

const mebibyte = 1024 * 1024;

/**
 * Bytes kept of all files of one audit that lie in one part of the file system. `large` are the few that are read with a
 * limit of their own: databases, tables of the kernel. A thousand processes and their containers come to some 10 MiB.
 */
export const keptLimits = {
  etc: 24 * mebibyte,
  usr: 24 * mebibyte,
  var: 24 * mebibyte,
  run: 24 * mebibyte,
  proc: 64 * mebibyte,
  sys: 16 * mebibyte,
  other: 16 * mebibyte,
  large: 256 * mebibyte,
} as const;

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
