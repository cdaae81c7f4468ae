// The rooted host on a real file system: listings, digests, descriptors, permissions, and what --root rules out.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Read } from "../../../src/host/host.js";
import { makeTree, openTree, type Tree } from "../../support/tree.js";

const test = suite<{ tree: Tree; outside: Tree }>("rooted host: listings and descriptors");

test.before.each((context) => {
  context.outside = makeTree({ secret: "outside\n" });
  context.tree = makeTree({
    "etc/ssh/sshd_config": "Port 22\n",
    "etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  });
});
test.after.each(({ tree, outside }) => {
  tree.remove();
  outside.remove();
});

function text(read: Read): string {
  return read.state === "ok" ? read.text : `${read.state}: ${read.reason}`;
}

test("lists in byte order with kinds, and tells of names it cannot give", async ({ tree }) => {
  tree.plant("d/b", "");
  tree.plant("d/B", "");
  tree.plant("d/c", { link: "b" });
  tree.plant("d/e", { directory: true });
  tree.plant("d/f", { fifo: true });
  writeFileSync(Buffer.concat([Buffer.from(tree.path("d/")), Buffer.from([0xff, 0x2e])]), "");
  const listing = await tree.host().list("/d");
  assert.ok(listing.state === "ok");
  if (listing.state !== "ok") return;
  assert.equal(listing.entries, [
    { name: "B", kind: "file" },
    { name: "b", kind: "file" },
    { name: "c", kind: "symlink" },
    { name: "e", kind: "directory" },
    { name: "f", kind: "fifo" },
  ]);
  assert.is(listing.undecodable.length, 1);
  assert.is((await tree.host().list("/d/b")).state, "failed");
  assert.is((await tree.host().list("/none")).state, "absent");
});

test("each path is read once a run", async ({ tree }) => {
  const host = tree.host();
  const first = await host.read("/etc/passwd");
  writeFileSync(tree.path("etc/passwd"), "changed\n");
  assert.is(await host.read("/etc/passwd"), first);
});

test("digests a file in parts", async ({ tree }) => {
  const bytes = Buffer.alloc(300_000, "nodeward");
  tree.plant("bin/kubelet", bytes);
  assert.equal(await tree.host().digest("/bin/kubelet", "sha512"), {
    state: "ok",
    path: "/bin/kubelet",
    hex: createHash("sha512").update(bytes).digest("hex"),
  });
});

test("digests a large file beside the rest, and tells one that cannot be read", async ({ tree }) => {
  const bytes = Buffer.alloc(9 * 1024 * 1024, "kubelet");
  tree.plant("bin/large", bytes);
  const host = tree.host();
  const [large, folder, none] = await Promise.all(
    ["/bin/large", "/bin", "/none"].map((path) => host.digest(path, "md5")),
  );
  assert.equal(large, {
    state: "ok",
    path: "/bin/large",
    hex: createHash("md5").update(bytes).digest("hex"),
  });
  assert.is(folder?.state, "failed");
  assert.is(none?.state, "absent");
});

test("under another root no program is started and no socket opened", async ({ tree }) => {
  const host = tree.host();
  assert.is(host.live, false);
  assert.is((await host.run("ssh-query", "cipher")).state, "absent");
  assert.is((await host.http({ scheme: "http", address: "127.0.0.1", port: 1, path: "/" })).state, "absent");
});

test("descriptors are given back, also after thousands of directories", async ({ tree }) => {
  const open = () => readdirSync("/proc/self/fd").length;
  const before = open();
  for (let index = 0; index < 1500; index++) mkdirSync(tree.path(`many/${index}`), { recursive: true });
  const host = tree.host();
  await Promise.all(Array.from({ length: 1500 }, (_, index) => host.read(`/many/${index}/none`)));
  assert.ok(open() - before < 400, `${open() - before} descriptors open`);
  await host.close();
  assert.is(open(), before);
});

test("what a user may not read is denied, with the path", async ({ tree }) => {
  if (process.geteuid?.() !== 0) {
    console.log("SKIPPED what a user may not read is denied: needs root to become another user");
    return;
  }
  tree.plant("etc/shadow", "root:*:1::::::\n", 0o600);
  tree.plant("root/.ssh/authorized_keys", "");
  execFileSync("chmod", ["755", tree.root]);
  execFileSync("chmod", ["700", tree.path("root")]);
  process.seteuid?.(65534);
  try {
    const host = tree.host();
    assert.is(text(await host.read("/etc/shadow")), "denied: permission denied: /etc/shadow");
    assert.match(text(await host.read("/root/.ssh/authorized_keys")), "denied: permission denied");
    assert.is((await host.list("/root")).state, "denied");
    assert.match(text(await host.read("/etc/passwd")), "root:x:0");
  } finally {
    process.seteuid?.(0);
  }
});

test("a root that is not a directory is refused with a reason", async ({ tree }) => {
  assert.throws(() => openTree(tree.path("etc/passwd")), /not a directory/);
  assert.throws(() => openTree(tree.path("none")), /no such file/);
});

test("the live root reads what the machine has", async () => {
  const host = openTree("/");
  assert.is(host.live, true);
  assert.is(text(await host.read("/etc/hostname")), readFileSync("/etc/hostname", "utf8"));
  const own = await host.read("/proc/self/status");
  assert.match(text(own), /^Name:/);
  await host.close();
});

test("a directory that disappears while it is used is told", async ({ tree }) => {
  const host = tree.host();
  await host.read("/etc/ssh/sshd_config");
  rmSync(tree.path("etc/ssh"), { recursive: true });
  assert.is((await host.read("/etc/ssh/moduli")).state, "absent");
});

test.run();
