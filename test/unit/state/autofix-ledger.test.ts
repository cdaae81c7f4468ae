// The ledger as kept: it comes back as it was, and what is damaged is as good as none.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type AutofixLedger, emptyLedger } from "../../../src/core/autofix.js";
import { MemoryState } from "../../../src/host/memory-state.js";
import { keepLedger, readLedger } from "../../../src/state/autofix-ledger.js";

const ledger: AutofixLedger = {
  drifted: ["a.b"],
  asked: [],
  attempts: [{ at: "2026-11-21T00:00:00.000Z", checks: ["a.b"] }],
  repaired: [
    {
      check: "a.b",
      at: "2026-11-21T00:00:00.000Z",
      files: ["/etc/x"],
      passed: true,
      backs: 1,
      backAt: "2026-11-21T02:00:00.000Z",
      by: "alice",
    },
  ],
};

test("what is kept comes back", () => {
  const files = new MemoryState(() => undefined);
  assert.equal(readLedger(files), emptyLedger);
  assert.is(keepLedger(files, ledger).state, "ok");
  assert.equal(readLedger(files), ledger);
});

test("what is damaged is as good as none", () => {
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '"x"',
    '{"drifted":1,"attempts":{},"repaired":[null,{"check":1}]}',
  ]) {
    const files = new MemoryState(() => undefined);
    files.put("autofix.json", Buffer.from(text));
    assert.equal(readLedger(files), emptyLedger, text);
  }
});

test.run();
