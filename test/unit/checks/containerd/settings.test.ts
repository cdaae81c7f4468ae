import { test } from "uvu";
import * as assert from "uvu/assert";
import { settings } from "../../../../src/checks/containerd/settings.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const config = "/etc/containerd/config.toml";
const cri = (version: number) =>
  version === 3
    ? 'plugins."io.containerd.cri.v1.runtime"'
    : version === 2
      ? 'plugins."io.containerd.grpc.v1.cri"'
      : "plugins.cri";

/** A hardened configuration of each version of the format. */
function hardened(version: number, more = "", runtime = ""): string {
  const table = cri(version);
  return [
    version === 1 ? "" : `version = ${version}`,
    "[grpc]",
    '  address = "/run/containerd/containerd.sock"',
    '  tcp_address = ""',
    "[debug]",
    '  address = ""',
    `[${table}]`,
    "  disable_apparmor = false",
    '  unset_seccomp_profile = "runtime/default"',
    `[${table}.containerd.runtimes.runc]`,
    '  runtime_type = "io.containerd.runc.v2"',
    "  privileged_without_host_devices = true",
    runtime,
    more,
  ].join("\n");
}

const node = (text: string, files: MemoryFiles = {}): MemoryFiles => ({
  [config]: { text, mode: 0o644 },
  "/usr/bin/containerd-shim-runc-v2": { text: "", mode: 0o755 },
  "/run/containerd/containerd.sock": { kind: "socket", mode: 0o660 },
  ...files,
});
const imported = (text: string) =>
  node(`imports = ["conf.d/*.toml"]\n${hardened(2)}`, { "/etc/containerd/conf.d/z.toml": text });
const kata =
  '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.kata]\n  runtime_type = "io.containerd.kata.v2"\n';

interface Failing {
  readonly files: MemoryFiles;
  readonly says?: string;
  readonly at?: readonly string[];
  readonly fixed?: Readonly<Record<string, string>>;
}

const fails: Readonly<Record<string, readonly Failing[]>> = {
  "config-valid": [
    { files: node("version = 2\n[grpc\n"), says: "does not start" },
    { files: node("version = 9\n"), says: "version 9" },
    { files: imported("x = \n"), says: "/etc/containerd/conf.d/z.toml:1" },
  ],
  "socket-permissions": [
    {
      files: node(hardened(2), { "/run/containerd/containerd.sock": { kind: "socket", mode: 0o666 } }),
      fixed: { "/run/containerd/containerd.sock": "0660" },
    },
    {
      files: node(hardened(2), {
        "/run/containerd/containerd.sock": { kind: "socket", mode: 0o660, gid: 1000 },
      }),
    },
  ],
  "tcp-address": [
    {
      files: node(hardened(2).replace('tcp_address = ""', 'tcp_address = "0.0.0.0:2375"')),
      says: "0.0.0.0:2375",
      at: [`${config}:4`],
    },
    { files: imported('[grpc]\ntcp_address = "127.0.0.1:1"\n'), at: ["/etc/containerd/conf.d/z.toml:2"] },
  ],
  "debug-socket": [
    {
      files: node(hardened(2).replace('[debug]\n  address = ""', '[debug]\n  address = "127.0.0.1:6060"')),
      says: "127.0.0.1:6060",
    },
    {
      files: node(
        hardened(2).replace(
          '[debug]\n  address = ""',
          '[debug]\n  address = "/run/containerd/debug.sock"\n  gid = 1000',
        ),
      ),
    },
  ],
  privileged_without_host_devices: [
    { files: node(hardened(2).replace("privileged_without_host_devices = true", "")) },
    { files: node("version = 2\n") },
  ],
  "unset-seccomp-profile": [
    { files: node(hardened(2).replace("runtime/default", "")) },
    { files: node(hardened(1).replace("runtime/default", "unconfined")) },
  ],
  disable_apparmor: [
    {
      files: node(hardened(2).replace("disable_apparmor = false", "disable_apparmor = true")),
      at: [`${config}:8`],
    },
    { files: node(hardened(3).replace("disable_apparmor = false", "disable_apparmor = true")) },
    {
      files: imported('[plugins."io.containerd.grpc.v1.cri"]\ndisable_apparmor = true\n'),
      at: ["/etc/containerd/conf.d/z.toml:2"],
    },
  ],
  runtimes: [
    { files: node(hardened(2, kata)), says: "kata needs containerd-shim-kata-v2", at: [`${config}:15`] },
    {
      files: node(
        hardened(
          2,
          "",
          '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]\n  BinaryName = "/usr/bin/crun"',
        ),
      ),
      says: "/usr/bin/crun",
    },
  ],
  "files.config": [
    {
      files: node(hardened(2), { [config]: { text: hardened(2), mode: 0o666 } }),
      fixed: { [config]: "0644" },
    },
  ],
};

assert.equal(settings.map(({ id }) => id.replace("containerd.", "")).sort(), Object.keys(fails).sort());
for (const check of settings) {
  const name = check.id.replace("containerd.", "");
  const decided = ["config-valid", "socket-permissions", "files.config"].includes(name);
  const unreadable = { ...node(hardened(2)), [config]: { error: "denied" as const } };
  testCheck(check, {
    passes: [1, 2, 3].map((version) => ({ name: `version ${version}`, files: node(hardened(version)) })),
    fails: (fails[name] ?? []).map((one, index) => ({ name: String(index), ...one })),
    errors: [
      { name: "the configuration may not be read", files: unreadable },
      ...(decided
        ? []
        : [{ name: "containerd refuses it", files: node("version = 2\n[grpc\n"), says: "does not start" }]),
    ],
    notApplicable: [{ name: "no containerd", files: { "/etc/hostname": "x\n" } }],
  });
}

test.run();
