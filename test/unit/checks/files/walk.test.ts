// The checks over the walked files: what is found, what is left out on purpose, what keeps it from being told.
import { test } from "uvu";
import * as assert from "uvu/assert";
import capabilities from "../../../../src/checks/files/capabilities.js";
import setuid from "../../../../src/checks/files/setuid.js";
import unowned from "../../../../src/checks/files/unowned.js";
import worldWritable from "../../../../src/checks/files/world-writable.js";
import { parsePattern } from "../../../../src/policy/pattern.js";
import { referencesOf } from "../../../../src/policy/references.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";
import { walked as base, hidden, noTable, rootMount, table } from "../../../support/walked.js";

const open = { text: "", mode: 0o666, uid: 1000, gid: 1000 };
testCheck(worldWritable, {
  passes: [
    { name: "a sticky shared directory", files: { ...base, "/tmp": { kind: "directory", mode: 0o1777 } } },
    { name: "an allowed file", files: { ...base, "/srv/x/y": open }, params: { allow: ["/srv/x"] } },
    {
      name: "a link and a pipe",
      files: { ...base, "/l": { link: "/x", mode: 0o777 }, "/f": { kind: "fifo", mode: 0o666 } },
    },
    {
      name: "the modes that nodeward keeps of what it changed",
      files: { ...base, "/var/lib/nodeward/originals/r/0": { text: "", mode: 0o666 } },
    },
    {
      name: "container layers and network file systems are not judged",
      files: {
        ...base,
        "/proc/1/mountinfo": `${rootMount}29 27 0:9 / /nfs rw - nfs4 h:/ rw\n`,
        "/var/lib/containerd/layer": open,
        "/nfs/x": open,
      },
    },
    {
      name: "a single file mounted over another is no directory to walk",
      files: {
        ...base,
        "/proc/1/mountinfo": `${rootMount}29 27 8:9 /x /etc/one rw - ext4 /dev/sdb1 rw\n`,
        "/etc/one": { text: "", dev: 9 },
      },
    },
  ],
  fails: [
    {
      name: "a mounted file that everybody may write",
      files: {
        ...base,
        "/proc/1/mountinfo": `${rootMount}29 27 8:9 /x /etc/one rw - ext4 /dev/sdb1 rw\n`,
        "/etc/one": { ...open, dev: 9 },
      },
      at: ["/etc/one"],
    },
    {
      name: "a file and a directory, repaired",
      files: { ...base, "/srv/x": open, "/srv/d": { kind: "directory", mode: 0o777 } },
      at: ["/srv/x", "/srv/d"],
      says: /everybody can write \/srv\/x \(mode 0666\).*delete what others put there/,
      fixed: { "/srv/x": "0664" },
    },
  ],
  errors: [hidden, noTable],
  missing: "pass",
});

testCheck(unowned, {
  passes: [
    { name: "everything belongs to somebody", files: { ...base, "/home/alice/x": open } },
    {
      name: "a delegated range and a dynamic service user belong to somebody",
      files: {
        ...base,
        "/etc/subuid": "alice:100000:65536\n",
        "/etc/subgid": "alice:100000:65536\n",
        "/etc/nsswitch.conf": "passwd: files systemd # x\ngroup: files [SUCCESS=merge] systemd\n",
        "/home/alice/c": { text: "", uid: 100999, gid: 165535 },
        "/var/lib/private/x": { text: "", uid: 61200, gid: 61200 },
      },
    },
    {
      name: "an allowed one",
      files: { ...base, "/srv/x": { text: "", uid: 77 } },
      params: { allow: ["/srv"] },
    },
  ],
  fails: [
    {
      name: "a user and a group that are gone",
      files: { ...base, "/srv/a": { text: "", uid: 1234 }, "/srv/b": { kind: "directory", gid: 4321 } },
      at: ["/srv/a", "/srv/b"],
      says: /\/srv\/a belongs to 1234:0.*\/srv\/b belongs to 0:4321/,
    },
  ],
  errors: [
    hidden,
    noTable,
    {
      name: "a directory service may know the user",
      files: { ...base, "/etc/nsswitch.conf": "passwd: files sss\n", "/srv/a": { text: "", uid: 1234 } },
      says: /ids that only sss may know, such as \/srv\/a/,
    },
    {
      name: "no user database",
      files: { [table]: rootMount, "/x": "" },
      says: /cannot be told: no such file: \/etc\/passwd/,
    },
  ],
  missing: "error",
});

test("all of them are left out by their tag, with and without `tag:`", () => {
  const all = [worldWritable, unowned, setuid, capabilities];
  for (const text of ["files.walk", "tag:files.walk"]) {
    const pattern = parsePattern(text, all, referencesOf([]));
    assert.ok(pattern.state === "ok" && all.every(pattern.matches), text);
  }
});

test("a problem found weighs more than what was not seen", async () => {
  const files = { ...base, "/srv/x": open, "/root": { kind: "directory", error: "denied" } } as const;
  assert.is(statusOf(await verdictOf(worldWritable, { files })), "fail");
});

test("what was left out, and what lies in containers' directories, is told", async () => {
  const files = {
    ...base,
    [table]: `${rootMount}29 27 0:9 / /nfs rw - nfs4 h:/ rw\n30 27 0:11 / /m rw - overlay overlay rw,upperdir=/data/cd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs\n`,
    "/data/cd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs/su": {
      text: "",
      mode: 0o4777,
      uid: 99_999,
    },
  };
  const verdict = await verdictOf(worldWritable, { files });
  assert.equal("notes" in verdict ? verdict.notes : [], [
    "not looked at: 1 file systems that another machine or a program hands out (/nfs)",
    "not looked at: 1 file systems of containers (/m)",
    "not judged, as containers bring them along: 1 set-id, 1 world-writable and 1 unowned among 5 entries of container directories",
  ]);
});

test("thousands of findings are counted, the first are named", async () => {
  const many = Object.fromEntries(Array.from({ length: 1500 }, (_, n) => [`/srv/f${n}`, open]));
  const verdict = await verdictOf(worldWritable, { files: { ...base, ...many } });
  assert.is("problems" in verdict ? verdict.problems.length : 0, 1001);
  assert.is(
    "problems" in verdict ? verdict.problems.at(-1)?.message : "",
    "500 more world-writable files are not named here",
  );
});

test.run();
