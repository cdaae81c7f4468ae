// A node with sshd for unit tests: Debian 12 unless said, its package database, and the configuration given.
import type { MemoryFiles, MemoryNode } from "../../src/host/memory.js";

export const main = "/etc/ssh/sshd_config";
export const dropIn = "/etc/ssh/sshd_config.d/00-nodeward.conf";

export function installed(version: string, name = "openssh-server"): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;
}

export const debian12 = "1:9.2p1-2+deb12u10";

const osRelease: Readonly<Record<string, string>> = {
  "12": 'ID=debian\nVERSION_ID="12"\n',
  "13": 'ID=debian\nVERSION_ID="13"\n',
  "24.04": 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
  "20.04": 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"\n',
  "9": 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n',
  "7": 'ID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="7"\n',
};

/** `text` is sshd_config; `more` adds files, or takes one away. */
export function node(text: string, more: MemoryFiles = {}, version = debian12, release = "12"): MemoryFiles {
  return {
    [main]: { text, mode: 0o600 },
    "/var/lib/dpkg/status": installed(version),
    "/etc/os-release": osRelease[release] ?? "",
    ...more,
  };
}

/** With an Include at the top and the folder it names, as Debian and Ubuntu ship it. */
export function withDropIns(
  text: string,
  parts: Readonly<Record<string, string | MemoryNode>> = {},
  version = debian12,
  release = "12",
): MemoryFiles {
  const files = Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [`/etc/ssh/sshd_config.d/${name}`, part]),
  );
  const folder: MemoryFiles = { "/etc/ssh/sshd_config.d": { kind: "directory" } };
  return node(`Include /etc/ssh/sshd_config.d/*.conf\n${text}`, { ...folder, ...files }, version, release);
}
