// Somebody else saves a file in the very moment in which it is replaced or removed: what they wrote stays, whichever way
// their editor saves. With the exchange of names, and without any program that could make it.
import {
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Done } from "../../../src/host/node-writer.js";
import { exchange, putInPlace, type Staged } from "../../../src/host/put-in-place.js";
import { AppTree, editors, type Live } from "../../support/app-tree.js";

let tree: AppTree;
test.before.each(() => {
  tree = new AppTree();
});
test.after.each(() => tree.remove());

/** Each change of somebody else right after the last look: nobody looks at the name any more before it is replaced. */
function disturbed(place: Live, disturb: () => void): Staged {
  return {
    waiting: place.waiting,
    placeNew: () => place.placeNew(),
    mayReplace: () => {
      place.mayReplace();
      disturb();
    },
    replaced: () => place.replaced(),
    try: (work) => place.try(work),
  };
}

/** After which of the looks somebody is at work: without an exchange the second is the last. */
function saved(place: Live, save: (path: string) => void, look: number): Staged {
  let looks = 0;
  return disturbed(place, () => {
    looks += 1;
    if (looks === look) save(tree.conf);
  });
}

for (const [name, { save, left }] of Object.entries(editors)) {
  const holds = (made: Done, place: Live) => {
    assert.is(made.state, "refused");
    if (made.state === "refused") assert.match(made.reason, /changed by somebody else meanwhile/);
    place.close();
    assert.is(readFileSync(tree.conf, "utf8"), left);
    assert.equal(readdirSync(tree.at("etc/app")), ["a.conf"]);
  };
  test(`somebody ${name} between the last look and the exchange`, () => {
    const place = tree.staged();
    holds(putInPlace([saved(place, save, 1)]), place);
  });
  test(`somebody ${name} after the last look where names cannot be exchanged`, () => {
    const place = tree.staged();
    holds(
      putInPlace([saved(place, save, 2)], () => {}),
      place,
    );
  });
}

test("where names cannot be exchanged the file is replaced all the same", () => {
  const place = tree.staged();
  assert.equal(
    putInPlace([place], () => {}),
    { state: "ok" },
  );
  place.close();
  assert.is(readFileSync(tree.conf, "utf8"), "new\n");
  assert.equal(readdirSync(tree.at("etc/app")), ["a.conf"]);
});

test("an exchange that was cut off in the middle loses nothing", () => {
  const place = tree.staged();
  const made = putInPlace([place], ([one]) => {
    writeFileSync(tree.at("etc/app/theirs"), "theirs\n");
    renameSync(tree.conf, tree.at("etc/app/.gone"));
    renameSync(tree.at(`etc/app/${one?.temporary}`), tree.conf);
    renameSync(tree.at("etc/app/theirs"), tree.at(`etc/app/${one?.temporary}`));
    rmSync(tree.at("etc/app/.gone"));
  });
  assert.is(made.state, "refused");
  place.close();
  assert.is(readFileSync(tree.conf, "utf8"), "theirs\n");
});

test("of two who write, one into the old file and then one into ours, the later is kept", () => {
  const place = tree.staged();
  let first = true;
  const made = putInPlace([place], (some) => {
    exchange(some);
    if (!first) return;
    first = false;
    writeFileSync(tree.at(`etc/app/${some[0]?.temporary}`), "theirs, earlier\n");
    writeFileSync(tree.conf, "theirs, later\n");
  });
  assert.is(made.state, "refused");
  assert.equal(place.close(), { state: "ok" });
  assert.is(readFileSync(tree.conf, "utf8"), "theirs, later\n");
  assert.equal(readdirSync(tree.at("etc/app")), ["a.conf"]);
});

test("what is written into the second file stays, where the first is refused already", () => {
  const second = tree.at("etc/app/b.conf");
  tree.plant("etc/app/b.conf");
  const other = tree.staged("etc/app/b.conf");
  const place = tree.staged();
  const made = putInPlace([place, other], (some) => {
    exchange(some);
    if (some.length === 1) return;
    for (const { temporary } of some) writeFileSync(tree.at(`etc/app/${temporary}`), "theirs\n");
  });
  assert.is(made.state, "refused");
  for (const one of [place, other]) assert.equal(one.close(), { state: "ok" });
  for (const path of [tree.conf, second]) assert.is(readFileSync(path, "utf8"), "theirs\n");
  assert.equal(readdirSync(tree.at("etc/app")), ["a.conf", "b.conf"]);
});

test("a save that goes on after the exchange lands in the file that has the name", () => {
  const place = tree.staged();
  let fd = -1;
  const made = putInPlace([
    disturbed(place, () => {
      fd = openSync(tree.conf, "w");
    }),
  ]);
  assert.is(made.state, "refused");
  writeSync(fd, "theirs\n");
  closeSync(fd);
  place.close();
  assert.is(readFileSync(tree.conf, "utf8"), "theirs\n");
});

test("who has the file open and writes after it was replaced is seen", () => {
  const fd = openSync(tree.conf, "a");
  const place = tree.staged();
  assert.is(place.commit().state, "ok");
  assert.is(place.late(), undefined);
  writeSync(fd, "theirs\n");
  closeSync(fd);
  assert.is(place.late()?.toString(), "old\ntheirs\n");
  place.close();
});

test("a file whose second name appears meanwhile is no other file", () => {
  const place = tree.staged();
  const made = putInPlace([
    disturbed(place, () => existsSync(tree.at("twin")) || linkSync(tree.conf, tree.at("twin"))),
  ]);
  assert.is(made.state, "ok");
  place.close();
  assert.is(readFileSync(tree.at("twin"), "utf8"), "old\n");
});

test.run();
