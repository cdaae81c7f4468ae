// Which kubelet is installed, by whatever tells it on each distribution.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { kubeletVersion } from "../../../src/facts/kubelet-version.js";
import { roles } from "../../../src/facts/roles.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";
import { process } from "../../support/kubelet.js";

const versions: readonly (readonly [
  name: string,
  files: MemoryFiles,
  expected: string | null,
  options?: MemoryOptions,
])[] = [
  [
    "a package",
    { "/var/lib/dpkg/status": "Package: kubelet\nStatus: install ok installed\nVersion: 1.34.2-1.1\n\n" },
    "1.34.2",
  ],
  [
    "a versioned path behind a link",
    {
      "/usr/bin/kubelet": { link: "/opt/kubernetes/v1.30.14/kubelet" },
      "/opt/kubernetes/v1.30.14/kubelet": "",
    },
    "1.30.14",
  ],
  [
    "a versioned name",
    { "/usr/local/bin/kubelet": { link: "kubelet-1.29.7" }, "/usr/local/bin/kubelet-1.29.7": "" },
    "1.29.7",
  ],
  [
    "rke2's data folder",
    {
      ...process(9, ["/var/lib/rancher/rke2/data/v1.31.4-rke2r1-abc/bin/kubelet"]),
      "/var/lib/rancher/rke2/data/v1.31.4-rke2r1-abc/bin/kubelet": "",
    },
    "1.31.4",
  ],
  [
    "MicroK8s' snap",
    { "/snap/microk8s/current/meta/snap.yaml": "name: microk8s\nversion: v1.32.3\n" },
    "1.32.3",
  ],
  ["Bottlerocket's variant", { "/etc/os-release": "ID=bottlerocket\nVARIANT_ID=aws-k8s-1.33\n" }, "1.33"],
  [
    "the kubelet itself, last",
    {},
    "1.36.1",
    {
      live: true,
      runs: { "kubelet-version": { state: "ok", code: 0, stdout: "Kubernetes v1.36.1\n", stderr: "" } },
    },
  ],
  ["nothing", {}, null],
  [
    "an address is no version",
    { "/usr/bin/kubelet": { link: "/srv/10.1.2.3/kubelet" }, "/srv/10.1.2.3/kubelet": "" },
    null,
  ],
];
for (const [name, files, expected, options] of versions)
  test(`version: ${name}`, async () => {
    const ask = asker(memoryHost(files, options));
    const fact = await ask(kubeletVersion);
    assert.is(fact.state === "known" ? fact.value.text : null, expected);
    const role = await ask(roles);
    assert.is(role.state === "known" ? role.value.kubeletVersion : undefined, expected);
  });

test.run();
