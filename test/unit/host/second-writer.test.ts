// Somebody else saves a file in the very moment in which it is replaced or removed: what they wrote stays, whichever way
// their editor saves. With the exchange of names, and without any program that could make it.
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openWriter } from "../../../src/host/live-writer.js";
import type { Done, NodeWriter, Place } from "../../../src/host/node-writer.js";
import { putInPlace, type Staged, takeAway, type Waiting } from "../../../src/host/put-in-place.js";

let root = "";
let writer: NodeWriter;
const at = (path: string) => join(root, path);
const conf = () => at("etc/app/a.conf");

test.before.each(() => {
  root = mkdtempSync(join(tmpdir(), "nodeward-second-"));
  chmodSync(root, 0o755);
  mkdirSync(at("etc/app"), { recursive: true, mode: 0o755 });
  mkdirSync(at("var/lib"), { recursive: true, mode: 0o755 });
  writeFileSync(conf(), "old\n", { mode: 0o640 });
  const opened = openWriter(root, process.getuid?.() ?? 0);
  if (opened.state !== "ok") throw new Error(opened.reason);
  writer = opened.writer;
});
test.after.each(() => rmSync(root, { recursive: true, force: true }));

type Live = Place & Staged;

function isLive(place: object): place is Live {
  return "waiting" in place && "mayReplace" in place;
}

/** A place with its new file laid beside. */
function stagedPlace(): Live {
  const place = writer.open("/etc/app/a.conf", "content");
  if ("state" in place) throw new Error(place.reason);
  const { uid, gid } = lstatSync(conf());
  const staged = place.stage({ bytes: Buffer.from("new\n"), mode: 0o640, uid, gid, like: "place" });
  if (staged.state !== "ok" || !isLive(place)) throw new Error("not staged");
  return place;
}

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

const editors: Readonly<Record<string, { readonly save: () => void; readonly left: string }>> = {
  "writes into the file": { save: () => writeFileSync(conf(), "theirs\n"), left: "theirs\n" },
  "writes as many bytes into the file": { save: () => writeFileSync(conf(), "OLD\n"), left: "OLD\n" },
  "puts a file in its place": {
    save: () => {
      writeFileSync(at("etc/app/a.conf.swp"), "theirs\n");
      renameSync(at("etc/app/a.conf.swp"), conf());
    },
    left: "theirs\n",
  },
  "puts the same bytes in its place": {
    save: () => {
      writeFileSync(at("etc/app/a.conf.swp"), "old\n");
      renameSync(at("etc/app/a.conf.swp"), conf());
    },
    left: "old\n",
  },
  "changes its mode": { save: () => chmodSync(conf(), 0o600), left: "old\n" },
};

/** After which of the looks somebody is at work: without an exchange the second is the last. */
function saved(place: Live, save: () => void, look: number): Staged {
  let looks = 0;
  return disturbed(place, () => {
    looks += 1;
    if (looks === look) save();
  });
}

for (const [name, { save, left }] of Object.entries(editors)) {
  const holds = (made: Done, place: Live) => {
    assert.is(made.state, "refused");
    if (made.state === "refused") assert.match(made.reason, /changed by somebody else meanwhile/);
    place.close();
    assert.is(readFileSync(conf(), "utf8"), left);
    assert.equal(readdirSync(at("etc/app")), ["a.conf"]);
  };
  test(`somebody ${name} between the last look and the exchange`, () => {
    const place = stagedPlace();
    holds(putInPlace([saved(place, save, 1)]), place);
  });
  test(`somebody ${name} after the last look where names cannot be exchanged`, () => {
    const place = stagedPlace();
    holds(
      putInPlace([saved(place, save, 2)], () => {}),
      place,
    );
  });
}

test("where names cannot be exchanged the file is replaced all the same", () => {
  const place = stagedPlace();
  assert.equal(
    putInPlace([place], () => {}),
    { state: "ok" },
  );
  place.close();
  assert.is(readFileSync(conf(), "utf8"), "new\n");
  assert.equal(readdirSync(at("etc/app")), ["a.conf"]);
});

test("an exchange that was cut off in the middle loses nothing", () => {
  const place = stagedPlace();
  const made = putInPlace([place], ([one]) => {
    writeFileSync(at("etc/app/theirs"), "theirs\n");
    renameSync(conf(), at("etc/app/.gone"));
    renameSync(at(`etc/app/${one?.temporary}`), conf());
    renameSync(at("etc/app/theirs"), at(`etc/app/${one?.temporary}`));
    rmSync(at("etc/app/.gone"));
  });
  assert.is(made.state, "refused");
  place.close();
  assert.is(readFileSync(conf(), "utf8"), "theirs\n");
});

test("a save that goes on after the exchange lands in the file that has the name", () => {
  const place = stagedPlace();
  let fd = -1;
  const made = putInPlace([
    disturbed(place, () => {
      fd = openSync(conf(), "w");
    }),
  ]);
  assert.is(made.state, "refused");
  writeSync(fd, "theirs\n");
  closeSync(fd);
  place.close();
  assert.is(readFileSync(conf(), "utf8"), "theirs\n");
});

test("who has the file open and writes after it was replaced is seen", () => {
  const fd = openSync(conf(), "a");
  const place = stagedPlace();
  assert.is(place.commit().state, "ok");
  assert.is(place.late(), undefined);
  writeSync(fd, "theirs\n");
  closeSync(fd);
  assert.is(place.late()?.toString(), "old\ntheirs\n");
  place.close();
});

test("of several files in two directories the untouched ones are replaced, and nothing is left beside", () => {
  mkdirSync(at("etc/other"), { mode: 0o755 });
  const names = ["etc/app/b.conf", "etc/other/c.conf", "etc/app/d.conf"];
  for (const name of names) writeFileSync(at(name), "old\n");
  symlinkSync("b.conf", at("etc/app/link"));
  const places = [...names, "etc/app/link"].map((name) => {
    const place = writer.open(`/${name}`, "name");
    if ("state" in place) throw new Error(place.reason);
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const staged = name.endsWith("link")
      ? place.stageLink("d.conf", owner)
      : place.stage({ bytes: Buffer.from("new\n"), mode: 0o600, ...owner, like: "none" });
    assert.is(staged.state, "ok");
    return place;
  });
  assert.equal(writer.commit(places), { state: "ok" });
  for (const place of places) place.close();
  for (const name of names) assert.is(readFileSync(at(name), "utf8"), "new\n");
  assert.is(readlinkSync(at("etc/app/link")), "d.conf");
  assert.equal(readdirSync(at("etc/app")).sort(), ["a.conf", "b.conf", "d.conf", "link"]);
  assert.equal(readdirSync(at("etc/other")), ["c.conf"]);
});

/** As `takeAway` is called, with somebody at work right before it. */
function taken(save: () => void): string {
  const place = stagedPlace();
  const waiting: Waiting | undefined = place.waiting;
  if (waiting === undefined) throw new Error("not staged");
  save();
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
    assert.is(readFileSync(conf(), "utf8"), left);
    rmSync(conf());
    writeFileSync(conf(), "old\n", { mode: 0o640 });
  }
  assert.is(
    taken(() => {}),
    "removed",
  );
  assert.not(existsSync(conf()));
  assert.equal(readdirSync(at("etc/app")), []);
});

test("a file whose second name appears meanwhile is no other file", () => {
  const place = stagedPlace();
  const made = putInPlace([disturbed(place, () => existsSync(at("twin")) || linkSync(conf(), at("twin")))]);
  assert.is(made.state, "ok");
  place.close();
  assert.is(readFileSync(at("twin"), "utf8"), "old\n");
});

test.run();
