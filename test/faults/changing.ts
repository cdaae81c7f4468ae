// System calls that change something: between two of them a kill leaves the same disk.
export const changing: ReadonlySet<string> = new Set([
  "write",
  "pwrite64",
  "fsync",
  "ftruncate",
  "rename",
  "unlink",
  "link",
  "symlink",
  "mkdir",
  "rmdir",
  "fchmod",
  "fchown",
  "lchown",
  "utimensat",
  "fsetxattr",
  "clone",
]);
