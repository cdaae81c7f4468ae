// Several files put in place at once, and one taken away, with and without somebody else at work.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { takeAway, type Waiting } from "../../../src/host/put-in-place.js";
import { AppTree, editors } from "../../support/app-tree.js";

let tree: AppTree;
test.before.each(() => {
  tree = new AppTree();
});
test.after.each(() => tree.remove());

test("of several files in two directories the untouched ones are replaced, and nothing is left beside", () => {
  mkdirSync(tree.at("etc/other"), { mode: 0o755 });
  const names = ["etc/app/b.conf", "etc/other/c.conf", "etc/app/d.conf"];
  for (const name of names) writeFileSync(tree.at(name), "old\n");
  symlinkSync("b.conf", tree.at("etc/app/link"));
  const places = [...names, "etc/app/link"].map((name) => {
    const place = tree.writer.open(`/${name}`, "name");
    if ("state" in place) throw new Error(place.reason);
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const staged = name.endsWith("link")
      ? place.stageLink("d.conf", owner)
      : place.stage({ bytes: Buffer.from("new\n"), mode: 0o600, ...owner, like: "none" });
    assert.is(staged.state, "ok");
    return place;
  });
  assert.equal(tree.writer.commit(places), { state: "ok" });
  for (const place of places) place.close();
  for (const name of names) assert.is(readFileSync(tree.at(name), "utf8"), "new\n");
  assert.is(readlinkSync(tree.at("etc/app/link")), "d.conf");
  assert.equal(readdirSync(tree.at("etc/app")).sort(), ["a.conf", "b.conf", "d.conf", "link"]);
  assert.equal(readdirSync(tree.at("etc/other")), ["c.conf"]);
});

/** As `takeAway` is called, with somebody at work right before it. */
function taken(save: (path: string) => void): string {
  const place = tree.staged();
  const waiting: Waiting | undefined = place.waiting;
  if (waiting === undefined) throw new Error("not staged");
  save(tree.conf);
  try {
    takeAway({ ...waiting, temporary: ".a.conf.nw-0123456789ab" });
    return "removed";
  } catch (error) {
    return String(error);
  } finally {
    place.close();
  }
}

test("what somebody saves while it is removed stays", () => {
  for (const { save, left } of Object.values(editors)) {
    assert.match(taken(save), /changed by somebody else meanwhile/);
    assert.is(readFileSync(tree.conf, "utf8"), left);
    rmSync(tree.conf);
    tree.plant("etc/app/a.conf");
  }
  assert.is(
    taken(() => {}),
    "removed",
  );
  assert.not(existsSync(tree.conf));
  assert.equal(readdirSync(tree.at("etc/app")), []);
});

test.run();
