import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { type SeccompNode, seccompNode } from "../../../src/facts/seccomp-node.js";
import { type SeccompProfiles, seccompProfiles } from "../../../src/facts/seccomp-profiles.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { configAt, id, ociConfig, processFiles, task } from "../../support/containers.js";
import { configured, flags } from "../../support/kubelet.js";
import { folder, installed, node, ours, shipped } from "../../support/seccomp-node.js";

async function gathered(files: MemoryFiles): Promise<SeccompProfiles> {
  const fact = await asker(memoryHost(files))(seccompProfiles);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

async function nodeOf(files: MemoryFiles): Promise<SeccompNode> {
  const fact = await asker(memoryHost(files))(seccompNode);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

test("the directory follows the kubelet's root directory, and each distribution's own", async () => {
  assert.is((await gathered(node())).folder, "/var/lib/kubelet/seccomp");
  assert.is((await gathered(flags("--root-dir=/data/kubelet/"))).folder, "/data/kubelet/seccomp");
  const k3s = {
    "/etc/rancher/k3s/config.yaml": "kubelet-arg: [root-dir=/data/k3s]\n",
    "/etc/systemd/system/k3s.service": "[Service]\nExecStart=/usr/local/bin/k3s server\n",
  };
  assert.is((await gathered(k3s)).folder, "/data/k3s/seccomp");
  const microk8s = {
    "/var/snap/microk8s/current/args/kubelet": "--kubeconfig=${SNAP_DATA}/credentials/kubelet.config\n",
  };
  assert.is((await gathered(microk8s)).folder, "/var/snap/microk8s/common/var/lib/kubelet/seccomp");
  const told = { "/var/snap/microk8s/current/args/kubelet": "--root-dir=${SNAP_COMMON}/other\n" };
  assert.is((await gathered(told)).folder, "/var/snap/microk8s/common/other/seccomp");
  const none = await asker(memoryHost({}))(seccompProfiles);
  assert.is(none.state, "absent");
});

test("profiles are named as localhostProfile names them, sub-folders and all", async () => {
  const { installed: found, unread } = await gathered(
    node({
      [`${folder}/a.json`]: "{}",
      [`${folder}/operator/ns/b.json`]: "{}",
      [`${folder}/c.json`]: { link: "/nowhere" },
    }),
  );
  assert.equal(
    found.map(({ name }) => name),
    ["a.json", "operator/ns/b.json"],
  );
  assert.equal(
    unread.map(({ path }) => path),
    [`${folder}/c.json`],
  );
});

test("what containers use: the filter itself, the name CRI-O keeps, a static pod's word", async () => {
  const seccomp = JSON.parse(shipped("hardened"));
  const containerd = {
    [configAt()]: ociConfig({ pod: "shop/web", seccomp }),
    [`${task}/${id}/init.pid`]: "42",
    ...processFiles(42),
  };
  const used = async (files: MemoryFiles) => {
    const { installed: found, usageUnknown } = await gathered(installed(files));
    assert.is(usageUnknown, undefined);
    return found
      .filter(({ usedBy }) => usedBy.length > 0)
      .map(({ name, usedBy }) => `${name}: ${usedBy.join("; ")}`);
  };
  assert.equal(await used(containerd), ["nodeward/hardened.json: shop/web, container main"]);
  const crio = `/run/containers/storage/overlay-containers/${id}/userdata`;
  const annotations = {
    "io.kubernetes.cri-o.SeccompProfilePath": "localhost/nodeward/audit.json",
    "io.kubernetes.pod.namespace": "shop",
    "io.kubernetes.pod.name": "log",
    "io.kubernetes.container.name": "main",
  };
  const other = {
    [`${crio}/config.json`]: ociConfig({ annotations }),
    [`${crio}/pidfile`]: "42",
    ...processFiles(42),
  };
  assert.equal(await used(other), ["nodeward/audit.json: shop/log, container main"]);
  const manifest =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: shop}\nspec:\n  securityContext: {seccompProfile: {type: Localhost, localhostProfile: nodeward/audit.json}}\n  containers: [{name: a, image: b}]\n";
  assert.equal(await used({ "/etc/kubernetes/manifests/x.yaml": manifest }), [
    "nodeward/audit.json: static pod shop/x",
  ]);
  const stopped = { [configAt()]: ociConfig({ seccomp }), [`${task}/${id}/init.pid`]: "43" };
  assert.equal(await used({ ...stopped, "/proc/1/status": processFiles(1)["/proc/1/status"] ?? "" }), []);
});

test("a site's profile that others could change is not trusted", async () => {
  const path = "/etc/nodeward/seccomp/web.json";
  const one = async (file: MemoryFiles[string]) =>
    (await gathered(node({ [path]: file }))).wanted.find(({ name }) => name === "web");
  assert.equal((await one(shipped("audit")))?.refused, []);
  assert.match(
    (await one({ text: shipped("audit"), mode: 0o666 }))?.refused.join() ?? "",
    /written by everybody/,
  );
  assert.match((await one({ text: shipped("audit"), uid: 7 }))?.refused.join() ?? "", /belongs to user 7/);
  assert.match((await one({ bytes: Buffer.from([0x7b, 0xff, 0x7d]) }))?.refused.join() ?? "", /not UTF-8/);
  assert.is(await one({ kind: "directory" }), undefined);
});

test("hostile directories and files end in a reason", async () => {
  const deep = Object.fromEntries([[`${folder}/${"d/".repeat(8)}x.json`, "{}"]]);
  assert.match(
    (await gathered(node(deep))).unread.map(({ reason }) => reason).join(),
    /deeper than 4 folders/,
  );
  const many = Object.fromEntries(
    Array.from({ length: 1100 }, (_, index) => [`${folder}/${index}.json`, "{}"]),
  );
  const flood = await gathered(node(many));
  assert.equal([flood.installed.length, flood.unread.length], [1000, 1]);
  const strange = await gathered(
    node({
      [`${ours}/fifo.json`]: { kind: "fifo" },
      [`${ours}/nul.json`]: "\0",
      [`${ours}/bom.json`]: "\ufeff{}",
      [`${ours}/big.json`]: `"${"x".repeat(2 * 1024 * 1024)}"`,
      [`${ours}/denied.json`]: { error: "denied" },
      [`${ours}/__proto__`]: '{"__proto__":1}',
    }),
  );
  assert.equal(strange.unread.map(({ path }) => path).sort(), [`${ours}/big.json`, `${ours}/denied.json`]);
});

test("what the profiles meet: engine, versions, architecture", async () => {
  assert.equal(await nodeOf(node()), {
    architecture: "x86_64",
    kernel: "6.12.1-amd64",
    libseccomp: "2.6.0",
    engine: "containerd",
    engineVersion: "1.7.24",
    low: [{ name: "runc", version: "1.1.15" }],
  });
  const crio = await nodeOf(configured("containerRuntimeEndpoint: unix:///var/run/crio/crio.sock\n"));
  assert.equal([crio.engine, crio.engineVersion, crio.low.length], ["cri-o", undefined, 2]);
  const arm = {
    "/var/lib/dpkg/status":
      "Package: libc6\nStatus: install ok installed\nArchitecture: arm64\nVersion: 2.36\n",
  };
  assert.is((await nodeOf(arm)).architecture, "aarch64");
  const docker = {
    "/var/lib/dpkg/status":
      "Package: docker-ce\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5:28.1.1-1~debian.12~bookworm\n",
  };
  assert.equal([(await nodeOf(docker)).engine, (await nodeOf(docker)).engineVersion], ["docker", "28.1.1"]);
});

test.run();
