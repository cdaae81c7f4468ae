// Where each distribution keeps the kubelet's settings, and whose they are.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { MemoryFiles, MemoryOptions } from "../../../src/host/memory.js";
import { config, configured, effective, head, kubeadm, kubeletOf, process } from "../../support/kubelet.js";

const anonymous = "authentication.anonymous.enabled";
const k3s: MemoryFiles = {
  "/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n",
  "/var/lib/rancher/k3s/agent/client-ca.crt": "",
  "/var/lib/rancher/k3s/agent/kubelet.kubeconfig": "",
  "/var/lib/rancher/k3s/agent/serving-kubelet.crt": "",
  "/var/lib/rancher/k3s/agent/serving-kubelet.key": "",
};
const k3sDropIn = "/var/lib/rancher/k3s/agent/etc/kubelet.conf.d/00-k3s-defaults.conf";
const rke2: MemoryFiles = {
  "/etc/rancher/rke2/config.yaml": "kubelet-arg:\n  - read-only-port=0\n  - anonymous-auth=true\n",
  "/usr/local/lib/systemd/system/rke2-server.service": "[Service]\nExecStart=/usr/local/bin/rke2 server\n",
  "/var/lib/rancher/rke2/agent/kubelet.kubeconfig": "",
};
const snap = "/var/snap/microk8s/current/args/kubelet";

const rows: readonly (readonly [
  name: string,
  files: MemoryFiles,
  layout: string,
  path: string,
  expected: readonly string[],
  options?: MemoryOptions,
])[] = [
  ["kubeadm", kubeadm(""), "kubeadm", anonymous, [`false @ ${config}`]],
  ["k3s up to 1.31: flags of its own", k3s, "k3s", anonymous, ["false @ k3s"]],
  [
    "k3s: kubelet-arg comes after its own",
    { ...k3s, "/etc/rancher/k3s/config.yaml": "kubelet-arg:\n  - anonymous-auth=true\n" },
    "k3s",
    anonymous,
    ["true @ /etc/rancher/k3s/config.yaml:2"],
  ],
  [
    "k3s: kubelet-arg on the unit's command line",
    {
      ...k3s,
      "/etc/systemd/system/k3s.service":
        "[Service]\nExecStart=/usr/local/bin/k3s server --kubelet-arg=anonymous-auth=true\n",
    },
    "k3s",
    anonymous,
    ["true @ /etc/systemd/system/k3s.service:2"],
  ],
  [
    "k3s: the command line adds to the list of the file",
    {
      ...k3s,
      "/etc/rancher/k3s/config.yaml": "kubelet-arg:\n  - anonymous-auth=true\n",
      "/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server --kubelet-arg=v=2\n",
    },
    "k3s",
    anonymous,
    ["true @ /etc/rancher/k3s/config.yaml:2"],
  ],
  [
    "k3s: and comes behind it",
    {
      ...k3s,
      "/etc/rancher/k3s/config.yaml": "kubelet-arg:\n  - anonymous-auth=true\n",
      "/etc/systemd/system/k3s.service":
        "[Service]\nExecStart=/usr/local/bin/k3s server --kubelet-arg=anonymous-auth=false\n",
    },
    "k3s",
    anonymous,
    ["false @ /etc/systemd/system/k3s.service:2"],
  ],
  [
    "k3s from 1.32: a drop-in without --config",
    {
      ...k3s,
      [k3sDropIn]: `${head}authentication: {anonymous: {enabled: false}, webhook: {enabled: true}}\nauthorization: {mode: Webhook}\n`,
    },
    "k3s",
    anonymous,
    [`false @ ${k3sDropIn}:3`],
  ],
  [
    "k3s from 1.32: the port stays closed by flag",
    { ...k3s, [k3sDropIn]: head },
    "k3s",
    "readOnlyPort",
    ["0 @ k3s"],
  ],
  [
    "k3s from 1.32: what the drop-in leaves out is legacy",
    { ...k3s, [k3sDropIn]: head },
    "k3s",
    anonymous,
    ["true @ /etc/rancher/k3s/config.yaml"],
  ],
  [
    "k3s: its own drop-in, written as it starts",
    {
      ...k3s,
      [k3sDropIn]: { text: `${head}podPidsLimit: 9\n`, mtimeMs: 1_060_000 },
      ...process(7, ["/usr/local/bin/k3s server"], { name: "k3s-server" }),
    },
    "k3s",
    "podPidsLimit",
    [`9 @ ${k3sDropIn}:3`],
    { live: true },
  ],
  [
    "k3s: configuration newer than its process",
    {
      ...k3s,
      "/etc/rancher/k3s/config.yaml": { text: "kubelet-arg: [pod-max-pids=9]\n", mtimeMs: 2_000_000 },
      ...process(7, ["/usr/local/bin/k3s", "server"], { name: "k3s-server" }),
    },
    "k3s",
    "podPidsLimit",
    [
      "running now: not known (/etc/rancher/k3s/config.yaml was changed after the kubelet started) @ /etc/rancher/k3s/config.yaml:1",
      "after the next restart: 9 @ /etc/rancher/k3s/config.yaml:1",
    ],
    { live: true },
  ],
  [
    "rke2: its own process",
    {
      ...rke2,
      ...process(9, [
        "kubelet",
        "--config-dir=/var/lib/rancher/rke2/agent/etc/kubelet.conf.d",
        "--kubeconfig=/var/lib/rancher/rke2/agent/kubelet.kubeconfig",
        "--anonymous-auth=true",
      ]),
      "/var/lib/rancher/rke2/agent/etc/kubelet.conf.d/00-rke2-defaults.conf": head,
    },
    "rke2",
    anonymous,
    ["true @ /etc/rancher/rke2/config.yaml:3"],
    { live: true },
  ],
  [
    "rke2 without a process",
    { ...rke2, "/var/lib/rancher/rke2/agent/etc/kubelet.conf.d/00-rke2-defaults.conf": head },
    "rke2",
    anonymous,
    ["true @ /etc/rancher/rke2/config.yaml:3"],
  ],
  [
    "microk8s: arguments in a file, no --config, legacy defaults",
    {
      [snap]: "--kubeconfig=${SNAP_DATA}/credentials/kubelet.config\n",
      "/var/snap/microk8s/current/credentials/kubelet.config": "",
    },
    "microk8s",
    anonymous,
    [`true @ ${snap}`],
  ],
  [
    "microk8s: a line of the file",
    {
      [snap]: "# no\n--kubeconfig=${SNAP_DATA}/credentials/kubelet.config\n--anonymous-auth=false\n",
      "/var/snap/microk8s/current/credentials/kubelet.config": "",
    },
    "microk8s",
    anonymous,
    [`false @ ${snap}:3`],
  ],
  [
    "Talos",
    {
      ...process(9, [
        "/usr/local/bin/kubelet",
        "--config=/etc/kubernetes/kubelet.yaml",
        "--kubeconfig=/etc/kubernetes/kubeconfig-kubelet",
      ]),
      "/etc/kubernetes/kubelet.yaml": head,
      "/etc/kubernetes/kubeconfig-kubelet": "",
      "/etc/os-release": "ID=talos\n",
    },
    "talos",
    anonymous,
    ["false @ /etc/kubernetes/kubelet.yaml"],
    { live: true },
  ],
  [
    "OpenShift: kubelet.conf is its configuration",
    {
      ...configured("", {
        "/etc/machine-config-daemon/currentconfig": "{}",
        "/etc/systemd/system/kubelet.service":
          "[Service]\nExecStart=/usr/local/bin/kubenswrapper /usr/bin/kubelet --config=/etc/kubernetes/kubelet.conf --config-dir=/etc/openshift/kubelet.conf.d --kubeconfig=/var/lib/kubelet/kubeconfig\n",
        "/etc/kubernetes/kubelet.conf": `${head}podPidsLimit: 4096\n`,
        "/var/lib/kubelet/kubeconfig": "",
        "/etc/openshift/kubelet.conf.d/x.conf": head,
      }),
    },
    "openshift",
    "podPidsLimit",
    ["4096 @ /etc/kubernetes/kubelet.conf:3"],
  ],
  ["by hand", configured(""), "plain", anonymous, [`false @ ${config}`]],
];
for (const [name, files, layout, path, expected, options] of rows)
  test(`layout: ${name}`, async () => {
    assert.is((await kubeletOf(files, options)).layout.name, layout);
    assert.equal(await effective(files, path, options), expected);
  });

test.run();
