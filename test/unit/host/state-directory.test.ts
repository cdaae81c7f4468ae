// The state directory on a real tree: private, whole, and one writer at a time.
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openWriter } from "../../../src/host/live-writer.js";
import type { StateFiles } from "../../../src/host/node-writer.js";

let root = "";
const folder = () => join(root, "var/lib/nodeward");

function open(): StateFiles {
  const opened = openWriter(root, process.getuid?.() ?? 0);
  if (opened.state !== "ok") throw new Error(opened.reason);
  const files = opened.writer.state();
  if ("state" in files) throw new Error(files.reason);
  return files;
}

test.before.each(() => {
  root = mkdtempSync(join(tmpdir(), "nodeward-state-"));
  chmodSync(root, 0o755);
  mkdirSync(join(root, "var/lib"), { recursive: true, mode: 0o755 });
});
test.after.each(() => rmSync(root, { recursive: true, force: true }));

test("it is made private, and made private again", () => {
  open();
  assert.is(lstatSync(folder()).mode & 0o777, 0o700);
  chmodSync(folder(), 0o755);
  open();
  assert.is(lstatSync(folder()).mode & 0o777, 0o700);
});

test("files are whole and private, folders are made", () => {
  const files = open();
  assert.is(files.put("objects/abc", Buffer.from("one")).state, "ok");
  assert.is(files.put("objects/abc", Buffer.from("two")).state, "ok");
  assert.is(readFileSync(join(folder(), "objects/abc"), "utf8"), "two");
  assert.is(lstatSync(join(folder(), "objects/abc")).mode & 0o777, 0o600);
  assert.is(lstatSync(join(folder(), "objects")).mode & 0o777, 0o700);
  assert.equal(readdirSync(join(folder(), "objects")), ["abc"]);
  assert.equal(files.list("objects"), ["abc"]);
  assert.equal(files.list("nothing"), []);
  assert.equal(files.read("objects/none"), { state: "absent" });
  assert.is(files.remove("objects/abc").state, "ok");
  assert.is(files.remove("objects/abc").state, "ok");
  assert.is(files.remove("objects").state, "ok");
});

test("what is no file of ours is refused in words: a pipe is not waited for, a huge file not taken in", () => {
  const files = open();
  files.put("huge", Buffer.from("x"));
  truncateSync(join(folder(), "huge"), 6 * 1024 ** 3);
  mkdirSync(join(folder(), "folder"));
  execFileSync("mkfifo", [join(folder(), "pipe")]);
  const reasons = ["huge", "folder", "pipe"].map((name) => {
    const read = files.read(name);
    return read.state === "refused" ? read.reason.replace(`${files.path}/`, "") : read.state;
  });
  assert.equal(reasons, [
    "huge: is larger than anything that is kept here",
    "folder: is not a regular file",
    "pipe: is not a regular file",
  ]);
  const put = files.put("folder", Buffer.from("x"));
  assert.is(put.state === "refused" ? put.reason : "", `${files.path}/folder: is a directory`);
});

test("what is extended starts where it is told, and cuts what was behind", () => {
  const files = open();
  files.extend("journal.ndjson", 0, Buffer.from("one\n"));
  files.extend("journal.ndjson", 4, Buffer.from("two\n"));
  writeFileSync(join(folder(), "journal.ndjson"), "one\ntwo\nthr");
  files.extend("journal.ndjson", 8, Buffer.from("four\n"));
  assert.is(readFileSync(join(folder(), "journal.ndjson"), "utf8"), "one\ntwo\nfour\n");
  assert.is(files.extend("journal.ndjson", 99, Buffer.from("x")).state, "refused");
  assert.is(lstatSync(join(folder(), "journal.ndjson")).mode & 0o777, 0o600);
});

test("a second writer is told who the first is", () => {
  const lock = open().lock("audit --fix, process 7");
  assert.is(lock.state, "ok");
  assert.equal(open().lock("another"), { state: "held", by: "audit --fix, process 7" });
  if (lock.state === "ok") lock.release();
  const again = open().lock("another");
  assert.is(again.state, "ok");
  if (again.state === "ok") again.release();
});

test("the lock of a killed process is free", async () => {
  const script = `
    import { openWriter } from ${JSON.stringify(fileURLToPath(new URL("../../../src/host/live-writer.ts", import.meta.url)))};
    const opened = openWriter(${JSON.stringify(root)}, ${process.getuid?.() ?? 0});
    const files = opened.writer.state();
    console.log(files.lock("the first").state);
    setInterval(() => {}, 1000);
  `;
  const file = join(root, "holder.ts");
  writeFileSync(file, script);
  const child = spawn(process.execPath, ["--import", "tsx", file], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const said = await new Promise<string>((resolve) =>
    child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString().trim())),
  );
  assert.is(said, "ok");
  assert.equal(open().lock("the second"), { state: "held", by: "the first" });
  child.kill("SIGKILL");
  await ended;
  const lock = open().lock("the second");
  assert.is(lock.state, "ok");
  if (lock.state === "ok") lock.release();
});

test.run();
