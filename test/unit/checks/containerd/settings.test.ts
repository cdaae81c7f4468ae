import { test } from "uvu";
import * as assert from "uvu/assert";
import { cri as criChecks } from "../../../../src/checks/containerd/cri.js";
import { settings } from "../../../../src/checks/containerd/settings.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const config = "/etc/containerd/config.toml";
const all = [...settings, ...criChecks];
const cri = (version: number) =>
  version >= 3
    ? 'plugins."io.containerd.cri.v1.runtime"'
    : version === 2
      ? 'plugins."io.containerd.grpc.v1.cri"'
      : "plugins.cri";

/** A hardened configuration of each version of the format. */
function hardened(version: number, more = "", runtime = ""): string {
  const table = cri(version);
  return [
    version === 1 ? "" : `version = ${version}`,
    version === 4 ? '[plugins."io.containerd.server.v1.grpc"]' : "[grpc]",
    '  address = "/run/containerd/containerd.sock"',
    version === 4 ? '[plugins."io.containerd.server.v1.grpc-tcp"]' : '  tcp_address = ""',
    version === 4 ? '[plugins."io.containerd.server.v1.debug"]' : "[debug]",
    '  address = ""',
    `[${table}]`,
    "  disable_apparmor = false",
    '  unset_seccomp_profile = "runtime/default"',
    "  enable_unprivileged_ports = true",
    "  enable_unprivileged_icmp = true",
    `[${table}.containerd.runtimes.runc]`,
    '  runtime_type = "io.containerd.runc.v2"',
    "  privileged_without_host_devices = true",
    runtime,
    "[proxy_plugins.stargz]",
    '  address = "/run/stargz/stargz.sock"',
    more,
  ].join("\n");
}

const node = (text: string, files: MemoryFiles = {}): MemoryFiles => ({
  [config]: { text, mode: 0o644 },
  "/usr/bin/containerd-shim-runc-v2": { text: "", mode: 0o755 },
  "/run/containerd/containerd.sock": { kind: "socket", mode: 0o660 },
  "/run/stargz/stargz.sock": { kind: "socket", mode: 0o600 },
  ...files,
});
/** Files are joined by the rules of the installed containerd: without its version nothing is certain. */
const installed = (version: string): MemoryFiles => ({
  "/var/lib/dpkg/status": `Package: containerd\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
});
const imported = (text: string) => ({
  ...installed("1.6.20~ds1-1"),
  ...node(`imports = ["/etc/containerd/conf.d/*.toml"]\n${hardened(2)}`, {
    "/etc/containerd/conf.d/z.toml": text,
  }),
});
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
    { files: { ...node(hardened(3)), ...installed("1.7.24") }, says: "containerd 1 does not know" },
    { files: imported("version = 3\n"), says: "containerd 1 does not know" },
    {
      files: node('version = 2\nimports = ["/etc/containerd/none.toml"]\n'),
      says: "none.toml, which is not there",
      at: [`${config}:2`],
    },
    {
      files: {
        ...node('version = 3\nimports = ["/etc/containerd/conf.d/*.toml"]\n'),
        "/etc/containerd/conf.d/.hidden.toml": "version = 4\n",
      },
      says: "higher than that of",
    },
    { files: { ...node("version = 2\n[plugins.cri]\n"), ...installed("1.6.20") }, says: "as version 1 did" },
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
  enable_unprivileged_ports: [
    {
      files: node(hardened(3).replace("ports = true", "ports = false")),
      says: "enable_unprivileged_ports is false",
      at: [`${config}:10`],
    },
    { files: { ...node("version = 2\n"), ...installed("1.7.24") }, says: "defaults to false" },
  ],
  enable_unprivileged_icmp: [{ files: node(hardened(2).replace("icmp = true", "icmp = false")) }],
  "proxy-plugins": [
    {
      files: node(hardened(2), { "/run/stargz/stargz.sock": { kind: "socket", mode: 0o666 } }),
      says: "/run/stargz/stargz.sock has mode 0666",
      fixed: { "/run/stargz/stargz.sock": "0660" },
    },
    {
      files: node(hardened(2, '[proxy_plugins.far]\naddress = "10.0.0.1:99"\n')),
      says: "not over a socket of this node",
    },
  ],
  runtimes: [
    { files: node(hardened(2, kata)), says: "kata needs containerd-shim-kata-v2", at: [`${config}:19`] },
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
};

assert.equal(all.map(({ id }) => id.replace("containerd.", "")).sort(), Object.keys(fails).sort());
for (const check of all) {
  const name = check.id.replace("containerd.", "");
  const decided = ["config-valid", "socket-permissions", "proxy-plugins"].includes(name);
  const switchedOff = { ...node('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n') };
  const unreadable = { ...node(hardened(2)), [config]: { error: "denied" as const } };
  testCheck(check, {
    passes: [1, 2, 3, 4].map((version) => ({
      name: `version ${version}`,
      // What containerd 2 takes of version 1 is another matter (facts/containerd-config.test.ts).
      files: { ...node(hardened(version)), ...(version === 1 ? installed("1.6.20") : {}) },
    })),
    fails: (fails[name] ?? []).map((one, index) => ({ name: String(index), ...one })),
    errors: [
      { name: "the configuration may not be read", files: unreadable },
      ...(decided
        ? []
        : [{ name: "containerd refuses it", files: node("version = 2\n[grpc\n"), says: "does not start" }]),
    ],
    notApplicable: [
      { name: "no containerd", files: { "/etc/hostname": "x\n" } },
      ...(criChecks.includes(check)
        ? [{ name: "the CRI plugin is off", files: switchedOff, says: "switched off" }]
        : []),
    ],
  });
}

test.run();
