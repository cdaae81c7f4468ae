// What the door for changes makes of mounts: files and directories of other file systems, read-only ones, overlays.
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Use } from "../../../src/host/node-writer.js";
import { AppTree } from "../../support/app-tree.js";

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("SKIPPED mounts: needs root");
const asRoot = isRoot ? test : test.skip;

let tree: AppTree;
const at = (path: string) => tree.at(path);
const place = (path: string, use?: Use) => tree.place(path, use);
const refusal = (path: string, use?: Use) => tree.refusal(path, use);

test.before.each(() => {
  tree = new AppTree();
});
test.after.each(() => tree.remove());

asRoot(
  "a file that is mounted from elsewhere is refused, and one of a directory mounted read-only",
  async () => {
    writeFileSync(at("var/lib/source"), "elsewhere\n");
    execFileSync("mount", ["--bind", at("var/lib/source"), at("etc/app/a.conf")]);
    try {
      assert.match(await refusal("/etc/app/a.conf"), /is mounted from elsewhere/);
      assert.match(await refusal("/etc/app/a.conf", "name"), /is mounted from elsewhere/);
      assert.is(await refusal("/etc/app/a.conf", "attributes"), "not refused");
    } finally {
      execFileSync("umount", [at("etc/app/a.conf")]);
    }
    execFileSync("mount", ["--bind", at("etc/app"), at("etc/app")]);
    try {
      execFileSync("mount", ["-o", "remount,ro,bind", at("etc/app")]);
      assert.match(await refusal("/etc/app/a.conf"), /mounted read-only/);
      assert.match(await refusal("/etc/app/a.conf", "attributes"), /mounted read-only/);
      assert.match(await refusal("/etc/app/new.conf"), /mounted read-only/);
    } finally {
      execFileSync("umount", [at("etc/app")]);
    }
  },
);

asRoot("a file of the lower layer of an overlay is replaced, removed and given another mode", async () => {
  const folders = ["upper", "work", "merged"].map((name) => at(`var/lib/layers/${name}`));
  mkdirSync(at("var/lib/layers"), { mode: 0o755 });
  execFileSync("mount", ["-t", "tmpfs", "-o", "mode=755", "none", at("var/lib/layers")]);
  for (const folder of folders) mkdirSync(folder, { mode: 0o755 });
  writeFileSync(at("etc/app/b.conf"), "old\n");
  const [upper, work, merged = ""] = folders;
  const layers = `lowerdir=${at("etc/app")},upperdir=${upper},workdir=${work}`;
  try {
    execFileSync("mount", ["-t", "overlay", "overlay", "-o", layers, merged], { stdio: "ignore" });
  } catch {
    execFileSync("umount", [at("var/lib/layers")]);
    console.log("SKIPPED overlays: they cannot be mounted here");
    return;
  }
  try {
    const file = place("/var/lib/layers/merged/a.conf");
    assert.is(
      file.stage({ bytes: Buffer.from("new\n"), mode: 0o640, uid: 0, gid: 0, like: "place" }).state,
      "ok",
    );
    assert.equal(file.commit(), { state: "ok" });
    file.close();
    const other = place("/var/lib/layers/merged/b.conf");
    assert.equal(other.setAttributes({ mode: 0o600, uid: 0, gid: 0 }), { state: "ok" });
    other.close();
    assert.is(readFileSync(join(merged, "a.conf"), "utf8"), "new\n");
    assert.is(lstatSync(join(merged, "b.conf")).mode & 0o777, 0o600);
    const gone = place("/var/lib/layers/merged/a.conf");
    assert.equal(gone.remove(), { state: "ok" });
    gone.close();
    assert.equal(readdirSync(merged), ["b.conf"]);
    assert.is(readFileSync(at("etc/app/a.conf"), "utf8"), "old\n");
  } finally {
    execFileSync("umount", [merged]);
    execFileSync("umount", [at("var/lib/layers")]);
  }
});

asRoot("a state directory on a file system of its own needs room there", () => {
  mkdirSync(at("var/lib/nodeward"), { mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=700", "none", at("var/lib/nodeward")]);
  try {
    const room = tree.writer.room(["/etc/app/a.conf"], 1000);
    assert.match(room.state === "refused" ? room.reason : "not refused", "/var/lib/nodeward: has ");
  } finally {
    execFileSync("umount", [at("var/lib/nodeward")]);
  }
});

test.run();
