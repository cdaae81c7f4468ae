// Who only reads is told of a run that was cut off, and of no other.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { JournalEvent } from "../../../src/core/journal-event.js";
import { MemoryState } from "../../../src/host/memory-state.js";
import { openJournal } from "../../../src/state/journal.js";
import { journalName } from "../../../src/state/journal-file.js";
import { runIn } from "../../support/context.js";
import { begin, done } from "../../support/journal-events.js";

const path = `/var/lib/nodeward/${journalName}`;

function journalOf(...events: readonly JournalEvent[]): string {
  const files = new MemoryState(() => undefined);
  const opened = openJournal(files, () => Date.UTC(2026, 0, 1));
  if (opened.state !== "ok") throw new Error(opened.reason);
  opened.journal.append(...events);
  return files.files.get(journalName)?.toString() ?? "";
}

async function said(text: string): Promise<string> {
  const { err } = await runIn(["audit", "--only", "sshd.*"], { files: { [path]: text } });
  return err;
}

test("a run without an end is told", async () => {
  assert.match(await said(journalOf(begin("r1"), done("r1"), begin("r2"))), /run r2 was cut off.*undo r2/);
  assert.match(await said(`${journalOf(begin("r2"))}{"torn`), /run r2 was cut off/);
  const armed: JournalEvent = { event: "armed", run: "r2", until: "2026-01-01T00:02:00.000Z", layers: [] };
  assert.match(await said(journalOf(begin("r2"), armed)), /run r2 was cut off/, "before its last group");
});

test("runs that ended, wait or cannot be read are not", async () => {
  const made: JournalEvent = { event: "group-done", run: "r1", group: "other" };
  const armed: JournalEvent = { event: "armed", run: "r1", until: "2026-01-01T00:02:00.000Z", layers: [] };
  for (const text of [
    "",
    "not a journal\n",
    journalOf(begin("r1"), done("r1")),
    journalOf(begin("r1"), made, armed),
  ])
    assert.not.match(await said(text), /cut off/);
});

test.run();
