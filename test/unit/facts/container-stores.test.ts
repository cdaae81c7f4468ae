// Where the runtimes and the kubelet are told to keep containers: what of it is theirs, and what other things lie beside.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { type ContainerStores, containerStores } from "../../../src/facts/container-stores.js";
import { fileTree } from "../../../src/facts/file-tree.js";
import { podLogFolders } from "../../../src/facts/log-files.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

async function storesOf(files: MemoryFiles): Promise<ContainerStores> {
  const fact = await asker(memoryHost(files))(containerStores);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

const folder = { kind: "directory" as const };
const daemon = (root: string): MemoryFiles => ({
  "/etc/docker/daemon.json": JSON.stringify({ "data-root": root }),
  "/usr/bin/dockerd": "",
});

test("a node without runtimes, or with usual ones, names none", async () => {
  const none = { kept: [], parts: [], dockerContainers: [], pods: [] };
  assert.equal(await storesOf({}), none);
  assert.equal(await storesOf(daemon("/var/lib/docker/")), none);
  assert.equal(await storesOf({ "/etc/containerd/config.toml": 'root = "/var/lib/containerd"\n' }), none);
});

test("of a folder that is named only what the runtime made is its own", async () => {
  const found = await storesOf({
    ...daemon("/srv"),
    "/srv/overlay2/l": folder,
    "/srv/containers/1": folder,
    "/srv/www": folder,
    "/srv/image": "a file\n",
    "/etc/containerd/config.toml": 'version = 2\nroot = "/data/ctrd"\nstate = "/run/ctrd/"\n',
    "/data/ctrd/io.containerd.snapshotter.v1.overlayfs/x": folder,
    "/data/ctrd/backup": folder,
    "/run/ctrd/io.containerd.runtime.v2.task/k8s.io": folder,
  });
  assert.equal(found.kept, ["/srv", "/data/ctrd"]);
  assert.equal([...found.parts].sort(), [
    "/data/ctrd/io.containerd.snapshotter.v1.overlayfs",
    "/run/ctrd/io.containerd.runtime.v2.task",
    "/srv/containers",
    "/srv/overlay2",
  ]);
  assert.equal(found.dockerContainers, ["/srv/containers"]);
});

test("the root of the file system hides nothing but what looks like a store", async () => {
  const found = await storesOf({ ...daemon("/"), "/overlay2/x": folder, "/home/alice": folder });
  assert.equal(found.parts, ["/overlay2"]);
  assert.equal((await storesOf(daemon("relative"))).kept, []);
});

test("the walk leaves out the parts, and nothing beside them", async () => {
  const files: MemoryFiles = {
    ...daemon("/srv/docker"),
    "/srv/docker/overlay2/1/diff/bin/su": { text: "", mode: 0o4755 },
    "/srv/docker/own-tool": { text: "", mode: 0o4755 },
    "/srv/docker/containers/1/1-json.log": "",
  };
  const ask = asker(memoryHost(files));
  const tree = await ask(fileTree);
  if (tree.state !== "known") throw new Error(tree.reason);
  assert.equal(
    tree.value.setId.entries.map(({ path }) => path),
    ["/srv/docker/own-tool"],
  );
  assert.match(tree.value.remarks.join(), /1 set-id/);
  const logs = await ask(podLogFolders);
  assert.is(logs.state, "known");
});

test.run();
