import { test } from "uvu";
import * as assert from "uvu/assert";
import check from "../../../../src/checks/kubelet/seccomp-default.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { verdictOf } from "../../../support/check.js";
import { configAt, everyCapability, id, ociConfig, task } from "../../../support/containers.js";
import { node } from "../../../support/seccomp-node.js";

const running = (pid: number): MemoryFiles => ({
  [`${task}/${id}/init.pid`]: String(pid),
  [`/proc/${pid}/status`]: `Name:\tapp\nPPid:\t1\nUid:\t1000\t1000\t1000\t1000\nGid:\t0\t0\t0\t0\nSeccomp:\t0\nCapEff:\t0\n`,
  [`/proc/${pid}/cmdline`]: "app\0",
  [`/proc/${pid}/cgroup`]: `0::/kubepods/${id}\n`,
});

async function notes(files: MemoryFiles): Promise<string> {
  const verdict = await verdictOf(check, { files });
  if (!("problems" in verdict)) throw new Error("no outcome");
  return (verdict.notes ?? []).join("; ");
}

test("a failure says whom the repair reaches, and what they lose", async () => {
  const bare = { [configAt()]: ociConfig({ pod: "shop/web", seccomp: undefined }), ...running(42) };
  const text = await notes(node(bare));
  assert.match(text, /these run without a filter now.*shop\/web/);
  assert.match(text, /RuntimeDefault of containerd 1\.7\.24 refuses, among others, init_module/);
});

test("privileged containers get no filter, and are not named", async () => {
  const made = { seccomp: undefined, capabilities: everyCapability, masked: [], readOnlyPaths: [] };
  const text = await notes(node({ [configAt()]: ociConfig(made), ...running(42) }));
  assert.match(text, /no container here runs without a filter now, but for privileged ones/);
});

test("no container, and containers that cannot be told", async () => {
  assert.match(await notes(node()), /no container runs here now/);
  const hidden = node({
    "/run/containerd/io.containerd.runtime.v2.task": { kind: "directory", error: "denied" },
  });
  assert.match(await notes(hidden), /is not known: /);
});

test("what passes says nothing of containers", async () => {
  const files = node();
  const config = "/var/lib/kubelet/config.yaml";
  const verdict = await verdictOf(check, {
    files: { ...files, [config]: `${files[config]}seccompDefault: true\n` },
  });
  assert.ok("problems" in verdict && verdict.problems.length === 0 && (verdict.notes ?? []).length === 0);
});

test.run();
