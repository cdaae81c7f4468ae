import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/integrity/baseline.js";
import type { Snapshot, Thing } from "../../../../src/core/snapshot.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck, verdictOf } from "../../../support/check.js";

const baseline = "/var/lib/nodeward/baseline.json";
const config = "/etc/ssh/sshd_config";
/** SHA-256 of `Port 22\n`. */
const sha256 = "a5d8f9dd2d5d6e3ba0c2da0ae7fbd9d8b8a4e3d3c0f4d8b5c8a3a2b1c0d9e8f7";

function accepted(things: readonly Thing[], given: Partial<Snapshot> = {}): string {
  const snapshot: Snapshot = {
    version: 1,
    takenAt: "2026-11-20T10:00:00.000Z",
    run: "r",
    profile: "baseline",
    hostname: "n1",
    things,
    unseen: {},
    verdicts: [],
    ...given,
  };
  return JSON.stringify(snapshot);
}
const kept = (fields: Thing["fields"] = {}): Thing => ({
  kind: "file",
  key: config,
  fields: { kind: "file", mode: "0644", owner: "0:0", ...fields },
});
const folder: Thing = {
  kind: "file",
  key: "/etc/ssh",
  fields: { kind: "directory", mode: "0755", owner: "0:0" },
};
const node = (things: readonly Thing[], more: MemoryFiles = {}): MemoryFiles => ({
  [baseline]: { text: accepted(things), mode: 0o600 },
  [config]: "Port 22\n",
  ...more,
});

testCheck(check, {
  passes: [{ name: "as it was accepted", files: node([kept(), folder]) }],
  fails: [
    {
      name: "other content",
      files: node([kept({ sha256 }), folder]),
      at: [baseline, config],
      says: `${config} has other content`,
    },
    { name: "another mode", files: node([kept({ mode: "0600" }), folder]), says: "mode 0600 -> 0644" },
    {
      name: "a new file",
      files: node([kept(), folder], { "/etc/sudoers.d/bob": "bob ALL=(ALL) NOPASSWD: ALL\n" }),
      says: "/etc/sudoers.d/bob is new",
    },
    {
      name: "a file that is gone",
      files: node([kept(), folder, { ...kept(), key: "/etc/sudoers" }]),
      says: "/etc/sudoers is gone",
    },
  ],
  errors: [
    { name: "a damaged baseline", files: { [baseline]: "{" }, says: "it is not whole" },
    { name: "of a newer nodeward", files: { [baseline]: '{"version": 9}' }, says: "version 9" },
    {
      name: "a file that cannot be read",
      files: node([kept(), folder], { [config]: { text: "", error: "denied" } }),
      says: "permission denied",
    },
  ],
  notApplicable: [{ name: "nothing was accepted", files: {}, says: "nodeward baseline accept" }],
});

test("a folder that cannot be listed makes nothing new or gone", async () => {
  const things = [kept(), folder, { ...kept(), key: "/etc/sudoers" }];
  const blind = {
    [baseline]: accepted(things, { unseen: { file: "permission denied" } }),
    [config]: "Port 22\n",
  };
  const verdict = await verdictOf(check, { files: { ...blind, "/etc/sudoers.d/new": "" } });
  assert.equal("problems" in verdict ? verdict.problems : undefined, []);
});

test.run();
