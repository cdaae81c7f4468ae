// The checks on owner and mode of the kubelet's files, each where the kubelet's own settings say it lies.
import { test } from "uvu";
import { checksById } from "../../../../src/checks/index.js";
import { imageCredential, staticPodPath } from "../../../../src/checks/kubelet/folders.js";
import type { MemoryFiles, MemoryNode } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { config, configured, head, ownUnit, started } from "../../../support/kubelet.js";

const words = `--config=${config} --kubeconfig=/etc/kubernetes/kubelet.conf --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --config-dir=/etc/k.d`;
const kubeconfig = "apiVersion: v1\nkind: Config\nclusters: []\n";
const base: MemoryFiles = started(words, {
  [config]: {
    text: `${head}authentication: {x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}\ntlsCertFile: /etc/kubernetes/pki/k.crt\ntlsPrivateKeyFile: /etc/kubernetes/pki/k.key\n`,
    mode: 0o600,
  },
  [`${ownUnit}.d/10.conf`]: { text: "[Service]\nEnvironmentFile=-/etc/default/kubelet\n", mode: 0o644 },
  "/etc/k.d": { kind: "directory", mode: 0o755 },
  "/etc/k.d/a.conf": { text: head, mode: 0o600 },
  "/etc/kubernetes/kubelet.conf": { text: kubeconfig, mode: 0o600 },
  "/etc/kubernetes/bootstrap-kubelet.conf": { text: kubeconfig, mode: 0o600 },
  "/etc/kubernetes/pki/ca.crt": { text: "", mode: 0o644 },
  "/etc/kubernetes/pki/k.crt": { text: "", mode: 0o644 },
  "/etc/kubernetes/pki/k.key": { text: "", mode: 0o600 },
  "/var/lib/kubelet/pki": { kind: "directory", mode: 0o700 },
  "/var/lib/kubelet/pki/kubelet-client-current.pem": { text: "", mode: 0o600 },
});

const rows: readonly (readonly [name: string, path: string, bad: MemoryNode, fixed: string])[] = [
  ["service", ownUnit, { mode: 0o666 }, "0644"],
  ["service-drop-ins", `${ownUnit}.d/10.conf`, { mode: 0o664 }, "0644"],
  ["kubeconfig", "/etc/kubernetes/kubelet.conf", { mode: 0o644 }, "0600"],
  ["bootstrap-kubeconfig", "/etc/kubernetes/bootstrap-kubelet.conf", { mode: 0o640 }, "0600"],
  ["ca", "/etc/kubernetes/pki/ca.crt", { mode: 0o664 }, "0644"],
  ["config", config, { mode: 0o644 }, "0600"],
  ["drop-ins", "/etc/k.d/a.conf", { mode: 0o644 }, "0600"],
  ["cert", "/etc/kubernetes/pki/k.crt", { mode: 0o646 }, "0644"],
  ["key", "/var/lib/kubelet/pki/kubelet-client-current.pem", { mode: 0o640 }, "0600"],
  ["pki-dir", "/var/lib/kubelet/pki", { mode: 0o777 }, "0755"],
];

function changed(path: string, bad: MemoryNode): MemoryFiles {
  const node = base[path];
  return { ...base, [path]: { ...(typeof node === "string" ? { text: node } : node), ...bad } };
}

for (const [name, path, bad, fixed] of rows) {
  const check = checksById.get(`kubelet.file.${name}`);
  if (check === undefined) throw new Error(name);
  testCheck(check, {
    passes: [{ name: "as it should be", files: base }],
    fails: [
      { name: "too many rights", files: changed(path, bad), says: /has mode/, fixed: { [path]: fixed } },
      { name: "another owner", files: changed(path, { uid: 1000 }), says: /belongs to user 1000/ },
    ],
    errors: [
      {
        name: "a folder that may not be searched",
        files: { ...base, [path.slice(0, path.lastIndexOf("/"))]: { kind: "directory", error: "denied" } },
      },
    ],
    notApplicable: [{ name: "no kubelet", files: { "/etc/hostname": "a\n" } }],
    hides: [path.slice(0, path.lastIndexOf("/"))],
  });
}

const pods = "/etc/kubernetes/manifests";
const withPods = (mode: number, more: MemoryFiles = {}): MemoryFiles =>
  configured(`staticPodPath: ${pods}\n`, {
    [pods]: { kind: "directory", mode },
    [`${pods}/a.yaml`]: { text: "", mode: 0o600 },
    ...more,
  });

testCheck(staticPodPath, {
  passes: [
    { name: "a folder only root writes", files: withPods(0o755) },
    { name: "not set", files: configured("") },
    { name: "set and not there yet", files: configured(`staticPodPath: ${pods}\n`) },
  ],
  fails: [
    { name: "everybody writes", files: withPods(0o777), says: /manifests has mode 0777/ },
    {
      name: "a manifest somebody writes",
      files: withPods(0o755, { [`${pods}/b.yaml`]: { text: "", mode: 0o664 } }),
      says: /b\.yaml has mode 0664/,
    },
    {
      name: "somebody else's manifest",
      files: withPods(0o755, { [`${pods}/b.yaml`]: { text: "", uid: 1000 } }),
      says: /belongs to user 1000/,
    },
    {
      name: "refused on workers",
      files: withPods(0o755),
      params: { set: "refused" },
      says: /staticPodPath is set/,
    },
  ],
  errors: [
    {
      name: "a folder that may not be listed",
      files: withPods(0o755, { [pods]: { kind: "directory", error: "denied" } }),
    },
    { name: "a kubelet that would not start", files: configured("maxPods: x\n") },
  ],
  notApplicable: [{ name: "no kubelet", files: { "/etc/hostname": "a\n" } }],
});

const provider =
  "--image-credential-provider-config=/etc/cred.yaml --image-credential-provider-bin-dir=/opt/cred";
const credentials = (mode: number): MemoryFiles => ({
  ...started(`--config=${config} --kubeconfig=/etc/kubernetes/kubelet.conf ${provider}`, { [config]: head }),
  "/etc/cred.yaml": { text: "", mode: 0o644 },
  "/opt/cred": { kind: "directory", mode: 0o755 },
  "/opt/cred/ecr": { text: "", mode },
});

testCheck(imageCredential, {
  passes: [{ name: "only root writes", files: credentials(0o755) }],
  fails: [
    {
      name: "a program somebody replaces",
      files: credentials(0o775),
      says: /\/opt\/cred\/ecr has mode 0775/,
    },
  ],
  errors: [
    {
      name: "a folder that may not be listed",
      files: { ...credentials(0o755), "/opt/cred": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "none set", files: configured(""), says: /no image credential provider/ }],
});

test.run();
