// A node with a kubelet and seccomp profiles, made of values.
import { readFileSync } from "node:fs";
import type { MemoryFiles } from "../../src/host/memory.js";
import { configured } from "./kubelet.js";

export const folder = "/var/lib/kubelet/seccomp";
export const ours = `${folder}/nodeward`;
export const shippedNames = ["audit", "violation", "fine-grained", "hardened", "runtime-base"] as const;

export function shipped(name: string): string {
  return readFileSync(new URL(`../../seccomp/${name}.json`, import.meta.url), "utf8");
}

const packages = [
  ["containerd", "1.7.24~ds1-6"],
  ["runc", "1.1.15+ds1-2"],
  ["libseccomp2", "2.6.0-2"],
].map(
  ([name, version]) =>
    `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
);

/** A kubelet, containerd, and its seccomp directory with these files. */
export function node(files: MemoryFiles = {}): MemoryFiles {
  return {
    ...configured("containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n"),
    "/var/lib/dpkg/status": packages.join("\n"),
    "/proc/sys/kernel/arch": "x86_64\n",
    "/proc/sys/kernel/osrelease": "6.12.1-amd64\n",
    "/proc/sys/kernel/seccomp/actions_avail":
      "kill_process kill_thread trap errno user_notif trace log allow\n",
    [folder]: { kind: "directory", mode: 0o755 },
    ...files,
  };
}

/** The same with all shipped profiles in place, `files` over them. */
export function installed(files: MemoryFiles = {}): MemoryFiles {
  const profiles = shippedNames.map((name) => [`${ours}/${name}.json`, { text: shipped(name), mode: 0o644 }]);
  return node({ ...Object.fromEntries(profiles), ...files });
}

/** hardened with two calls more. */
export const weak = JSON.stringify({
  ...JSON.parse(shipped("hardened")),
  syscalls: [
    ...JSON.parse(shipped("hardened")).syscalls,
    { names: ["mount", "bpf"], action: "SCMP_ACT_ALLOW" },
  ],
});
