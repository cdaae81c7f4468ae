import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Wanted } from "../../../src/core/plan.js";
import type { Host } from "../../../src/host/host.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { overlayHost } from "../../../src/host/overlay.js";

const file = (content: string, more: { mode?: number; owner?: string } = {}): Wanted => ({
  state: "file",
  content,
  encoding: "utf8",
  ...more,
});

const node: MemoryFiles = {
  "/etc/a": { text: "old", mode: 0o640, uid: 7, gid: 8 },
  "/etc/link": { link: "a" },
  "/etc/d/x.conf": "x",
  "/etc/d/y.conf": "y",
  "/etc/ring": { link: "ring" },
  "/lib": { link: "/usr/lib" },
  "/usr/lib/s": "s",
};

async function look(host: Host, path: string): Promise<unknown> {
  const [read, stat, lstat, list, link] = await Promise.all([
    host.read(path),
    host.stat(path),
    host.lstat(path),
    host.list(path),
    host.readlink(path),
  ]);
  const brief = (one: typeof stat) =>
    one.state === "ok" ? [one.realPath, one.kind, one.mode, one.uid, one.gid, one.size] : one.state;
  return {
    read: read.state === "ok" ? [read.text, read.mode, read.uid, read.sha256] : read.state,
    stat: brief(stat),
    lstat: brief(lstat),
    list: list.state === "ok" ? list.entries : list.state,
    link: link.state === "ok" ? link.target : link.state,
  };
}

const paths = ["/", "/etc", "/etc/a", "/etc/link", "/etc/d", "/etc/d/x.conf", "/etc/d/new.conf", "/etc/ring"];
const more = [
  "/lib/s",
  "/lib",
  "/usr/lib",
  "/usr/lib/s",
  "/etc/d/../a",
  "/etc/none",
  "/etc/a/b",
  "/etc/sub/z",
];

test("without changes it is the host below it", async () => {
  const host = memoryHost(node);
  for (const path of [...paths, ...more])
    assert.equal(await look(overlayHost(host, []), path), await look(host, path), path);
});

test("a staged file keeps mode and owner that are not told, and is found through links", async () => {
  const host = overlayHost(memoryHost(node), [{ path: "/etc/a", wanted: file("new") }]);
  for (const path of ["/etc/a", "/etc/link", "/etc/d/../a"]) {
    const read = await host.read(path);
    assert.equal(read.state === "ok" ? [read.text, read.mode, read.uid, read.gid] : read, [
      "new",
      0o640,
      7,
      8,
    ]);
  }
  const digest = await host.digest("/etc/link", "md5");
  assert.is(digest.state === "ok" && digest.hex, "22af645d1859cb5ca6da0c484f1f37ea");
  let text = "";
  await host.scan("/etc/a", (part) => {
    text += Buffer.from(part).toString();
  });
  assert.is(text, "new");
});

test("a new file is in its folder, a removed one is not", async () => {
  const host = overlayHost(
    memoryHost(node),
    [
      { path: "/etc/d/00.conf", wanted: file("n") },
      { path: "/etc/d/x.conf", wanted: { state: "absent" } },
      { path: "/etc/d/y.conf", wanted: { state: "symlink", target: "../a" } },
      { path: "/etc/sub", wanted: { state: "directory", mode: 0o700, owner: "root:root" } },
      { path: "/etc/sub/z", wanted: file("z", { mode: 0o600, owner: "alice:4" }) },
    ],
    (owner) => ({ uid: owner.startsWith("alice") ? 1000 : undefined, gid: undefined }),
  );
  const list = await host.list("/etc/d");
  assert.equal(list.state === "ok" && list.entries.map(({ name, kind }) => `${name} ${kind}`), [
    "00.conf file",
    "y.conf symlink",
  ]);
  assert.is((await host.read("/etc/d/x.conf")).state, "absent");
  const behind = await host.read("/etc/d/y.conf");
  assert.is(behind.state === "ok" && behind.text, "old");
  const z = await host.stat("/etc/sub/z");
  assert.equal(z.state === "ok" && [z.mode, z.uid, z.gid], [0o600, 1000, 4]);
  const links = await host.readlinks("/etc/d");
  assert.equal(links.state === "ok" && [...links.targets], [["y.conf", "../a"]]);
  assert.is((await host.list("/etc/sub")).state, "ok");
});

test("only the mode changes: bytes are those below", async () => {
  const host = overlayHost(memoryHost(node), [
    { path: "/etc/a", wanted: { state: "attributes", mode: 0o600, owner: "root:root" } },
    { path: "/etc/d", wanted: { state: "attributes", mode: 0o700 } },
    { path: "/etc/gone", wanted: { state: "attributes", mode: 0o700 } },
  ]);
  const read = await host.read("/etc/link");
  assert.equal(read.state === "ok" && [read.text, read.mode, read.uid], ["old", 0o600, 0]);
  const list = await host.list("/etc/d");
  assert.is(list.state === "ok" && list.entries.length, 2);
  assert.is((await host.stat("/etc/gone")).state, "absent");
});

test("directories above a new file are there with it", async () => {
  const host = overlayHost(memoryHost(node), [{ path: "/var/lib/x/y", wanted: file("y") }]);
  const [read, folder] = await Promise.all([host.read("/var/lib/x/y"), host.list("/var/lib")]);
  assert.is(read.state === "ok" && read.text, "y");
  assert.is(folder.state, "ok");
  assert.is((await host.stat("/var/lib/z")).state, "absent");
});

test("links that lead round in a circle end", async () => {
  const host = overlayHost(memoryHost({ ...node, "/p/q": { link: "/etc/r/x" } }), [
    { path: "/etc/r", wanted: { state: "symlink", target: "/p/q" } },
  ]);
  assert.is((await host.read("/p/q")).state, "failed");
  assert.is((await host.read("/etc/ring")).state, "failed");
});

test("any set of files staged is as if it had been there", async () => {
  const contents = fc.dictionary(
    fc.constantFrom(...paths.slice(2), "/etc/d/z.conf", "/usr/lib/t"),
    fc.string(),
    {
      noNullPrototype: true,
    },
  );
  await fc.assert(
    fc.asyncProperty(contents, async (wanted) => {
      const kept = Object.entries(wanted).filter(([path]) => path !== "/etc/d");
      const staged = kept.map(([path, text]) => ({
        path,
        wanted: file(text, { mode: 0o644, owner: "0:0" }),
      }));
      const host = overlayHost(memoryHost(node), staged);
      const made = memoryHost({
        ...node,
        ...Object.fromEntries(kept.map(([path, text]) => [path, { text, mode: 0o644 }])),
      });
      for (const path of [...paths, ...more])
        assert.equal(await look(host, path), await look(made, path), path);
    }),
    { numRuns: 60 },
  );
});

test.run();
