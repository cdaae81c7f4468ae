// Which events of folders count, and what becomes of folders that go, come back, or cannot be watched.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { WatchedFolder } from "../../../src/daemon/watch-list.js";
import { Watches } from "../../../src/daemon/watches.js";
import type { FolderEvent, FolderWatch } from "../../../src/host/folder-watch.js";
import { FakeTime } from "../../support/fake-time.js";

function world(limit = 1000, prefix = "") {
  const time = new FakeTime();
  const open = new Map<string, { seen: (event: FolderEvent) => void; lost: (reason: string) => void }>();
  const absent = new Set<string>();
  const changed: string[] = [];
  const said: string[] = [];
  const watches = new Watches({
    timers: time,
    prefix,
    changed: (path) => void changed.push(path),
    say: (text) => void said.push(text),
    watchFolder: (path, seen, lost): FolderWatch => {
      if (absent.has(path)) return { state: "failed", code: "ENOENT", reason: "no such folder" };
      if (open.size >= limit) return { state: "failed", code: "ENOSPC", reason: "no space left" };
      open.set(path, { seen, lost });
      return { state: "ok", close: () => void open.delete(path) };
    },
  });
  const happens = (path: string, name: string | undefined, kind: FolderEvent["kind"] = "changed") =>
    open.get(path)?.seen({ kind, name });
  return { open, absent, changed, said, watches, happens };
}

function folder(path: string, names: readonly string[] | null = null, identity = "1:1"): WatchedFolder {
  return { path, identity, names };
}

test("an entry that matters counts, another does not", () => {
  const { watches, changed, happens } = world();
  assert.is(watches.sync([folder("/etc", ["passwd"]), folder("/etc/sudoers.d")]), 2);
  happens("/etc", "mtab");
  happens("/etc", "passwd");
  happens("/etc/sudoers.d", "ops", "moved");
  happens("/etc", undefined);
  assert.equal(changed, ["/etc/passwd", "/etc/sudoers.d/ops", "/etc/"]);
});

test("what stays is not opened again, and its names are those of now", () => {
  const { watches, changed, open, happens } = world();
  watches.sync([folder("/etc", ["passwd"]), folder("/opt")]);
  assert.is(watches.sync([folder("/etc", ["shadow"])]), 0);
  assert.equal([...open.keys()], ["/etc"]);
  happens("/etc", "passwd");
  happens("/etc", "shadow");
  assert.equal(changed, ["/etc/shadow"]);
});

test("another folder under the same name is watched anew", () => {
  const { watches } = world();
  watches.sync([folder("/etc/ssh", null, "1:1")]);
  assert.is(watches.sync([folder("/etc/ssh", null, "1:2")]), 1);
  assert.is(watches.sync([folder("/etc/ssh", null, "1:2")]), 0);
});

test("a folder that goes is a change, and is watched again when it is back, the same inode or not", () => {
  const { watches, changed, open, happens } = world();
  watches.sync([folder("/etc/ssh")]);
  happens("/etc/ssh", "ssh", "moved");
  assert.equal(changed, ["/etc/ssh"]);
  assert.is(open.size, 0);
  assert.is(watches.sync([folder("/etc/ssh")]), 1);
});

test("a watch that ends by itself is a change too", () => {
  const { watches, changed, open } = world();
  watches.sync([folder("/etc/ssh")]);
  open.get("/etc/ssh")?.lost("unmounted");
  assert.equal(changed, ["/etc/ssh"]);
  assert.is(watches.size, 0);
});

test("a folder that is gone before it can be watched is no failure", () => {
  const { watches, absent, said } = world();
  absent.add("/etc/ssh");
  assert.is(watches.sync([folder("/etc/ssh")]), 0);
  assert.equal([said, watches.missing], [[], 0]);
});

test("the kernel's limit is said once, counted, and said again only when it was well in between", () => {
  const { watches, said } = world(2);
  const three = ["/a", "/b", "/c", "/d"].map((path) => folder(path));
  watches.sync(three);
  watches.sync(three);
  assert.is(said.length, 1);
  assert.match(said[0] ?? "", "fs.inotify.max_user_watches");
  assert.is(watches.missing, 2);
  watches.sync(three.slice(0, 2));
  watches.sync(three);
  assert.is(said.length, 2);
});

test("so many events that the kernel may have lost some are a change, whatever they were", () => {
  const { watches, changed, happens } = world();
  watches.sync([folder("/home/eve", [".ssh"])]);
  for (let count = 0; count < 4095; count++) happens("/home/eve", "noise");
  assert.equal(changed, []);
  happens("/home/eve", "noise");
  assert.is(changed.length, 1);
});

test("another root directory lies elsewhere", () => {
  const { watches, open } = world(9, "/mnt/image");
  watches.sync([folder("/"), folder("/etc")]);
  assert.equal([...open.keys()], ["/mnt/image/", "/mnt/image/etc"]);
});

test("closed, it watches nothing", () => {
  const { watches, open } = world();
  watches.sync([folder("/a"), folder("/b")]);
  watches.close();
  assert.is(open.size, 0);
});

test.run();
