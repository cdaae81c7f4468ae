// What is told to Kubernetes, as kubectl takes it: an Event decoded by its type, a Node's condition merged by the patch rules.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { conditionPatch, eventBody, eventPatch } from "../../src/report/kubernetes.js";

const kubectl = "/usr/bin/kubectl";
const event = { type: "Warning" as const, message: "1 fail now: ä", at: "2026-11-21T10:00:00Z" };
const condition = { status: "False" as const, reason: "ChecksFail", message: "1 of 2 checks fail" };

/** A strategic merge patch without a server: kubectl decodes object and patch by the types of the API, and merges them. */
function patched(object: string, patch: string) {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-kubectl-"));
  try {
    const file = join(folder, "object.json");
    writeFileSync(file, object);
    const words = [
      "--kubeconfig",
      "/dev/null",
      "patch",
      "--local",
      "--type=strategic",
      "-f",
      file,
      "-p",
      patch,
    ];
    const { status, stdout, stderr } = spawnSync(kubectl, [...words, "-o", "json"], { encoding: "utf8" });
    assert.is(status, 0, stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function skipped(): boolean {
  if (existsSync(kubectl)) return false;
  console.log(`SKIPPED kubectl: ${kubectl} missing`);
  return true;
}

test("an Event is one of core/v1 in every member, and counted up by its patch", () => {
  if (skipped()) return;
  const before = JSON.parse(eventBody("n1", event));
  const after = patched(JSON.stringify(before), eventPatch({ ...event, at: "2026-11-21T11:00:00Z" }, 2));
  assert.equal(after, { ...before, count: 2, lastTimestamp: "2026-11-21T11:00:00Z" });
});

test("a condition takes the place of its own type, and every other stays", () => {
  if (skipped()) return;
  const ready = { type: "Ready", status: "True", lastHeartbeatTime: "2026-11-21T08:00:00Z" };
  const old = { type: "NodewardCompliant", status: "True", reason: "ChecksPass", message: "none" };
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { conditions: [ready, old] },
  };
  const patch = conditionPatch(old.type, condition, "2026-11-21T10:00:00.123Z", "2026-11-21T09:00:00Z");
  assert.equal(patched(JSON.stringify(node), patch).status.conditions, [
    ready,
    {
      type: old.type,
      ...condition,
      lastHeartbeatTime: "2026-11-21T10:00:00Z",
      lastTransitionTime: "2026-11-21T09:00:00Z",
    },
  ]);
});

test.run();
