// docker.files.*, containerd.files.* and crio.files.*: one file of each group, loose, foreign and closed.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { files as ofContainerd } from "../../../src/checks/containerd/files.js";
import { files as ofCrio } from "../../../src/checks/crio/files.js";
import { files as ofDocker } from "../../../src/checks/docker/files.js";
import type { MemoryFiles, MemoryNode } from "../../../src/host/memory.js";
import { testCheck } from "../../support/check.js";

const accounts: MemoryFiles = { "/etc/passwd": "root:x:0:0::/root:/bin/sh\n", "/etc/group": "root:x:0:\n" };
const unit = (name: string, program: string) => ({
  [`/usr/lib/systemd/system/${name}`]: { text: `[Service]\nExecStart=${program}\n`, mode: 0o644 },
});
const plain = { mode: 0o644 } as const;
const folder = (mode: number): MemoryNode => ({ kind: "directory", mode });

const nodes: Readonly<Record<string, MemoryFiles>> = {
  docker: {
    ...accounts,
    ...unit("docker.service", "/usr/sbin/dockerd"),
    "/etc/systemd/system/docker.service.d/x.conf": { ...plain, text: "[Service]\n" },
    "/usr/lib/systemd/system/docker.socket": { ...plain, text: "[Socket]\n" },
    "/usr/sbin/dockerd": { text: "", mode: 0o755 },
    "/etc/docker": folder(0o755),
    "/etc/docker/daemon.json": {
      ...plain,
      text: '{"tlscacert":"/etc/docker/ca.pem","tlscert":"/etc/docker/cert.pem","tlskey":"/etc/docker/key.pem"}',
    },
    "/etc/docker/ca.pem": plain,
    "/etc/docker/cert.pem": plain,
    "/etc/docker/key.pem": { mode: 0o400 },
    "/etc/default/docker": plain,
    "/etc/docker/certs.d/registry.example/ca.crt": plain,
    "/etc/docker/certs.d/registry.example/client.key": { mode: 0o600 },
    "/var/lib/docker": folder(0o710),
  },
  containerd: {
    ...accounts,
    ...unit("containerd.service", "/usr/bin/containerd"),
    "/usr/bin/containerd": { text: "", mode: 0o755 },
    "/usr/bin/containerd-shim-runc-v2": { text: "", mode: 0o755 },
    "/etc/containerd": folder(0o755),
    "/etc/containerd/config.toml": {
      ...plain,
      text: 'version = 3\nimports = ["/etc/containerd/conf.d/*.toml"]\n[plugins."io.containerd.cri.v1.images".registry]\nconfig_path = "/etc/containerd/certs.d:/etc/docker/certs.d"\n',
    },
    "/etc/containerd/conf.d/10.toml": { ...plain, text: "version = 3\n" },
    "/etc/containerd/certs.d/docker.io/hosts.toml": plain,
    "/etc/containerd/certs.d/docker.io/client.key": { mode: 0o600 },
    "/var/lib/containerd": folder(0o700),
    "/run/containerd": folder(0o711),
  },
  crio: {
    ...accounts,
    ...unit("crio.service", "/usr/bin/crio"),
    "/usr/bin/crio": { text: "", mode: 0o755 },
    "/etc/default/crio": plain,
    "/etc/crio": folder(0o755),
    "/etc/crio/crio.conf": {
      ...plain,
      text: '[crio.runtime]\nhooks_dir = ["/etc/hooks"]\n[crio.image]\nglobal_auth_file = "/etc/crio/auth.json"\n',
    },
    "/etc/crio/crio.conf.d/10.conf": { ...plain, text: "[crio]\n" },
    "/etc/crio/auth.json": { mode: 0o600 },
    "/etc/hooks": folder(0o755),
    "/etc/hooks/a.json": plain,
    "/etc/containers/policy.json": plain,
    "/etc/containers/registries.conf.d/a.conf": plain,
    "/etc/containers/certs.d/registry.example/client.key": { mode: 0o600 },
    "/var/lib/containers/storage": folder(0o700),
  },
};

/** A path of each group, a mode too loose for it, and the mode after the repair. */
const loose: Readonly<Record<string, readonly [path: string, mode: number, fixed: string]>> = {
  "docker.files.service": ["/etc/systemd/system/docker.service.d/x.conf", 0o664, "0644"],
  "docker.files.socket-unit": ["/usr/lib/systemd/system/docker.socket", 0o666, "0644"],
  "docker.files.directory": ["/etc/docker", 0o777, "0755"],
  "docker.files.environment": ["/etc/default/docker", 0o646, "0644"],
  "docker.files.registries": ["/etc/docker/certs.d/registry.example/client.key", 0o644, "0600"],
  "docker.files.tls-ca": ["/etc/docker/ca.pem", 0o666, "0644"],
  "docker.files.tls-cert": ["/etc/docker/cert.pem", 0o666, "0644"],
  "docker.files.tls-key": ["/etc/docker/key.pem", 0o440, "0400"],
  "docker.files.state": ["/var/lib/docker", 0o755, "0711"],
  "docker.files.programs": ["/usr/sbin/dockerd", 0o775, "0755"],
  "containerd.files.config": ["/etc/containerd/config.toml", 0o664, "0644"],
  "containerd.files.drop-ins": ["/etc/containerd/conf.d/10.toml", 0o666, "0644"],
  "containerd.files.directory": ["/etc/containerd/conf.d", 0o777, "0755"],
  "containerd.files.service": ["/usr/lib/systemd/system/containerd.service", 0o666, "0644"],
  "containerd.files.registries": ["/etc/containerd/certs.d/docker.io/client.key", 0o640, "0600"],
  "containerd.files.state": ["/run/containerd", 0o755, "0711"],
  "containerd.files.programs": ["/usr/bin/containerd-shim-runc-v2", 0o777, "0755"],
  "crio.files.config": ["/etc/crio/crio.conf", 0o666, "0644"],
  "crio.files.drop-ins": ["/etc/crio/crio.conf.d/10.conf", 0o666, "0644"],
  "crio.files.directory": ["/etc/crio/crio.conf.d", 0o775, "0755"],
  "crio.files.service": ["/usr/lib/systemd/system/crio.service", 0o666, "0644"],
  "crio.files.environment": ["/etc/default/crio", 0o666, "0644"],
  "crio.files.registries": ["/etc/containers/registries.conf.d/a.conf", 0o666, "0644"],
  "crio.files.policy": ["/etc/containers/policy.json", 0o666, "0644"],
  "crio.files.hooks": ["/etc/hooks", 0o777, "0755"],
  "crio.files.credentials": ["/etc/crio/auth.json", 0o644, "0600"],
  "crio.files.state": ["/var/lib/containers/storage", 0o755, "0711"],
  "crio.files.programs": ["/usr/bin/crio", 0o775, "0755"],
};

const checks = [...ofDocker, ...ofContainerd, ...ofCrio];
assert.equal(checks.map(({ id }) => id).sort(), Object.keys(loose).sort());

for (const check of checks) {
  const files = nodes[check.domain] ?? {};
  const [path, mode, fixed] = loose[check.id] ?? ["", 0, ""];
  const before = files[path];
  const own = typeof before === "object" ? before : folder(0o755);
  testCheck(check, {
    passes: [{ name: "closed", files }],
    fails: [
      {
        name: "loose",
        files: { ...files, [path]: { ...own, mode } },
        at: [path],
        says: path,
        fixed: { [path]: fixed },
      },
      { name: "another account's", files: { ...files, [path]: { ...own, uid: 1000 } }, says: "1000" },
    ],
    errors: [
      {
        name: "a folder on the way may not be searched",
        files: { ...files, [path.slice(0, path.lastIndexOf("/"))]: { kind: "directory", error: "denied" } },
      },
    ],
    notApplicable: [{ name: "no such runtime", files: accounts }],
  });
}

test.run();
