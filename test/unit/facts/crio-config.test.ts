// The order of CRI-O's files: main file, drop-ins by name over every sub-folder, flags.
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { settings } from "../../../src/checks/crio/settings.js";
import { workloads } from "../../../src/checks/crio/workloads.js";
import { asker } from "../../../src/engine/gather.js";
import { crio } from "../../../src/facts/crio.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { statusOf, verdictOf } from "../../support/check.js";

function byId(id: string) {
  const found = [...settings, ...workloads].find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

const folder = "/etc/crio/crio.conf.d";
const stream = (value: string) => `[crio.api]\nstream_address = "${value}"\n`;

async function read(files: MemoryFiles) {
  const fact = await asker(memoryHost(files))(crio);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}
const address = async (files: MemoryFiles) => (await read(files)).text("api", "stream_address", "none").value;

test("later names win, in sub-folders too, whatever the ending", async () => {
  const steps: readonly (readonly [MemoryFiles, string])[] = [
    [{ "/etc/crio/crio.conf": stream("main") }, "main"],
    [{ [`${folder}/10-a.conf`]: stream("ten") }, "ten"],
    [{ [`${folder}/10-a.conf.bak`]: stream("backup") }, "backup"],
    [{ [`${folder}/20-dir/00`]: stream("deep") }, "deep"],
    [{ [`${folder}/.hidden`]: stream("hidden") }, "deep"],
    [{ [`${folder}/30`]: { link: "/etc/linked" }, "/etc/linked": stream("linked") }, "linked"],
  ];
  let files: MemoryFiles = {};
  for (const [more, wanted] of steps) {
    files = { ...files, ...more };
    assert.is(await address(files), wanted);
  }
});

test("flags win over files, the last of them; another folder is followed", async () => {
  const unit = (flags: string) => ({
    "/usr/lib/systemd/system/crio.service": `[Service]\nExecStart=/usr/bin/crio ${flags}\n`,
  });
  const files = { [`${folder}/10`]: stream("ten"), "/opt/d/x": stream("other") };
  assert.is(await address({ ...files, ...unit("--stream-address=a --stream-address b") }), "b");
  assert.is(await address({ ...files, ...unit("-d /opt/d") }), "other");
  assert.is(await address({ ...files, ...unit("--config-dir=/opt/none") }), "none");
});

test("an empty text replaces, but for the storage folders", async () => {
  const found = await read({
    "/etc/crio/crio.conf": '[crio]\nroot = "/data"\n[crio.runtime]\napparmor_profile = "x"\n',
    [`${folder}/1`]: '[crio]\nroot = ""\n[crio.runtime]\napparmor_profile = ""\n',
  });
  assert.is(found.root, "/data");
  assert.is(found.text("runtime", "apparmor_profile", "none").value, "");
});

test("lists are replaced, a handler is defined anew as a whole, others stay", async () => {
  const found = await read({
    "/etc/crio/crio.conf":
      '[crio.runtime]\ndefault_sysctls = ["a=1"]\n[crio.runtime.runtimes.runc]\nprivileged_without_host_devices = true\n[crio.runtime.runtimes.crun]\n',
    [`${folder}/1`]:
      '[crio.runtime]\ndefault_sysctls = ["b=2"]\n[crio.runtime.runtimes.runc]\nruntime_path = "/x"\n',
  });
  assert.equal(found.list("runtime", "default_sysctls", []).value, ["b=2"]);
  assert.equal(
    found.runtimes.map((one) => [one.name, one.privilegedWithoutHostDevices, one.programs[0]?.path]),
    [
      ["runc", false, "/x"],
      ["crun", false, "crun"],
    ],
  );
});

test("a handler that inherits runs the default runtime's program", async () => {
  const found = await read({
    "/etc/crio/crio.conf":
      '[crio.runtime]\ndefault_runtime = "crun"\n[crio.runtime.runtimes.crun]\nruntime_path = "/usr/bin/crun"\n[crio.runtime.runtimes.own]\ninherit_default_runtime = true\n',
    "/usr/bin/crun": "",
  });
  assert.equal(found.runtimes[1]?.programs, [{ path: "/usr/bin/crun", there: true }]);
});

test("hostile files end in a message or in values", async () => {
  await read({ [`${folder}/1`]: { kind: "fifo" }, "/etc/crio/crio.conf": "" });
  const strange = await read({
    "/etc/crio/crio.conf": "crio = 3\n[x]\n",
    [`${folder}/1`]: '[crio.runtime.runtimes."__proto__"]\nruntime_path = "/x"\n[crio.api]\nlisten = 7\n',
  });
  assert.equal(
    strange.runtimes.map(({ name }) => name),
    ["__proto__"],
  );
  assert.is(strange.text("api", "listen", "usual").value, "usual");
  const deep = Object.fromEntries(
    Array.from({ length: 12 }, (_, depth) => [`${folder}/${"d/".repeat(depth + 1)}x`, stream("x")] as const),
  );
  assert.match((await read({ ...deep })).unread.join(), /deeper than/);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 100 }), async (text) => {
      await read({ "/etc/crio/crio.conf": text });
    }),
    { numRuns: 100, seed: 7 },
  );
});

test("a value of another type, and a default runtime that no file has, are no pass", async () => {
  const files = (text: string) => ({ "/usr/bin/crio": "", "/etc/crio/crio.conf": text });
  const typed = await verdictOf(byId("crio.tcp-address"), {
    files: files("[crio.api]\nstream_address = 5\n"),
  });
  assert.match(JSON.stringify(typed), /stream_address takes a text: CRI-O does not start/);
  const own = (name: string) =>
    files(`[crio.runtime.runtimes.${name}]\nprivileged_without_host_devices = true\n`);
  const status = async (name: string) =>
    statusOf(await verdictOf(byId("crio.privileged_without_host_devices"), { files: own(name) }));
  assert.equal([await status("crun"), await status("own")], ["pass", "fail"]);
});

test.run();
