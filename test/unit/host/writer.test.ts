// The door for writing, on a real folder: the old file or the new one, never a part, and nothing left behind.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { liveWriter } from "../../../src/host/writer.js";

const folder = mkdtempSync(join(tmpdir(), "nodeward-writer-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
test.before.each(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const mode = (name: string) => statSync(at(name)).mode & 0o777;

test("a new file has the mode asked for, whatever the umask", () => {
  const before = process.umask(0o077);
  try {
    assert.equal(liveWriter.replace(at("a"), "text\n", 0o600), { state: "ok" });
    assert.is(mode("a"), 0o600);
  } finally {
    process.umask(before);
  }
  assert.is(readFileSync(at("a"), "utf8"), "text\n");
});

test("an old file is replaced whole: a reader that has it open keeps what it opened, its mode is ours", () => {
  writeFileSync(at("a"), "x".repeat(100_000));
  chmodSync(at("a"), 0o644);
  const inode = statSync(at("a")).ino;
  assert.is(liveWriter.replace(at("a"), "new", 0o600).state, "ok");
  assert.is(readFileSync(at("a"), "utf8"), "new");
  assert.is.not(statSync(at("a")).ino, inode);
  assert.is(mode("a"), 0o600);
  assert.equal(readdirSync(folder), ["a"]);
});

test("a link, a device, a named pipe stay what they are", () => {
  writeFileSync(at("target"), "theirs");
  symlinkSync(at("target"), at("link"));
  symlinkSync("/dev/stdout", at("out"));
  execFileSync("mkfifo", [at("pipe")]);
  for (const path of [at("link"), at("out"), at("pipe")]) {
    const before = lstatSync(path).ino;
    const written = liveWriter.replace(path, "ours", 0o600);
    assert.is(written.state, "failed", path);
    if (written.state === "failed") assert.match(written.reason, /is (?:a symbolic link|not a regular file)/);
    assert.is(lstatSync(path).ino, before, path);
  }
  assert.is(readFileSync(at("target"), "utf8"), "theirs");
});

test("what cannot be written is a reason, and nothing is left behind", () => {
  mkdirSync(at("directory"));
  writeFileSync(at("file"), "");
  for (const path of [at("directory"), at("none/a"), at("file/a")]) {
    const written = liveWriter.replace(path, "text", 0o600);
    assert.is(written.state, "failed", path);
    if (written.state === "failed") assert.match(written.reason, path);
  }
  assert.equal(readdirSync(folder).sort(), ["directory", "file"]);
});

test.run();
