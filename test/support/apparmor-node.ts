// A node with AppArmor in its kernel, its parser, and profiles on disk and loaded, made of values.
import { readFileSync } from "node:fs";
import type { MemoryFiles } from "../../src/host/memory.js";

export const policyFolder = "/etc/apparmor.d";
export const listFile = "/sys/kernel/security/apparmor/profiles";
export const shippedNames = ["nodeward-audit", "nodeward-deny-write", "nodeward-restricted"] as const;

export function shipped(name: string): string {
  return readFileSync(new URL(`../../apparmor/${name}`, import.meta.url), "utf8");
}

/** The mode in which each shipped profile is in the kernel. */
export const modeOf = (name: string): string => (name === "nodeward-audit" ? "complain" : "enforce");

/** A kernel with these profiles (`name (mode)`), and the parser. */
export function node(loaded: readonly string[], files: MemoryFiles = {}): MemoryFiles {
  return {
    "/sys/module/apparmor/parameters/enabled": "Y\n",
    [listFile]: loaded.map((line) => `${line}\n`).join(""),
    "/usr/sbin/apparmor_parser": { text: "", mode: 0o755 },
    "/proc/1/status": "Name:\tsystemd\nPid:\t1\nPPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n",
    [policyFolder]: { kind: "directory" },
    ...files,
  };
}

/** The same with all shipped profiles in place and loaded, `files` over them. */
export function installed(files: MemoryFiles = {}): MemoryFiles {
  const profiles = shippedNames.map((name) => [`${policyFolder}/${name}`, shipped(name)]);
  return node(
    shippedNames.map((name) => `${name} (${modeOf(name)})`),
    { ...Object.fromEntries(profiles), ...files },
  );
}
