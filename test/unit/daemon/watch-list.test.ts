// Which folders are watched for what an audit asked.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { watchList } from "../../../src/daemon/watch-list.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

async function listed(files: MemoryFiles, paths: readonly string[], folders: readonly string[] = []) {
  const { folders: found } = await watchList(memoryHost(files), { paths, folders });
  return Object.fromEntries(found.map(({ path, names }) => [path, names]));
}

test("each folder on the way, and what may come there", async () => {
  const files = { "/etc/ssh/sshd_config": "" };
  assert.equal(await listed(files, ["/etc/ssh/sshd_config", "/etc/ssh/none", "/etc/kubernetes/pki/ca.crt"]), {
    "/": ["etc"],
    "/etc": ["kubernetes", "ssh"],
    "/etc/ssh": ["none", "sshd_config"],
  });
});

test("of a folder whose entries were asked for all of them matter", async () => {
  const files = { "/etc/ssh/sshd_config.d/a.conf": "" };
  const found = await listed(files, ["/etc/ssh/sshd_config.d/a.conf"], ["/etc/ssh/sshd_config.d"]);
  assert.is(found["/etc/ssh/sshd_config.d"], null);
  assert.equal(found["/etc/ssh"], ["sshd_config.d"]);
});

test("where links lead is watched too, and the links themselves", async () => {
  const files: MemoryFiles = {
    "/data/k8s/kubelet.conf": "",
    "/etc/kubernetes": { link: "../data/current" },
    "/data/current": { link: "/data/k8s" },
  };
  assert.equal(await listed(files, ["/etc/kubernetes/kubelet.conf"]), {
    "/": ["data", "etc"],
    "/etc": ["kubernetes"],
    "/data": ["current", "k8s"],
    "/data/k8s": ["kubelet.conf"],
  });
});

test("links that lead in a circle end", async () => {
  const files: MemoryFiles = { "/etc/a": { link: "b" }, "/etc/b": { link: "a" } };
  assert.equal(await listed(files, ["/etc/a/x"]), { "/": ["etc"], "/etc": ["a", "b"] });
});

test("what changes by itself is left to the interval", async () => {
  const files = { "/proc/1/status": "", "/var/log/auth.log": "", "/run/x": "", "/run/systemd/system/u": "" };
  const found = await listed(files, [...Object.keys(files)]);
  assert.equal(Object.keys(found).sort(), ["/", "/run", "/run/systemd", "/run/systemd/system"]);
  assert.equal(found["/run"], ["systemd"]);
});

test("a folder is known by more than its name", async () => {
  const { folders } = await watchList(memoryHost({ "/etc/x": "" }), { paths: ["/etc/x"], folders: [] });
  assert.ok(folders.every(({ identity }) => /^\d+:\d+$/.test(identity)));
});

test.run();
