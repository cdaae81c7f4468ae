// What `sysctl --system` ends with where patterns meet patterns without a value: by the version of procps.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { sysctl } from "../../../src/facts/sysctl.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";

const key = "net.ipv4.conf.all.rp_filter";
const file = "/etc/sysctl.d/a.conf";
const installed = (name: string, version: string): MemoryFiles => ({
  "/var/lib/dpkg/status": `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
});

async function read(text: string, more: MemoryFiles) {
  const fact = await asker(
    memoryHost({ [file]: text, "/proc/sys/net/ipv4/conf/all/rp_filter": "0\n", ...more }),
  )(sysctl);
  if (fact.state !== "known") throw new Error(fact.reason);
  return { boot: fact.value.of(key).boot[0]?.value, unread: fact.value.unread };
}

const before = installed("procps", "2:4.0.4-9");
const since = installed("procps", "2:4.0.5-1");

for (const [name, text, old, today] of [
  ["a pattern", "-net.ipv4.conf.al?.rp_filter\nnet.ipv4.conf.*.rp_filter=1\n", "1", undefined],
  ["a pattern behind it", "net.ipv4.conf.*.rp_filter=1\n-net/ipv4/conf/a*/rp_filter\n", "1", undefined],
  ["a star that takes slashes", "-net.*.rp_filter\nnet.ipv4.conf.*.rp_filter=1\n", "1", undefined],
  ["a pattern for others", "-net.ipv4.conf.eth*.rp_filter\nnet.ipv4.conf.*.rp_filter=1\n", "1", "1"],
  ["a pattern with a value", "-net.ipv4.conf.al?.rp_filter=2\nnet.ipv4.conf.*.rp_filter=1\n", "1", "1"],
  ["a key that is named", `-net.ipv4.conf.*.rp_filter\n${key}=1\n`, "1", "1"],
] as const)
  test(`${name}, without a value, and procps before 4.0.5 and since`, async () => {
    assert.equal(await read(text, before), { boot: old, unread: [] });
    assert.equal(await read(text, since), { boot: today, unread: [] });
    assert.equal(await read(text, installed("procps-ng", "4.0.7-1.fc43")), { boot: today, unread: [] });
  });

test("of an unknown version it is said that this is not known", async () => {
  const { unread } = await read("-net.ipv4.conf.al?.rp_filter\nnet.ipv4.conf.*.rp_filter=1\n", {});
  assert.equal(unread, [`${file}:1: whether this keeps patterns off depends on the version of sysctl`]);
  assert.equal((await read(`-net.ipv4.conf.al?.rp_filter\n${key}=1\n`, {})).unread, []);
});

test("systemd-sysctl is not asked for the version of another program", async () => {
  const text = "-net.ipv4.conf.al?.rp_filter\nnet.ipv4.conf.*.rp_filter=1\n";
  const systemd = { "/lib/systemd/systemd-sysctl": "" };
  for (const more of [systemd, { ...systemd, ...since }]) assert.equal((await read(text, more)).unread, []);
});

test.run();
