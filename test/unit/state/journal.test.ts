// The journal: each line follows from the one before; what a crash tears is cut off; what somebody changes is found.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JournalEvent } from "../../../src/core/journal-event.js";
import { MemoryState } from "../../../src/host/memory-state.js";
import type { Done } from "../../../src/host/node-writer.js";
import { isJournalEvent } from "../../../src/state/event-shape.js";
import { type Journal, openJournal } from "../../../src/state/journal.js";
import { journalName, readJournal } from "../../../src/state/journal-file.js";
import { begin, done } from "../../support/journal-events.js";

const clock = () => Date.UTC(2026, 0, 1);

function open(files: MemoryState): Journal {
  const opened = openJournal(files, clock);
  if (opened.state !== "ok") throw new Error(opened.reason);
  return opened.journal;
}

const state = () => new MemoryState(() => undefined);
const text = (files: MemoryState) => files.files.get(journalName)?.toString() ?? "";

function verify(files: MemoryState) {
  const read = readJournal(files, "all");
  if (read.state !== "ok") throw new Error(read.reason);
  return read;
}

test("lines are numbered, timed and chained, and read again as they were", () => {
  const files = state();
  const journal = open(files);
  assert.is(journal.append(begin("r1")).state, "ok");
  assert.is(journal.append(done("r1"), begin("r2")).state, "ok");
  assert.is(open(files).append(done("r2")).state, "ok");
  const { lines, broken } = verify(files);
  assert.is(broken, undefined);
  assert.equal(
    lines.map(({ seq }) => seq),
    [1, 2, 3, 4],
  );
  assert.equal(
    lines.map(({ event }) => event?.event),
    ["begin", "end", "begin", "end"],
  );
  assert.is(lines[0]?.time, "2026-01-01T00:00:00.000Z");
  assert.is(text(files).split("\n").length, 5);
});

test("a torn last line is cut off, and that is written down", () => {
  const files = state();
  open(files).append(begin("r1"), done("r1"));
  const whole = text(files);
  for (const tail of ['{"v":1,"seq":3', "\0\0\0\0", `${"\n".repeat(0)}x`]) {
    files.files.set(journalName, Buffer.from(whole + tail));
    const opened = openJournal(files, clock);
    assert.is(opened.state === "ok" && opened.repaired, tail.length);
    const { lines, broken } = verify(files);
    assert.is(broken, undefined);
    const last = lines.at(-1)?.event;
    assert.is(last?.event === "repaired" && last.bytes, tail.length);
  }
});

test("a last line with holes of NUL bytes is torn too", () => {
  const files = state();
  open(files).append(begin("r1"));
  const whole = text(files);
  files.files.set(journalName, Buffer.from(`${whole}{"v":1,\0\0\0\0"end"}\n`));
  open(files);
  assert.is(verify(files).broken, undefined);
  assert.is(verify(files).lines.length, 2);
});

test("reading repairs nothing", () => {
  const files = state();
  open(files).append(begin("r1"));
  files.files.set(journalName, Buffer.from(`${text(files)}{"torn`));
  const before = text(files);
  assert.is(verify(files).torn.toString(), '{"torn');
  assert.is(text(files), before);
});

test("the first broken link is named", () => {
  const files = state();
  open(files).append(begin("r1"), done("r1"), begin("r2"), done("r2"));
  const lines = text(files).trimEnd().split("\n");
  const broken = (changed: readonly string[]) => {
    files.files.set(journalName, Buffer.from(`${changed.join("\n")}\n`));
    return verify(files).broken;
  };
  assert.is(broken(lines), undefined);
  assert.is(broken(lines.toSpliced(1, 1, lines[1]?.replace("done", "partly") ?? ""))?.line, 3);
  assert.is(broken(lines.toSpliced(1, 1))?.line, 2);
  assert.is(broken(lines.toSpliced(0, 1))?.line, 1);
  assert.is(broken(lines.toSpliced(2, 1, "not json"))?.line, 3);
  assert.is(broken([lines[0] ?? "", lines[2] ?? "", lines[1] ?? "", lines[3] ?? ""])?.line, 2);
  assert.is(broken(lines.toSpliced(3, 1, `${lines[3]?.slice(0, -1)},"more":1}`)), undefined);
});

test("what a later version writes is kept and read as far as it is known", () => {
  const files = state();
  const journal = open(files);
  journal.append({ ...begin("r1"), novelty: { deep: [1] } } as JournalEvent);
  journal.append({ event: "never-heard-of", run: "r1" } as unknown as JournalEvent);
  journal.append(done("r1"));
  const { lines, broken } = verify(files);
  assert.is(broken, undefined);
  assert.equal(lines[0]?.data.novelty, { deep: [1] });
  assert.is(lines[0]?.event?.event, "begin");
  assert.is(lines[1]?.event, null);
  assert.is(lines[1]?.data.event, "never-heard-of");
});

test("a write that fails leaves the journal as it was", () => {
  const files = state();
  const journal = open(files);
  journal.append(begin("r1"));
  const before = text(files);
  const extend = files.extend.bind(files);
  const failed: Done = { state: "refused", path: "", reason: "no space" };
  files.extend = () => failed;
  assert.is(journal.append(done("r1")).state, "refused");
  assert.is(text(files), before);
  assert.is(journal.lines.length, 1);
  files.extend = extend;
  assert.is(journal.append(done("r1")).state, "ok");
  assert.is(verify(files).broken, undefined);
});

test("a large journal goes on in a new part, in one chain", () => {
  const files = state();
  const journal = open(files);
  assert.is(journal.rotate().state, "ok");
  assert.equal(files.list(""), []);
  journal.append({ ...begin("r1"), padding: "x".repeat(5_000_000) } as JournalEvent, done("r1"));
  assert.is(journal.rotate().state, "ok");
  journal.append(begin("r2"));
  assert.equal(files.list(""), ["journal.000000000002.ndjson", journalName]);
  const { lines, broken } = verify(files);
  assert.is(broken, undefined);
  assert.equal(
    lines.map(({ event }) => event?.event),
    ["begin", "end", "rotated", "begin"],
  );
  // Right after the rename, before the first line of the new part.
  files.files.delete(journalName);
  open(files).append(begin("r2"));
  assert.is(verify(files).broken, undefined);
  // The earlier part taken away without being freed.
  files.files.delete("journal.000000000002.ndjson");
  assert.is(verify(files).broken?.line, 1);
});

test("only whole events are events", () => {
  const event = begin("r1");
  assert.ok(isJournalEvent(event));
  assert.not.ok(isJournalEvent(null));
  assert.not.ok(isJournalEvent([]));
  assert.not.ok(isJournalEvent({ event: "toString" }));
  assert.not.ok(isJournalEvent({ event: "__proto__" }));
  for (const member of Object.keys(event)) {
    const { [member as keyof typeof event]: _gone, ...rest } = event;
    assert.not.ok(isJournalEvent(rest), member);
  }
  assert.not.ok(isJournalEvent({ ...event, groups: [{ name: "other" }] }));
});

test.run();
