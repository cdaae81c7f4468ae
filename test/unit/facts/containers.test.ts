// Where each runtime leaves its containers, and which of them run: CRI-O's and Podman's two folders, runc and crun by
// hand, folders that a configuration moves.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { containers } from "../../../src/facts/containers.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { id, ociConfig, processFiles } from "../../support/containers.js";

async function read(files: MemoryFiles) {
  const fact = await asker(memoryHost(files))(containers);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}
const shown = async (files: MemoryFiles) =>
  (await read(files)).seen.map(({ engine, state, owner }) => `${engine} ${state} ${owner}`);

const crioNames = {
  "io.container.manager": "cri-o",
  "io.kubernetes.pod.name": "web",
  "io.kubernetes.pod.namespace": "team",
  "io.kubernetes.container.name": "app",
};
const live = `/run/containers/storage/overlay-containers/${id}/userdata`;
const kept = `/var/lib/containers/storage/overlay-containers/${id}/userdata`;
const crio = ociConfig({ annotations: crioNames });

test("a container of CRI-O runs while its number is there; after a reboot only what is kept tells of it", async () => {
  const running = {
    [`${live}/config.json`]: crio,
    [`${kept}/config.json`]: crio,
    [`${live}/pidfile`]: "4242",
    ...processFiles(4242),
  };
  assert.equal(await shown(running), ["cri-o running team/web"]);
  assert.equal(await shown({ [`${kept}/config.json`]: crio }), ["cri-o stopped team/web"]);
});

test("Podman keeps the configuration in one place and the number in the other, by storage driver", async () => {
  const podman = ociConfig({ annotations: { "io.container.manager": "libpod" } });
  const files = {
    [`${kept.replace("overlay-", "vfs-")}/config.json`]: podman,
    [`${live.replace("overlay-", "vfs-")}/pidfile`]: "4242\n",
    ...processFiles(4242),
  };
  assert.equal(await shown(files), [`podman running podman/${id.slice(0, 12)}`]);
});

test("folders of images beside them are not taken for containers", async () => {
  const files = {
    [`${kept}/config.json`]: crio,
    "/var/lib/containers/storage/overlay/abc/diff": { kind: "directory" as const },
    "/var/lib/containers/storage/overlay-images/x": "",
    "/var/lib/containers/storage/storage.lock": "",
  };
  const found = await read(files);
  assert.equal([found.seen.length, found.unread], [1, []]);
});

const runcState = (over: object = {}) =>
  JSON.stringify({
    id: "hand",
    init_process_pid: 4242,
    init_process_start: 777,
    config: { labels: ["bundle=/srv/bundle"], rootfs: "/srv/bundle/rootfs" },
    ...over,
  });
const stat = (ticks: number) => ({
  "/proc/4242/stat": `4242 (a) b) S 1 ${"0 ".repeat(17)}${ticks} 0 0\n`,
});

test("what runc or crun started by hand is found by its state, and told by when its process started", async () => {
  const bundle = { "/srv/bundle/config.json": ociConfig() };
  const runc = { ...bundle, "/run/runc/hand/state.json": runcState(), ...processFiles(4242, { of: "x" }) };
  assert.equal(await shown({ ...runc, ...stat(777) }), ["runc running runc/hand"]);
  // Another process has the number by now.
  assert.equal(await shown({ ...runc, ...stat(999) }), ["runc stopped runc/hand"]);
  const crun = {
    ...bundle,
    "/run/crun/other/status": JSON.stringify({ pid: 4242, "process-start-time": 777, bundle: "/srv/bundle" }),
    ...processFiles(4242, { of: "x" }),
    ...stat(777),
  };
  assert.equal(await shown(crun), ["crun running crun/other"]);
});

test("runc's state of a container that CRI-O knows is not a second one", async () => {
  const files = {
    [`${live}/config.json`]: crio,
    [`${live}/pidfile`]: "4242",
    [`/run/runc/${id}/state.json`]: runcState(),
    ...processFiles(4242),
  };
  assert.equal(await shown(files), ["cri-o running team/web"]);
});

test("a state that names no bundle, or one that is gone, is said", async () => {
  const gone = await read({ "/run/runc/hand/state.json": runcState() });
  assert.match(gone.unread.join(), /\/srv\/bundle\/config\.json is gone/);
  for (const [text, says] of [
    ["{}", /names no bundle/],
    ["[", /not valid JSON/],
    ['{"bundle":"relative"}', /names no bundle/],
  ] as const)
    assert.match((await read({ "/run/crun/hand/status": text })).unread.join(), says);
});

test("a first process that has ended does not run, though nobody has asked for its end", async () => {
  const files = { [`${live}/config.json`]: crio, [`${live}/pidfile`]: "4242", ...processFiles(4242) };
  const status = files["/proc/4242/status"];
  assert.type(status, "string");
  const zombie = { ...files, "/proc/4242/status": `${String(status)}State:\tZ (zombie)\n` };
  assert.equal(await shown(zombie), ["cri-o stopped team/web"]);
});

test("folders are looked for where the runtimes are told to keep them", async () => {
  const moved = {
    "/etc/containerd/config.toml": 'version = 3\nstate = "/data/run"\n',
    [`/data/run/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`]: ociConfig({ pod: "a/one" }),
    "/etc/crio/crio.conf": '[crio]\nroot = "/data/crio"\nrunroot = "/data/crio-run"\n',
    [`/data/crio/overlay-containers/${"12".repeat(32)}/userdata/config.json`]: crio,
    "/etc/docker/daemon.json": '{"data-root": "/data/docker"}',
    [`/data/docker/containers/${"34".repeat(32)}/config.v2.json`]: '{"Name":"/three","State":{}}',
    [`/data/docker/containers/${"34".repeat(32)}/hostconfig.json`]: "{}",
  };
  assert.equal(await shown(moved), [
    "containerd unknown a/one",
    "docker stopped docker/three",
    "cri-o stopped team/web",
  ]);
});

test.run();
