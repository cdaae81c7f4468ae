// What is refused before anything is touched, which directories are made, and what is put back of what somebody changed.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Group, Image, Wanted } from "../../../src/core/plan.js";
import { MemoryWriter } from "../../../src/host/memory-writer.js";
import { ownersOf } from "../../../src/remedy/owners.js";
import { inspect, prepare, useFor } from "../../../src/remedy/prepare.js";
import { restoreFiles } from "../../../src/remedy/restore-files.js";
import { halfWay, newDirectory, sameImage } from "../../../src/remedy/same-image.js";
import { readJournal } from "../../../src/state/journal-file.js";
import { apply, imageMachine } from "../../support/apply.js";

const accounts = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\ndaemon:x:1:1::/:/bin/sh\n7:x:70:70::/:/bin/sh\n",
  "/etc/group": "root:x:0:\nadm:x:4:\nadm:x:44:\n",
};
const files = {
  ...accounts,
  "/etc/a.conf": { text: "a\n", mode: 0o640, gid: 4 },
  "/etc/d": { kind: "directory" as const },
};
const machineOf = (writer: MemoryWriter) =>
  imageMachine(
    writer,
    () => 0,
    () => writer.host(),
  );

async function groupOf(writer: MemoryWriter, wanted: Readonly<Record<string, Wanted>>): Promise<Group> {
  const changes = await Promise.all(
    Object.entries(wanted).map(async ([path, one]) => {
      const found = await inspect(writer, path, useFor(one));
      const before: Image = found.state === "ok" ? found.image : { state: "absent" };
      return { path, before, wanted: one, checks: ["a.check"], diff: "" };
    }),
  );
  return { name: "other", risk: "none", files: changes, live: [], checks: ["a.check"] };
}

async function prepared(wanted: Readonly<Record<string, Wanted>>, writer = new MemoryWriter(files)) {
  const group = await groupOf(writer, wanted);
  return prepare(writer, [group], await ownersOf(writer.host()));
}

const text = (content: string): Wanted => ({ state: "file", content, encoding: "utf8" });

test("owner and mode stay unless something else is wanted", async () => {
  const { groups, refused } = await prepared({ "/etc/a.conf": text("b\n") });
  assert.equal(refused, []);
  const { after, inPlace } = groups[0]?.files[0]?.record ?? {};
  assert.ok(after?.state === "file" && after.mode === 0o640 && after.gid === 4 && after.size === 2);
  assert.is(inPlace, false);
});

test("what is as wanted already is no change", async () => {
  const { groups } = await prepared({
    "/etc/a.conf": text("a\n"),
    "/etc/none": { state: "absent" },
    "/etc/d": { state: "directory", mode: 0o755, owner: "root:root" },
  });
  assert.equal(groups[0]?.files, []);
});

test("missing directories are made, each once, the outermost first", async () => {
  const { groups } = await prepared({ "/etc/x/y/1": text("1"), "/etc/x/y/2": text("2") });
  assert.equal(
    groups[0]?.files.map(({ record: { realPath, after } }) => [realPath, after.state]),
    [
      ["/etc/x", "directory"],
      ["/etc/x/y", "directory"],
      ["/etc/x/y/1", "file"],
      ["/etc/x/y/2", "file"],
    ],
  );
});

test("names of owners are those of the node", async () => {
  const ownerOf = await ownersOf(new MemoryWriter(files).host());
  assert.equal(ownerOf("root:adm"), { uid: 0, gid: 4 });
  assert.equal(ownerOf("7:44"), { uid: 70, gid: 44 });
  assert.is(ownerOf("nobody:adm"), undefined);
  assert.is(ownerOf("root"), undefined);
  assert.is(ownerOf("root:adm:x"), undefined);
  assert.is(ownerOf("__proto__:root"), undefined);
});

test("what cannot be done is refused with its checks", async () => {
  const reasons = async (wanted: Readonly<Record<string, Wanted>>) =>
    (await prepared(wanted)).refused.map(({ reason, checks }) => `${reason} (${checks.join()})`);
  assert.equal(await reasons({ "/etc/d": { state: "absent" } }), [
    "/etc/d: is a directory, which is not removed (a.check)",
  ]);
  assert.match((await reasons({ "/etc/d": text("x") }))[0] ?? "", /is a directory, not a file/);
  assert.match(
    (await reasons({ "/etc/none": { state: "attributes", mode: 0o600 } }))[0] ?? "",
    /is not there/,
  );
  assert.match(
    (await reasons({ "/etc/a.conf": { state: "attributes", owner: "ghost:root" } }))[0] ?? "",
    /there is no ghost:root/,
  );
  assert.match(
    (await reasons({ "/etc/a.conf": { state: "directory", mode: 0o700, owner: "0:0" } }))[0] ?? "",
    /is not a directory|not a directory/,
  );
});

test("a file that changed after the plan is left alone", async () => {
  const writer = new MemoryWriter(files);
  const group = await groupOf(writer, { "/etc/a.conf": text("b\n") });
  writer.nodes.set("/etc/a.conf", { text: "mine\n", mode: 0o640, gid: 4 });
  const { refused } = await prepare(writer, [group], () => undefined);
  assert.match(refused[0]?.reason ?? "", /changed since the plan/);
});

test("only what is still ours is put back, unless forced", async () => {
  const writer = new MemoryWriter(files);
  const group = await groupOf(writer, { "/etc/a.conf": text("b\n"), "/etc/n.conf": text("n\n") });
  assert.is((await apply(machineOf(writer), "r1", [group])).result, "done");
  const read = readJournal(writer.files, "all");
  const begin = read.state === "ok" ? read.lines[0]?.event : null;
  if (begin?.event !== "begin") throw new Error("no begin");
  const records = begin.groups.flatMap((one) => one.files);
  writer.nodes.set("/etc/a.conf", { text: "mine\n", mode: 0o640, gid: 4 });
  const once = restoreFiles(writer, writer.files, records);
  assert.equal(once.restored, ["/etc/n.conf"]);
  assert.equal(once.left, [{ path: "/etc/a.conf", reason: "was changed by somebody else since" }]);
  assert.is(writer.nodes.has("/etc/n.conf"), false);
  const forced = restoreFiles(writer, writer.files, records, true);
  assert.equal(forced.restored, ["/etc/a.conf"]);
  assert.is(Buffer.from(writer.nodes.get("/etc/a.conf")?.bytes ?? "").toString(), "a\n");
});

test("a new directory that somebody uses stays", async () => {
  const writer = new MemoryWriter(files);
  const group = await groupOf(writer, { "/etc/x/1": text("1") });
  assert.is((await apply(machineOf(writer), "r1", [group])).result, "done");
  const read = readJournal(writer.files, "all");
  const begin = read.state === "ok" ? read.lines[0]?.event : null;
  if (begin?.event !== "begin") throw new Error("no begin");
  writer.nodes.set("/etc/x/theirs", { text: "" });
  const back = restoreFiles(
    writer,
    writer.files,
    begin.groups.flatMap((one) => one.files),
  );
  assert.equal(
    [back.restored, back.left.map(({ path }) => path), back.failed],
    [["/etc/x/1"], ["/etc/x"], []],
  );
});

test("a damaged original is not put back, and the run stays open", async () => {
  const writer = new MemoryWriter(files);
  const group = await groupOf(writer, { "/etc/a.conf": text("b\n") });
  const spoil = () => {
    for (const name of writer.files.list("objects"))
      writer.files.files.set(`objects/${name}`, Buffer.from("spoilt"));
  };
  const machine = machineOf(writer);
  const { result } = await apply({ ...machine, say: spoil }, "r1", [group], "it does not work");
  assert.is(result, "open");
  assert.match((await apply(machine, "r2", [])).reason, /interrupted run r1 could not be put back.*damaged/);
});

const file: Image = { state: "file", sha256: "a", size: 1, mode: 0o4755, uid: 7, gid: 7 };

test("images are compared by what was looked at", () => {
  assert.ok(sameImage(file, { ...file, sha256: "" }));
  assert.not.ok(sameImage(file, { ...file, sha256: "b" }));
  assert.not.ok(sameImage(file, { ...file, gid: 8 }));
  assert.not.ok(sameImage(file, { state: "absent" }));
  const link: Image = { state: "symlink", target: "/dev/null", uid: 0, gid: 0 };
  assert.ok(sameImage(link, { ...link }));
  assert.not.ok(sameImage(link, { ...link, target: "/dev/zero" }));
});

test("half of a change of owner and mode is recognised", () => {
  const after: Image = { ...file, mode: 0o600, uid: 0, gid: 0 };
  assert.ok(halfWay({ ...file, mode: 0o600 }, file, after));
  assert.ok(halfWay({ ...file, mode: 0o600, uid: 0, gid: 0 }, file, after));
  assert.not.ok(halfWay({ ...file, mode: 0o777 }, file, after));
  assert.not.ok(halfWay({ ...file, uid: 9 }, file, after));
  const made: Image = { state: "directory", mode: 0o755, uid: 4, gid: 4 };
  assert.ok(newDirectory({ ...made, mode: 0o700, uid: 0, gid: 0 }, made));
  assert.not.ok(newDirectory({ ...made, mode: 0o777 }, made));
});

test.run();
