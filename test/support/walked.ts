// A small node for tests of what the walk finds, and the ways in which it can be kept from being seen.
import type { MemoryFiles } from "../../src/host/memory.js";

export const table = "/proc/1/mountinfo";
export const rootMount = "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n";
export const walked: MemoryFiles = {
  [table]: `${rootMount}28 27 0:5 / /proc rw - proc proc rw\n`,
  "/etc/passwd":
    "root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/usr/sbin/nologin\nalice:x:1000:1000::/home/alice:/bin/sh\n",
  "/etc/group": "root:x:0:\ndaemon:x:1:\nshadow:x:42:\nalice:x:1000:\n",
  "/var/lib/dpkg/status":
    "Package: passwd\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n",
  "/var/lib/dpkg/info/passwd.list": "/.\n/usr/bin/passwd\n/usr/bin/chage\n",
};
export const hidden = {
  name: "a directory could not be entered",
  files: { ...walked, "/root": { kind: "directory", error: "denied" } },
  says: /1 places could not be looked at: permission denied: \/root/,
} as const;
export const noTable = { name: "the mount table is nonsense", files: { ...walked, [table]: "x" } };
