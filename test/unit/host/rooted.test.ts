import { createHash } from "node:crypto";
import { renameSync, symlinkSync, truncateSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Read } from "../../../src/host/host.js";
import { makeTree, openTree, type Tree } from "../../support/tree.js";

const test = suite<{ tree: Tree; outside: Tree }>("rooted host");

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

test("reads a file with its metadata and hash", async ({ tree }) => {
  tree.plant("etc/hosts", "127.0.0.1 localhost\n", 0o640);
  const read = await tree.host().read("/etc/hosts");
  assert.is(read.state, "ok");
  if (read.state !== "ok") return;
  assert.is(read.text, "127.0.0.1 localhost\n");
  assert.is(read.mode, 0o640);
  assert.is(read.kind, "file");
  assert.is(read.realPath, "/etc/hosts");
  assert.is(read.sha256, createHash("sha256").update("127.0.0.1 localhost\n").digest("hex"));
});

test("an empty file is ok and empty, a file that is not there is absent", async ({ tree }) => {
  tree.plant("etc/empty", "");
  assert.is(text(await tree.host().read("/etc/empty")), "");
  assert.is(text(await tree.host().read("/etc/none")), "absent: no such file: /etc/none");
  assert.is(text(await tree.host().read("/none/at/all")), "absent: no such file: /none/at/all");
});

test("symbolic links stay inside: absolute, relative, upward, through directories, in chains", async ({
  tree,
  outside,
}) => {
  tree.plant("inside", "inside\n");
  tree.plant("etc/absolute", { link: `${outside.root}/secret` });
  tree.plant("etc/upward", { link: "../../../../../../../../../inside" });
  tree.plant("etc/root-link", { link: "/inside" });
  tree.plant("etc/dir", { link: outside.root });
  tree.plant("etc/up", { link: ".." });
  tree.plant("etc/chain", { link: "up/etc/root-link" });
  const host = tree.host();
  assert.is(text(await host.read("/etc/absolute")), "absent: no such file: /etc/absolute");
  assert.is(text(await host.read("/etc/upward")), "inside\n");
  assert.is(text(await host.read("/etc/root-link")), "inside\n");
  assert.is(text(await host.read("/etc/dir/secret")), "absent: no such file: /etc/dir/secret");
  assert.is(text(await host.read("/etc/chain")), "inside\n");
  assert.is(text(await host.read("/../../../inside")), "inside\n");
  assert.is(
    text(await host.read(`/../..${outside.root}/secret`)),
    `absent: no such file: /../..${outside.root}/secret`,
  );
  const stat = await host.stat("/etc/upward");
  assert.is(stat.state === "ok" && stat.realPath, "/inside");
});

test("a directory swapped for a link after it was looked at does not redirect a later read", async ({
  tree,
  outside,
}) => {
  const host = tree.host();
  assert.is(text(await host.read("/etc/ssh/sshd_config")), "Port 22\n");
  outside.plant("sshd_config.d/x.conf", "stolen\n");
  tree.plant("etc/ssh/sshd_config.d/x.conf", "mine\n");
  renameSync(tree.path("etc/ssh"), tree.path("etc/old"));
  symlinkSync(outside.root, tree.path("etc/ssh"));
  assert.is(text(await host.read("/etc/ssh/sshd_config.d/x.conf")), "mine\n");
  assert.is(
    text(await tree.host().read("/etc/ssh/sshd_config.d/x.conf")),
    "absent: no such file: /etc/ssh/sshd_config.d/x.conf",
  );
});

test("link loops and dangling links are told, not followed for ever", async ({ tree }) => {
  tree.plant("a", { link: "b" });
  tree.plant("b", { link: "a" });
  tree.plant("self", { link: "self/x" });
  tree.plant("dangling", { link: "nowhere" });
  const host = tree.host();
  assert.match(text(await host.read("/a")), "failed: /a: too many levels of symbolic links");
  assert.match(text(await host.read("/self")), "too many levels");
  assert.match(text(await host.read("/dangling")), "absent");
  const link = await host.lstat("/dangling");
  assert.is(link.state === "ok" && link.kind, "symlink");
  assert.equal(await host.readlink("/dangling"), { state: "ok", path: "/dangling", target: "nowhere" });
});

test("what is not a regular file is an error that says what it is, at once", async ({ tree }) => {
  tree.plant("etc/fifo", { fifo: true });
  tree.plant("etc/to-fifo", { link: "fifo" });
  const host = tree.host();
  const started = performance.now();
  assert.is(text(await host.read("/etc/fifo")), "failed: /etc/fifo: is a named pipe, not a regular file");
  assert.match(text(await host.read("/etc/to-fifo")), "named pipe");
  assert.match(text(await host.read("/etc")), "is a directory");
  assert.match(
    text(await host.read("/etc/passwd/x")),
    "failed: /etc/passwd/x: a part of the path is not a directory",
  );
  assert.ok(performance.now() - started < 30_000);
});

test("devices are never opened", async () => {
  const host = openTree("/");
  for (const path of ["/dev/zero", "/dev/tty", "/dev/random", "/dev/full"])
    assert.match(text(await host.read(path)), "is a character device, not a regular file");
  await host.close();
});

test("a file larger than the limit is an error, never cut; a sparse one is not read", async ({ tree }) => {
  tree.plant("etc/big", "");
  truncateSync(tree.path("etc/big"), 50_000_000_000);
  const host = tree.host();
  assert.match(text(await host.read("/etc/big")), "larger than 4194304 bytes");
  assert.match(text(await host.read("/etc/passwd", { limit: 3 })), "larger than 3 bytes");
  assert.match(text(await host.read("/etc/passwd")), "root:x:0");
});

test("bytes that are not UTF-8, NUL and CR are kept", async ({ tree }) => {
  const bytes = Uint8Array.from([0x41, 0xff, 0x00, 0x0d, 0x0a, 0xc3]);
  tree.plant("etc/odd", bytes);
  const read = await tree.host().read("/etc/odd");
  assert.ok(read.state === "ok" && read.encoding === "latin1");
  if (read.state === "ok") assert.equal(Uint8Array.from(Buffer.from(read.text, read.encoding)), bytes);
});

test("a path with NUL, a relative, an over-long one and an empty name are values, not exceptions", async ({
  tree,
}) => {
  const host = tree.host();
  assert.match(text(await host.read("/etc/pass\0wd")), "NUL");
  assert.match(text(await host.read("etc/passwd")), "not an absolute path");
  assert.match(text(await host.read(`/${"x".repeat(300)}`)), "too long");
  assert.match(text(await host.read(`/${"x/".repeat(5000)}`)), "too long");
  assert.match(text(await host.read("//etc///passwd")), "root:x:0");
  assert.match(text(await host.read("/etc/passwd/")), "not a directory");
});

test.run();
