// Drop-in directories: order by name over all of them, hiding, links, and what cannot be looked at.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dropIns } from "../../../src/facts/drop-in-files.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

const gather = (files: MemoryFiles, directoriesHide = true) =>
  dropIns(memoryHost(files), {
    directories: ["/etc/x.d", "/run/x.d", "/usr/lib/x.d", "/lib/x.d"],
    accepts: (name) => name.endsWith(".conf"),
    directoriesHide,
  });
const paths = ({ files }: Awaited<ReturnType<typeof dropIns>>) => files.map(({ path }) => path);

test("files are in byte order of their names, over all directories", async () => {
  const found = await gather({
    "/etc/x.d/b.conf": "",
    "/run/x.d/B.conf": "",
    "/usr/lib/x.d/10-a.conf": "",
    "/etc/x.d/é.conf": "",
    "/etc/x.d/\u{1f600}.conf": "",
    "/etc/x.d/\uffee.conf": "",
    "/etc/x.d/readme": "",
  });
  assert.equal(paths(found), [
    "/usr/lib/x.d/10-a.conf",
    "/run/x.d/B.conf",
    "/etc/x.d/b.conf",
    "/etc/x.d/é.conf",
    "/etc/x.d/\uffee.conf",
    "/etc/x.d/\u{1f600}.conf",
  ]);
});

test("a name hides the same name in later directories, whatever it leads to", async () => {
  const vendor = { "/usr/lib/x.d/a.conf": "1" };
  const hidden = [{ path: "/usr/lib/x.d/a.conf", by: "/etc/x.d/a.conf" }];
  for (const node of [{ text: "" }, { link: "/dev/null" }, { link: "/nowhere" }])
    assert.equal((await gather({ ...vendor, "/etc/x.d/a.conf": node })).hidden, hidden);
  const folder = { ...vendor, "/etc/x.d/a.conf": { kind: "directory" as const } };
  assert.equal((await gather(folder)).hidden, hidden);
  assert.equal(paths(await gather(folder, false)), ["/usr/lib/x.d/a.conf"]);
});

test("a directory that is reached twice is read once", async () => {
  const found = await gather({ "/usr/lib/x.d/a.conf": "1", "/lib": { link: "usr/lib" } });
  assert.equal([paths(found), found.hidden], [["/usr/lib/x.d/a.conf"], []]);
});

test("what cannot be looked at is told, and no more of it is made than that", async () => {
  for (const node of [
    { error: "denied" as const },
    { error: "failed" as const },
    { kind: "fifo" as const },
  ]) {
    const found = await gather({ "/etc/x.d/a.conf": node, "/run/x.d/b.conf": "" });
    assert.is(found.unread.length, 1);
    assert.equal(paths(found), ["/run/x.d/b.conf"]);
  }
  const folder = await gather({ "/run/x.d": { kind: "directory", error: "denied" }, "/etc/x.d/a.conf": "" });
  assert.match(folder.unread[0] ?? "", "permission denied: /run/x.d");
  const loop = await gather({ "/etc/x.d/a.conf": { link: "a.conf" } });
  assert.match(loop.unread[0] ?? "", "symbolic links");
});

test("a flood of files is told, not read", async () => {
  const flood = Object.fromEntries(
    Array.from({ length: 2001 }, (_, index) => [`/etc/x.d/${index}.conf`, ""]),
  );
  const found = await gather(flood);
  assert.is(found.files.length, 2000);
  assert.match(found.unread[0] ?? "", "more than 2000 files");
});

test.run();
