import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Snapshot, SnapshotVerdict, Thing } from "../../../src/core/snapshot.js";
import { compareSnapshots } from "../../../src/engine/compare.js";

function snapshot(given: Partial<Snapshot> = {}): Snapshot {
  return {
    version: 1,
    takenAt: "2026-11-21T10:00:00.000Z",
    run: "r1",
    profile: "baseline",
    hostname: "n1",
    things: [],
    unseen: {},
    verdicts: [],
    ...given,
  };
}
const file = (key: string, fields: Readonly<Record<string, string>>): Thing => ({
  kind: "file",
  key,
  fields,
});
const verdict = (id: string, status: SnapshotVerdict["status"], message = ""): SnapshotVerdict => ({
  id,
  status,
  severity: "high",
  message,
});

test("what is the same is no change, whatever its times and stamps", () => {
  const things: readonly Thing[] = [{ ...file("/a", { mode: "0644" }), changedMs: 1, stamp: "x" }];
  const later = [{ ...file("/a", { mode: "0644" }), changedMs: 2, stamp: "y" }];
  const found = compareSnapshots(snapshot({ things }), snapshot({ things: later }));
  assert.equal([found.things, found.verdicts, found.notCompared], [[], [], []]);
});

test("appeared, gone, changed: with the fields that differ", () => {
  const before = [file("/a", { mode: "0644", sha256: "1" }), file("/gone", {})];
  const after = [file("/a", { mode: "0600", sha256: "1" }), file("/new", {}), file("__proto__", {})];
  const found = compareSnapshots(snapshot({ things: before }), snapshot({ things: after }));
  assert.equal(
    found.things.map((one) => [one.change, one.key, one.change === "changed" ? one.fields : []]),
    [
      ["changed", "/a", ["mode"]],
      ["gone", "/gone", []],
      ["appeared", "/new", []],
      ["appeared", "__proto__", []],
    ],
  );
});

test("the same key in two kinds is two things", () => {
  const one: Thing = { kind: "package", key: "x", fields: {} };
  const found = compareSnapshots(
    snapshot({ things: [one] }),
    snapshot({ things: [{ ...one, kind: "module" }] }),
  );
  assert.equal(
    found.things.map(({ change, kind }) => `${change} ${kind}`),
    ["gone package", "appeared module"],
  );
});

test("a field that only one version of nodeward knows is no change", () => {
  const found = compareSnapshots(
    snapshot({ things: [file("/a", { mode: "0644" })] }),
    snapshot({ things: [file("/a", { mode: "0644", acl: "user:1:r" })] }),
  );
  assert.equal(found.things, []);
});

test("of what could not be seen nothing is said to be gone or to have appeared, and the reason is told", () => {
  const things = [file("/a", {})];
  const blind = { unseen: { file: "permission denied: /etc" } };
  const gone = compareSnapshots(snapshot({ things }), snapshot(blind));
  assert.equal([gone.things, gone.notCompared], [[], ["file: permission denied: /etc"]]);
  assert.equal(compareSnapshots(snapshot(blind), snapshot({ things })).things, []);
});

test("a file that cannot be read now is named, not called changed", () => {
  const found = compareSnapshots(
    snapshot({ things: [file("/a", { sha256: "1" })] }),
    snapshot({ things: [file("/a", { unread: "permission denied: /a" })] }),
  );
  assert.equal([found.things, found.notCompared], [[], ["file /a: permission denied: /a"]]);
});

test("verdicts: new, resolved, changed, and the same failure for another reason", () => {
  const before = [
    verdict("a.new", "pass"),
    verdict("a.resolved", "fail", "was open"),
    verdict("a.lost", "pass"),
    verdict("a.other", "fail", "one user"),
    verdict("a.same", "fail", "x"),
    verdict("a.waived", "fail", "x"),
  ];
  const after = [
    verdict("a.new", "fail", "is open"),
    verdict("a.resolved", "pass"),
    verdict("a.lost", "error", "permission denied"),
    verdict("a.other", "fail", "two users"),
    verdict("a.same", "fail", "x"),
    verdict("a.waived", "waived", "x"),
  ];
  const found = compareSnapshots(snapshot({ verdicts: before }), snapshot({ verdicts: after }));
  assert.equal(
    found.verdicts.map(({ id, change, message }) => `${id} ${change} ${message}`),
    [
      "a.new new is open",
      "a.resolved resolved was open",
      "a.lost changed permission denied",
      "a.other changed two users",
      "a.waived resolved x",
    ],
  );
});

test("a check that is judged for the first time counts where it fails; another profile's checks do not", () => {
  const verdicts = [verdict("a.fails", "fail", "x"), verdict("a.passes", "pass")];
  const same = compareSnapshots(snapshot(), snapshot({ verdicts }));
  assert.equal(
    same.verdicts.map(({ id, change }) => `${id} ${change}`),
    ["a.fails new"],
  );
  const other = compareSnapshots(snapshot({ profile: "strict" }), snapshot({ verdicts }));
  assert.equal(other.verdicts, []);
  assert.match(other.notCompared[0] ?? "", "checks of one profile only: strict, now baseline");
});

test.run();
