// Files of megabytes in which one line is repeated: what the facts make of them is not copied line by line.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { kernelCommandLine } from "../../../src/facts/kernel-command-line.js";
import { modprobe } from "../../../src/facts/modprobe.js";
import { sysctl } from "../../../src/facts/sysctl.js";
import { memoryHost } from "../../../src/host/memory.js";

/** A hundred times what it takes, and a tenth of what copying takes. */
const patience = 30_000;

test("modules that are to be loaded at boot", async () => {
  const started = performance.now();
  const fact = await asker(memoryHost({ "/etc/modules-load.d/a.conf": "overlay\n".repeat(390_000) }))(
    modprobe,
  );
  assert.ok(fact.state === "known");
  if (fact.state === "known") assert.is(fact.value.loadedAtBoot("overlay").length, 390_000);
  assert.ok(performance.now() - started < patience);
});

test("kernel settings by pattern: repeated ones count once, and thousands are not followed but said", async () => {
  const conf = "/etc/sysctl.d/a.conf";
  const keys = Array.from({ length: 20_000 }, (_, index) => `a.b${index} = 1\n`).join("");
  const repeated = await asker(
    memoryHost({ [conf]: `${keys}${"net.ipv4.conf.*.rp_filter = 1\n".repeat(60_000)}` }),
  )(sysctl);
  assert.ok(repeated.state === "known");
  if (repeated.state === "known") {
    assert.equal(repeated.value.unread, []);
    assert.is(repeated.value.of("net.ipv4.conf.all.rp_filter").boot[0]?.value, "1");
  }
  const many = Array.from({ length: 20_000 }, (_, index) => `net.x${index}.* = 1\n`).join("");
  const fact = await asker(memoryHost({ [conf]: `${keys}${many}kernel.dmesg_restrict = 1\n` }))(sysctl);
  assert.ok(fact.state === "known");
  if (fact.state === "known") {
    assert.match(fact.value.unread.join(), "more than 200 patterns, which were not followed");
    assert.is(fact.value.of("kernel.dmesg_restrict").boot[0]?.value, "1");
  }
});

test("what NUL characters end is followed up to a number no settings have, and beyond it said", async () => {
  const conf = "/etc/sysctl.d/a.conf";
  const fact = await asker(
    memoryHost({ [conf]: "a.b=1\0".repeat(1001), "/etc/sysctl.d/b.conf": "kernel.dmesg_restrict = 1\n" }),
  )(sysctl);
  assert.ok(fact.state === "known");
  if (fact.state === "known") {
    assert.equal(fact.value.unread, [`${conf}: holds more than 1000 NUL characters, and was not followed`]);
    assert.is(fact.value.of("kernel.dmesg_restrict").boot[0]?.value, "1");
  }
});

test("a command line longer than any kernel keeps is not read", async () => {
  const fact = await asker(memoryHost({ "/proc/cmdline": "quiet ".repeat(20_000) }))(kernelCommandLine);
  assert.ok(fact.state === "known" && fact.value.running.state === "error");
});

test.run();
