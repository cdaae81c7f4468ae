// Which processes answer to a name: the kernel keeps fifteen characters of it, a process may rewrite the rest.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { processes } from "../../../src/facts/processes.js";
import { memoryHost } from "../../../src/host/memory.js";

async function named(comm: string, cmdline: string, name: string): Promise<number> {
  const host = memoryHost({
    "/proc/7/status": `Name:\t${comm}\nPPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n`,
    "/proc/7/cmdline": cmdline,
  });
  const fact = await asker(host)(processes);
  if (fact.state !== "known") throw new Error("no processes");
  return fact.value.named(name).length;
}

test("a name that the kernel cut belongs to the program whose command line has the whole", async () => {
  const journald = "/lib/systemd/systemd-journald\0";
  assert.is(await named("systemd-journal", journald, "systemd-journald"), 1);
  assert.is(await named("systemd-journal", journald, "systemd-journal-remote"), 0);
  assert.is(await named("systemd-journal", journald, "systemd-journal-upload"), 0);
  assert.is(await named("systemd-journal", "/x/systemd-journal-remote\0-o\0", "systemd-journal-remote"), 1);
});

test("a rewritten or missing command line leaves the kernel's name", async () => {
  assert.is(await named("systemd-journal", "busy: listening\0", "systemd-journal-remote"), 1);
  assert.is(await named("systemd-journal", "", "systemd-journal-remote"), 1);
  assert.is(await named("sshd", "listener: 0 of 10\0", "sshd"), 1);
  assert.is(await named("kubelet", "/usr/local/bin/node\0/usr/bin/kubelet\0", "kubelet"), 1);
});

test.run();
