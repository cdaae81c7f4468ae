// What the next start finds of a run that did not end: it is put back, or waited for, whatever the clock does meanwhile.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { FileRecord, JournalEvent } from "../../../src/core/journal-event.js";
import type { Image } from "../../../src/core/plan.js";
import { MemoryWriter } from "../../../src/host/memory-writer.js";
import { confirm } from "../../../src/remedy/confirm.js";
import { openState } from "../../../src/remedy/session.js";
import { openJournal } from "../../../src/state/journal.js";
import { hashOf, journalName, readJournal } from "../../../src/state/journal-file.js";
import { saveOriginals } from "../../../src/state/originals.js";
import { imageMachine } from "../../support/apply.js";
import { begin, done, nobodyInParticular } from "../../support/journal-events.js";

const start = Date.UTC(2026, 5, 1, 12);
const minute = 60_000;

const image = (content: string): Image => ({
  state: "file",
  sha256: hashOf(content),
  size: content.length,
  mode: 0o644,
  uid: 0,
  gid: 0,
});

const record: FileRecord = {
  path: "/etc/a",
  realPath: "/etc/a",
  before: image("old\n"),
  after: image("new\n"),
  inPlace: false,
  kept: null,
  checks: ["a.check"],
  diff: "",
};

/** A node in the middle of run r1, which has written these events. */
function interrupted(...events: readonly JournalEvent[]): MemoryWriter {
  const writer = new MemoryWriter({ "/etc/a": "new\n" });
  saveOriginals(writer.files, [Buffer.from("old\n")]);
  const opened = openJournal(writer.files, () => start);
  if (opened.state !== "ok") throw new Error(opened.reason);
  opened.journal.append(begin("r1", [record]), ...events);
  return writer;
}

async function next(writer: MemoryWriter, now: number) {
  const told: string[] = [];
  const machine = imageMachine(
    writer,
    () => now,
    () => writer.host(),
  );
  const state = await openState(machine, "next", async (groups) => {
    told.push(...groups.map(({ name }) => name));
    return [];
  });
  const { bytes, text } = writer.nodes.get("/etc/a") ?? {};
  const content = bytes === undefined ? text : Buffer.from(bytes).toString();
  return { state, told, content };
}

const made: JournalEvent = { event: "group-done", run: "r1", group: "other" };
const armed: JournalEvent = {
  event: "armed",
  run: "r1",
  until: new Date(start + 2 * minute).toISOString(),
  layers: [],
};

test("a run without an end is put back, its groups are told, and it is written down", async () => {
  const writer = interrupted();
  const { state, told, content } = await next(writer, start + minute);
  assert.is(content, "old\n");
  assert.equal(told, ["other"]);
  assert.equal(state.state === "ok" && state.value.recovered.map(({ restored }) => restored), [["/etc/a"]]);
  const read = readJournal(writer.files, "all");
  const last = read.state === "ok" ? read.lines.at(-1)?.event : null;
  assert.is(last?.event === "end" && last.result, "rolled-back");
  if (state.state === "ok") state.value.release();
  const again = await next(writer, start + minute);
  assert.equal(again.state.state === "ok" && again.state.value.recovered, []);
});

test("a run that has ended stays", async () => {
  assert.is((await next(interrupted(done("r1")), start)).content, "new\n");
});

test("a run that waits for its confirmation is waited for", async () => {
  const { state, content } = await next(interrupted(made, armed), start + minute);
  assert.is(state.state, "waits");
  assert.is(content, "new\n");
});

test("a run that was cut off in the middle does not wait, and is not confirmed", async () => {
  const { state, content } = await next(interrupted(armed), start + minute);
  assert.equal([state.state, content], ["ok", "old\n"]);
  const writer = interrupted(armed);
  const machine = imageMachine(
    writer,
    () => start + minute,
    () => writer.host(),
  );
  const asked = { machine, holder: "c", who: nobodyInParticular, by: "alice", sameSession: true };
  assert.equal(await confirm(asked), { state: "cut-off", run: "r1" });
});

test("a run that was not confirmed in time is put back", async () => {
  assert.is((await next(interrupted(made, armed), start + 3 * minute)).content, "old\n");
});

test("a clock that jumps ahead puts an unconfirmed run back early, never late", async () => {
  assert.is((await next(interrupted(made, armed), start + 10_000 * minute)).content, "old\n");
});

test("a clock that jumps back does not make a run wait for years", async () => {
  assert.is((await next(interrupted(made, armed), start - 100_000 * minute)).content, "old\n");
});

test("a confirmed run that was cut off before its end is put back", async () => {
  const confirmed: JournalEvent = { event: "confirmed", run: "r1", by: "root" };
  const { content } = await next(interrupted(made, armed, confirmed), start + minute);
  assert.is(content, "old\n");
});

test("a second run while one is at work is told who it is", async () => {
  const writer = interrupted();
  const lock = writer.files.lock("audit --fix");
  assert.is(lock.state, "ok");
  const { state, content } = await next(writer, start);
  assert.equal(state, { state: "held", by: "audit --fix" });
  assert.is(content, "new\n");
});

test("a torn line is cut off and told, and what it began is as if it had not", async () => {
  const writer = interrupted(done("r1"));
  const whole = writer.files.files.get(journalName) ?? Buffer.alloc(0);
  writer.files.files.set(
    journalName,
    Buffer.concat([whole, Buffer.from('{"v":1,"seq":3,"event":"begin","run":"r2"')]),
  );
  const { state, content } = await next(writer, start);
  assert.ok(state.state === "ok" && state.value.repaired === 41);
  assert.is(content, "new\n");
});

test.run();
