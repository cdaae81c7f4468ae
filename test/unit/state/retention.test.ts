// What the state directory keeps and for how long: nothing is deleted before the journal has freed it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MemoryState } from "../../../src/host/memory-state.js";
import { openJournal } from "../../../src/state/journal.js";
import { hashOf, readJournal } from "../../../src/state/journal-file.js";
import { keptName, saveOriginals } from "../../../src/state/originals.js";
import { free, tidy } from "../../../src/state/retention.js";
import { begin, done, fileRecord } from "../../support/journal-events.js";

const start = Date.UTC(2026, 0, 1);
const day = 24 * 60 * 60 * 1000;

/** Runs one a day, each with an original of its own and one that all share. */
function withRuns(count: number) {
  const files = new MemoryState(() => undefined);
  let now = start;
  const opened = openJournal(files, () => now);
  if (opened.state !== "ok") throw new Error(opened.reason);
  const { journal } = opened;
  saveOriginals(files, [Buffer.from("shared")]);
  for (let index = 0; index < count; index++) {
    const own = Buffer.from(`original ${index}`);
    const run = `r${String(index).padStart(4, "0")}`;
    saveOriginals(files, [own]);
    files.put(keptName(run, 0), Buffer.alloc(0));
    const records = [fileRecord("/etc/a", hashOf(own)), fileRecord("/etc/b", hashOf("shared"))];
    journal.append(begin(run, records), done(run));
    now += day;
  }
  return { files, journal, at: (time: number) => free(files, journal, time) };
}

test("nothing is freed while runs are few and young", () => {
  const { files, at } = withRuns(60);
  const before = [...files.files.keys()];
  assert.is(at(start + 60 * day).state, "ok");
  assert.equal([...files.files.keys()], before);
});

test("runs older than 90 days are freed, with what only they needed", () => {
  const { files, journal, at } = withRuns(120);
  assert.is(at(start + 120 * day).state, "ok");
  const last = journal.lines.at(-1)?.event;
  assert.is(last?.event === "freed" && last.runs.length, 30);
  assert.is(files.list("objects").length, 91);
  assert.equal(files.list("originals").slice(0, 1), ["r0030"]);
  assert.ok(files.list("objects").includes(hashOf("shared")));
  const read = readJournal(files, "all");
  assert.is(read.state === "ok" && read.broken, undefined);
});

test("no more than 200 runs are kept", () => {
  const { files, at } = withRuns(205);
  assert.is(at(start).state, "ok");
  assert.is(files.list("originals").length, 200);
});

test("a clock that jumps ahead does not free the last 20 runs", () => {
  const { files, at } = withRuns(25);
  assert.is(at(start + 100_000 * day).state, "ok");
  assert.is(files.list("originals").length, 20);
});

test("a clock that jumps back frees nothing", () => {
  const { files, at } = withRuns(25);
  assert.is(at(0).state, "ok");
  assert.is(files.list("originals").length, 25);
});

test("when the journal cannot say so, nothing is deleted", () => {
  const { files, at } = withRuns(120);
  const before = [...files.files.keys()];
  files.extend = () => ({ state: "refused", path: "", reason: "no space" });
  assert.is(at(start + 120 * day).state, "refused");
  assert.equal([...files.files.keys()], before);
});

test("temporary files and what was saved for a run that never began go at the next start", () => {
  const { files } = withRuns(2);
  const before = [...files.files.keys()].sort();
  files.put("objects/.abc.nw-0123456789ab", Buffer.from("half"));
  files.put(".journal.ndjson.nw-0123456789ab", Buffer.from("half"));
  files.put("originals/r9999/new/4", Buffer.alloc(0));
  files.put("originals/r9999/0", Buffer.alloc(0));
  files.put("originals/r0001/new/4", Buffer.alloc(0));
  tidy(files);
  assert.equal([...files.files.keys()].sort(), before);
});

test.run();
