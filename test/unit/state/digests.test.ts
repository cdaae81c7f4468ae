import { test } from "uvu";
import * as assert from "uvu/assert";
import type { KnownDigest } from "../../../src/host/known-digests.js";
import { MemoryState } from "../../../src/host/memory-state.js";
import { believedDigests, keepDigests } from "../../../src/state/digests.js";

const now = Date.UTC(2026, 0, 2);
const hour = 3_600_000;
const digest = (path: string, at = now - hour): KnownDigest => ({
  path,
  algorithm: "md5",
  hex: "4f614d75041882370498f7fe2d43a44b",
  stamp: "1:2:33261:0:0:3:1:4:5",
  at,
});

function textOf(digests: readonly KnownDigest[], boot = "b"): string {
  const state = new MemoryState(() => undefined);
  assert.is(keepDigests(state, boot, digests).state, "ok");
  const read = state.read("digests.json");
  return read.state === "ok" ? read.bytes.toString() : "";
}

test("what was kept is believed for a day and until the machine starts anew", () => {
  const all = [digest("/usr/bin/runc"), digest("/usr/bin/kubelet")];
  assert.equal(believedDigests(textOf(all), "b", now), all);
  assert.equal(believedDigests(textOf(all), "c", now), []);
  assert.equal(believedDigests(textOf(all), "", now), []);
  const [old, young, future] = [now - 24 * hour, now - 23 * hour, now + 1];
  const text = textOf([digest("/old", old), digest("/young", young), digest("/future", future)]);
  assert.equal(
    believedDigests(text, "b", now).map(({ path }) => path),
    ["/young"],
  );
});

test("nothing is written where nothing was hashed, or the boot is not known", () => {
  const state = new MemoryState(() => undefined);
  assert.is(keepDigests(state, "b", undefined).state, "ok");
  assert.is(keepDigests(state, "", [digest("/x")]).state, "ok");
  assert.is(state.read("digests.json").state, "absent");
});

test("what is damaged or of another nodeward is not believed", () => {
  const good = digest("/usr/bin/runc");
  const wrong = [
    ...[null, 1, "x", [], {}, { ...good, algorithm: "crc32" }, { ...good, algorithm: "__proto__" }],
    ...[
      { ...good, hex: "" },
      { ...good, hex: "A".repeat(32) },
      { ...good, stamp: 1 },
      { ...good, at: "x" },
    ],
    ...[
      { ...good, at: null },
      { ...good, path: undefined },
    ],
  ];
  const text = (digests: unknown, version: unknown = 1) => JSON.stringify({ version, boot: "b", digests });
  assert.equal(believedDigests(text([...wrong, good]), "b", now), [good]);
  for (const one of [text([good], 2), text({}), text(null), "", "{", "null", "[]", undefined])
    assert.equal(believedDigests(one, "b", now), [], one);
});

test.run();
