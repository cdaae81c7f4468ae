// What the door for changes refuses on a real tree, and that nothing leads to another file than the one named.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { NewFile, Place, Refused, StateFiles, Use } from "../../../src/host/node-writer.js";
import { AppTree } from "../../support/app-tree.js";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("SKIPPED what only root can plant: needs root");
const asRoot = isRoot ? test : test.skip;

let tree: AppTree;
const at = (path: string) => tree.at(path);
const place = (path: string, use?: Use) => tree.place(path, use);
const refusal = (path: string, use?: Use) => tree.refusal(path, use);

test.before.each(() => {
  tree = new AppTree();
});
test.after.each(() => tree.remove());

function reason(result: { readonly state: string } | Refused | Place | StateFiles): string {
  return "reason" in result ? result.reason : "not refused";
}

function newFile(content: string): NewFile {
  const { uid, gid } = lstatSync(at("etc/app/a.conf"));
  return { bytes: Buffer.from(content), mode: 0o640, uid, gid, like: "place" };
}

test("a file is replaced with its mode, and nothing is left beside it", () => {
  const file = place("/etc/app/a.conf");
  assert.is(file.stage(newFile("new\n")).state, "ok");
  assert.match(file.staged ?? "", /^\/etc\/app\/\.a\.conf\.nw-[0-9a-f]{12}$/);
  assert.is(readFileSync(at("etc/app/a.conf"), "utf8"), "old\n");
  assert.is(file.commit().state, "ok");
  assert.is(file.close().state, "ok");
  assert.is(readFileSync(at("etc/app/a.conf"), "utf8"), "new\n");
  assert.is(lstatSync(at("etc/app/a.conf")).mode & 0o777, 0o640);
  assert.equal(readdirSync(at("etc/app")), ["a.conf"]);
});

test("what is staged and not put in place is taken away", () => {
  const file = place("/etc/app/a.conf");
  file.stage(newFile("new\n"));
  file.close();
  assert.equal(readdirSync(at("etc/app")), ["a.conf"]);
});

test("a file that changes between the look and the change stays as it is", () => {
  const file = place("/etc/app/a.conf");
  file.stage(newFile("new\n"));
  writeFileSync(at("etc/app/a.conf"), "mine\n");
  assert.match(reason(file.commit()), /changed by somebody else/);
  file.close();
  assert.is(readFileSync(at("etc/app/a.conf"), "utf8"), "mine\n");
});

test("a file that appears meanwhile is not overwritten", () => {
  const file = place("/etc/app/b.conf");
  file.stage({ ...newFile("new\n"), like: "none" });
  writeFileSync(at("etc/app/b.conf"), "mine\n");
  assert.match(reason(file.commit()), /changed by somebody else/);
  file.close();
  assert.is(readFileSync(at("etc/app/b.conf"), "utf8"), "mine\n");
});

test("a directory swapped for a link after it was opened does not redirect the write", () => {
  mkdirSync(at("elsewhere"));
  writeFileSync(at("elsewhere/a.conf"), "precious\n");
  const file = place("/etc/app/a.conf");
  file.stage(newFile("new\n"));
  renameSync(at("etc/app"), at("etc/app-moved"));
  symlinkSync("../elsewhere", at("etc/app"));
  file.commit();
  file.close();
  assert.is(readFileSync(at("elsewhere/a.conf"), "utf8"), "precious\n");
  assert.equal(readdirSync(at("elsewhere")), ["a.conf"]);
  assert.equal(readdirSync(at("etc/app-moved")), ["a.conf"]);
  assert.match(reason(tree.writer.open("/etc/app/a.conf", "content")), /symbolic link|not a directory/);
});

test("a link is followed inside its folder, and not out of it", async () => {
  symlinkSync("a.conf", at("etc/app/near"));
  symlinkSync("/var/lib/far.conf", at("etc/app/far"));
  writeFileSync(at("var/lib/far.conf"), "");
  symlinkSync("nowhere", at("etc/app/dangling"));
  assert.equal(await tree.writer.locate("/etc/app/near", "content"), {
    state: "ok",
    realPath: "/etc/app/a.conf",
  });
  assert.equal(await tree.writer.locate("/etc/app/near", "name"), { state: "ok", realPath: "/etc/app/near" });
  assert.match(await refusal("/etc/app/far"), /symbolic link out of \/etc/);
  assert.match(await refusal("/etc/app/dangling"), /leads nowhere/);
});

test("no path leads out of the root", async () => {
  symlinkSync("../../../../../../etc", at("etc/up"));
  assert.equal(await tree.writer.locate("/etc/up/app/a.conf", "content"), {
    state: "ok",
    realPath: "/etc/app/a.conf",
  });
  for (const path of ["etc/app/a.conf", "/etc/app/..", "/", "/etc/app/", "/etc/\0"])
    assert.match(await refusal(path), /no path of a file|NUL/, path);
});

test("a missing directory is told, not made", async () => {
  assert.equal(await tree.writer.locate("/etc/x/y/z.conf", "content"), {
    state: "no-directory",
    path: "/etc/x/y",
  });
  assert.equal(readdirSync(at("etc")), ["app"]);
});

test("hard links, directories and pipes are refused", async () => {
  linkSync(at("etc/app/a.conf"), at("etc/app/twin"));
  assert.match(await refusal("/etc/app/a.conf"), /1 more hard links/);
  assert.match(await refusal("/etc/app"), /directory, not a regular file/);
  execFileSync("mkfifo", [at("etc/app/pipe")]);
  assert.match(await refusal("/etc/app/pipe"), /fifo, not a regular file/);
  assert.match(await refusal("/etc/app/pipe", "attributes"), /fifo, not a regular file/);
});

test("directories above that others can write are refused", async () => {
  chmodSync(at("etc/app"), 0o777);
  assert.match(await refusal("/etc/app/a.conf"), /directory \/etc\/app above it can be written by everybody/);
  chmodSync(at("etc/app"), 0o1777);
  assert.match(await refusal("/etc/app/a.conf"), /everybody/);
  chmodSync(at("etc/app"), 0o775);
  assert.match(await refusal("/etc/app/a.conf"), /can be written by group/);
  chmodSync(at("etc/app"), 0o755);
  assert.is(await refusal("/etc/app/a.conf"), "not refused");
});

asRoot("directories and links of somebody else are refused", async () => {
  mkdirSync(at("home/user"), { recursive: true });
  symlinkSync("/etc/app", at("home/user/link"));
  chownSync(at("home/user"), 1000, 1000);
  assert.match(await refusal("/home/user/link/a.conf"), /link .* belongs to user|belongs to user 1000/);
  chownSync(at("etc/app"), 1000, 0);
  assert.match(await refusal("/etc/app/a.conf"), /\/etc\/app above it belongs to user 1000/);
});

asRoot("an immutable file and an append-only one are refused before anything is written", async () => {
  try {
    execFileSync("chattr", ["+i", at("etc/app/a.conf")], { stdio: "ignore" });
  } catch {
    console.log("SKIPPED immutable files: the file system has no such flag");
    return;
  }
  try {
    assert.match(await refusal("/etc/app/a.conf"), /immutable/);
    const [flag] = tree.writer.flagged(["/etc/app/a.conf"]);
    assert.match(flag?.reason ?? "", /is immutable; first: chattr -i .*a\.conf/);
    execFileSync("chattr", ["-i", "+a", at("etc/app/a.conf")]);
    assert.match(
      tree.writer.flagged(["/etc/app/a.conf"])[0]?.reason ?? "",
      /is append-only; first: chattr -a/,
    );
  } finally {
    execFileSync("chattr", ["-i", "-a", at("etc/app/a.conf")]);
  }
  assert.equal(tree.writer.flagged(["/etc/app/a.conf"]), []);
});

test("a root without /var/lib is refused with what to do first", () => {
  rmSync(at("var"), { recursive: true });
  assert.match(
    reason(tree.writer.state()),
    `there is no ${at("var/lib")} to keep what is changed in; first: mkdir -p`,
  );
});

test("a file system without room is refused", () => {
  assert.is(tree.writer.room(["/etc/app/a.conf", "/etc/x/y"], 1000).state, "ok");
  assert.match(reason(tree.writer.room(["/etc/app/a.conf"], 2 ** 52)), /bytes to spare/);
});

test("leftovers are taken away, and only ours", () => {
  for (const name of [".a.conf.nw-0123456789ab", ".a.conf.nw-xyz", ".b.conf.nw-0123456789ab", "a.conf.bak"])
    writeFileSync(at(`etc/app/${name}`), "");
  assert.equal(tree.writer.sweep("/etc/app/a.conf").removed, ["/etc/app/.a.conf.nw-0123456789ab"]);
  assert.is(readdirSync(at("etc/app")).length, 4);
  assert.equal(tree.writer.sweep("/etc/none/a.conf"), { removed: [], left: [] });
});

test("very long names have temporary names that fit", () => {
  const name = `${"\u00e4".repeat(120)}.conf`;
  const file = place(`/etc/app/${name}`);
  assert.is(file.stage({ ...newFile("x"), like: "none" }).state, "ok");
  assert.is(file.commit().state, "ok");
  file.close();
  assert.equal(readdirSync(at("etc/app")).sort(), ["a.conf", name]);
});

test.run();
