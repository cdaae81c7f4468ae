// The mounts fact: whose table is read, what the next boot mounts, and what cannot be told.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { applyEdits } from "../../../src/core/edit.js";
import type { Step } from "../../../src/core/step.js";
import { asker } from "../../../src/engine/gather.js";
import { mounts } from "../../../src/facts/mounts.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";

const root = "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro";
const tmp = "30 27 0:25 / /tmp rw,nosuid,nodev shared:9 - tmpfs tmpfs rw,size=10k";
const gather = (files: MemoryFiles, options?: MemoryOptions) => asker(memoryHost(files, options))(mounts);

async function value(files: MemoryFiles, options?: MemoryOptions) {
  const fact = await gather(files, options);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

function textAfter(text: string, steps: readonly Step[]): string {
  const edits = steps.flatMap((step) => (step.kind === "edit" ? step.edits : []));
  const result = applyEdits(text, edits);
  return result.state === "ok" ? result.text : result.state;
}

test("the table of process 1 is read, options of mount and file system together", async () => {
  const { running, boot } = await value({
    "/proc/1/mountinfo": `${root}\n${tmp}\n`,
    "/proc/self/mountinfo": "",
  });
  if (running.state !== "known") throw new Error(running.reason);
  const table = running.value;
  assert.is(table.caveat, undefined);
  assert.equal([...(table.at("/tmp")?.options ?? [])].sort(), ["nodev", "nosuid", "rw", "size=10k"]);
  assert.is(table.of("/tmp/a/b")?.kind, "memory");
  assert.is(table.of("/usr")?.source.line, 1);
  assert.is(table.at("/usr"), undefined);
  assert.is(boot.state, "absent");
});

test("a file system mounted read-only is read-only whichever way", async () => {
  const { running } = await value({ "/proc/1/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 ro" });
  assert.is(running.state === "known" && running.value.at("/")?.options.has("rw"), false);
});

test("not root: nodeward's own table, said so", async () => {
  const denied = { "/proc/1/mountinfo": { error: "denied" } } as const;
  const { running } = await value({ ...denied, "/proc/self/mountinfo": root }, { live: true });
  assert.match(running.state === "known" ? (running.value.caveat ?? "") : "", /own process/);
});

test("a sandbox's own mounts are not taken for the host's", async () => {
  const { running } = await value(
    {
      "/proc/1/mountinfo": { error: "denied" },
      "/proc/self/mountinfo": root.replace("shared:1", "shared:400 master:1"),
      "/etc/fstab": "",
    },
    { live: true },
  );
  assert.is(running.state, "error");
});

test("where a sandbox shows other files than the host's is named", async () => {
  const own = `${root}\n${tmp.replace("0:25 / /tmp", "0:77 / /tmp")}\n31 27 0:30 / /run/x rw - tmpfs t rw\n`;
  const { running } = await value(
    { "/proc/1/mountinfo": `${root}\n${tmp}\n`, "/proc/self/mountinfo": own },
    { live: true },
  );
  assert.equal(running.state === "known" ? running.value.veiled : [], ["/tmp", "/run/x"]);
});

test("a unit whose sandbox shows the host's own files sees what the host does", async () => {
  const host = [
    root,
    "40 27 0:50 / /proc rw - proc proc rw",
    "41 40 0:50 /sys /proc/sys ro - proc proc rw",
    "42 27 0:48 / /run rw - tmpfs tmpfs rw",
    "44 40 0:48 /.#kmsg//deleted /proc/kmsg rw - tmpfs tmpfs rw",
    "43 42 0:55 / /run/credentials/a.service ro - ramfs ramfs rw",
  ];
  const unit = [
    root,
    "60 27 0:56 / /proc rw - proc proc rw",
    "61 60 0:56 /sys/kernel/hostname /proc/sys/kernel/hostname ro - proc proc rw",
    "62 27 0:48 / /run rw - tmpfs tmpfs rw",
    // Bind mounts that only take the right to write away.
    "63 62 0:48 /user /run/user ro - tmpfs tmpfs rw",
    "64 27 8:1 /home /home ro - ext4 /dev/sda1 rw",
    "65 62 0:48 /systemd/inaccessible/dir /run/credentials ro - tmpfs tmpfs rw",
    "66 62 0:48 /systemd/propagate/x.service /run/systemd/incoming ro - tmpfs tmpfs rw",
  ];
  const veiled = async (lines: readonly string[]) => {
    const files = { "/proc/1/mountinfo": host.join("\n"), "/proc/self/mountinfo": lines.join("\n") };
    const { running } = await value(files, { live: true });
    return running.state === "known" ? running.value.veiled : [];
  };
  assert.equal(await veiled(unit), []);
  assert.equal(await veiled([...unit, "67 27 8:1 /elsewhere /srv ro - ext4 /dev/sda1 rw"]), ["/srv"]);
  assert.equal(await veiled([...unit, "67 62 0:77 / /run/lock rw - tmpfs tmpfs rw"]), ["/run/lock"]);
});

test("under another root there is no falling back to this process", async () => {
  const { running } = await value({ "/proc/self/mountinfo": root, "/etc/fstab": "" });
  assert.is(running.state, "absent");
  const gone = await gather({});
  assert.is(gone.state, "absent");
});

test("a table with a broken line, an empty one and a fstab that is a folder are errors", async () => {
  for (const text of ["", "\n", `${root}\nnonsense`]) {
    const { running } = await value({ "/proc/1/mountinfo": text });
    assert.is(running.state, "error", JSON.stringify(text));
  }
  const { boot } = await value({ "/proc/1/mountinfo": root, "/etc/fstab": { kind: "directory" } });
  assert.is(boot.state, "error");
});

test("fstab: the first entry of a mount point counts, a slash at the end does not, noauto is not mounted", async () => {
  const text = "tmpfs /tmp/ tmpfs user 0 0\ntmpfs /tmp tmpfs exec 0 0\n/dev/sdb1 /mnt ext4 noauto\nbroken\n";
  const { boot } = await value({ "/etc/fstab": text });
  if (boot.state !== "known") throw new Error(boot.reason);
  const entry = boot.value.at("/tmp");
  assert.is(entry?.source.line, 1);
  assert.ok(entry?.flags.has("noexec") && entry.automatic);
  assert.is(boot.value.at("/mnt")?.automatic, false);
  assert.equal(boot.value.unread, ["/etc/fstab:4: mount passes this line over as an error"]);
  assert.is(
    textAfter(text, [
      ...(boot.value.at("/mnt")?.set(["nodev"]) ?? []),
      ...(boot.value.at("/dev/shm")?.set(["nodev", "noexec"]) ?? []),
    ]),
    "tmpfs /tmp/ tmpfs user 0 0\ntmpfs /tmp tmpfs exec 0 0\n/dev/sdb1 /mnt ext4 noauto,nodev\nbroken\ntmpfs /dev/shm tmpfs defaults,nosuid,nodev,noexec 0 0\n",
  );
  assert.equal(entry?.set(["nodev", "nosuid"]), []);
});

test("mount units: an administrator's wins over fstab, a package's does not; a generated one is fstab's", async () => {
  const unit = (where: string, options: string) =>
    `[Mount]\nWhat=tmpfs\nWhere=${where}\nType=tmpfs\nOptions=${options}\n`;
  const { boot } = await value({
    "/etc/fstab": "tmpfs /tmp tmpfs nodev\ntmpfs /var/tmp tmpfs nosuid\n",
    "/etc/systemd/system/var-tmp.mount": unit("/var/tmp", "mode=1777,noexec"),
    "/usr/lib/systemd/system/tmp.mount": unit("/tmp", "nosuid"),
    "/usr/lib/systemd/system/srv.mount": unit("/srv", "nodev,exec"),
    "/usr/lib/systemd/system/local-fs.target.wants/srv.mount": { link: "../srv.mount" },
    "/run/systemd/generator/home.mount": unit("/home", "nodev"),
  });
  if (boot.state !== "known") throw new Error(boot.reason);
  const { at } = boot.value;
  assert.equal([...(at("/tmp")?.flags ?? [])], ["nodev"]);
  assert.equal([...(at("/var/tmp")?.flags ?? [])], ["mode=1777", "noexec"]);
  assert.equal([at("/home"), at("/srv")?.automatic, at("/var/tmp")?.automatic], [undefined, true, false]);
  assert.equal(at("/srv")?.set(["noexec", "nodev"]), [
    {
      kind: "write",
      file: "/etc/systemd/system/srv.mount.d/zz-nodeward.conf",
      content: "[Mount]\nOptions=noexec,nodev\n",
      mode: 0o644,
    },
  ]);
  assert.is(at("/srv")?.source.file, "/usr/lib/systemd/system/srv.mount");
});

test("what systemd mounts by itself has its flags, and gets a line where more are wanted", async () => {
  const { boot } = await value({
    "/proc/1/mountinfo": root,
    "/usr/lib/systemd/system/x.mount": "[Mount]\nWhere=/x\n",
  });
  if (boot.state !== "known") throw new Error(boot.reason);
  assert.equal(boot.value.at("/proc")?.set(["nosuid"]), []);
  assert.equal(boot.value.at("/proc")?.set(["hidepid=2"]), [
    {
      kind: "edit",
      file: "/etc/fstab",
      edits: [
        { span: { start: 0, end: 0 }, text: "proc /proc proc defaults,nosuid,nodev,noexec,hidepid=2 0 0\n" },
      ],
    },
  ]);
});

test("kinds: what is local, what can hang, what is the kernel's; an unknown type on a disk is a disk", async () => {
  const lines = [
    root,
    "2 27 0:3 / /a rw - fuse.sshfs host: rw",
    "3 27 0:4 / /b rw - overlay overlay rw",
    "4 27 8:9 / /c rw - newfs /dev/sdz rw",
    "5 27 0:9 / /d rw - newfs none rw",
    "6 27 7:0 / /snap/x/1 ro - squashfs /dev/loop0 ro",
  ];
  const { running } = await value({ "/proc/1/mountinfo": lines.join("\n") });
  assert.equal(running.state === "known" ? running.value.visible.map(({ kind }) => kind) : [], [
    "disk",
    "network",
    "overlay",
    "disk",
    "other",
    "image",
  ]);
});

test.run();
