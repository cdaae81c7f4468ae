// The mount table: fields, escapes, which mount a path lies on, and what no table may break.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { deviceNumber, mountTree, parseMountinfo } from "../../../src/formats/mountinfo.js";

const parse = (text: string) => parseMountinfo("/proc/1/mountinfo", text);

const table = [
  "1 1 0:2 / / rw - rootfs rootfs rw",
  "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro",
  "30 27 0:25 / /tmp rw,nosuid,nodev shared:9 master:3 - tmpfs tmpfs rw,size=10k",
  "31 30 0:26 / /tmp/a\\040b rw - tmpfs  rw",
  "32 27 8:17 / /var rw,relatime - xfs /dev/sdb1 rw",
  "33 27 8:18 / /var/log rw,relatime - xfs /dev/sdb2 rw",
  "34 32 8:19 / /var/log rw,noexec - xfs /dev/sdb3 rw",
  "35 34 8:20 / /var/log rw,nodev - xfs /dev/sdb4 rw",
].join("\n");

test("reads every field, optional ones and an empty device name included", () => {
  const { mounts, unread } = parse(`${table}\n`);
  assert.equal(unread, []);
  const tmp = mounts[2];
  assert.equal(tmp?.options, ["rw", "nosuid", "nodev"]);
  assert.equal(tmp?.propagation, ["shared:9", "master:3"]);
  assert.equal([tmp?.type, tmp?.origin, tmp?.superOptions], ["tmpfs", "tmpfs", ["rw", "size=10k"]]);
  assert.equal([mounts[3]?.point, mounts[3]?.origin], ["/tmp/a b", ""]);
  assert.is(mounts[1]?.source.line, 2);
});

test("a path lies on the mount that the kernel reaches, not on what is hidden below it", () => {
  const tree = mountTree(parse(table).mounts);
  const at = (path: string) => tree.of(path)?.id;
  assert.is(at("/"), 27);
  assert.is(at("/tmp"), 30);
  assert.is(at("/tmp/a b/c"), 31);
  assert.is(at("/tmpx"), 27);
  assert.is(at("/var/log/x"), 35);
  // 33 was mounted on the root file system's own /var/log, before /var.
  assert.equal(
    tree.visible.map(({ id }) => id),
    [27, 30, 31, 32, 35],
  );
});

test("a line that is no mount is named, the others are read", () => {
  const { mounts, unread } = parse(
    "x\n1 2 8:1 / relative rw - ext4 a rw\n1 0 8:1 / / rw ext4 a rw\n2 0 8:1 / / rw - ext4 a rw\n",
  );
  assert.equal(unread, [1, 2, 3]);
  assert.is(mounts.length, 1);
});

test("a table that loops ends", () => {
  const tree = mountTree(
    parse(
      "1 2 8:1 / / rw - ext4 a rw\n2 1 8:1 / / rw - ext4 a rw\n3 4 8:1 / /a rw - x a rw\n4 3 8:1 / /a rw - x a rw",
    ).mounts,
  );
  assert.is(tree.of("/a/b")?.point, "/");
});

test("no root, no answer", () => {
  assert.is(mountTree(parse("3 4 8:1 / /a rw - x a rw").mounts).of("/a"), undefined);
  assert.equal(mountTree([]).visible, []);
});

test("device numbers are those of stat", () => {
  assert.is(deviceNumber("8:1"), 0x801);
  assert.is(deviceNumber("254:0"), 0xfe00);
  assert.is(deviceNumber("0:4096"), 0x1000_0000 / 0x10);
  assert.is(deviceNumber("4096:1"), 2 ** 44 + 1);
});

test("any text is read without an exception, every line a mount or named", () => {
  const field = fc.constantFrom(
    "1",
    "2",
    "8:1",
    "/",
    "/a",
    "rw",
    "-",
    "ext4",
    "",
    "\\040",
    "\0",
    "__proto__",
  );
  const line = fc.array(field, { maxLength: 12 }).map((fields) => fields.join(" "));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n")),
      ),
      (text) => {
        const { mounts, unread } = parse(text);
        assert.is(mounts.length + unread.length, text.split("\n").filter((one) => one !== "").length);
        for (const { source } of mounts)
          assert.is(text.slice(source.span.start, source.span.end), source.text);
        mountTree(mounts).of("/a/b");
      },
    ),
    { numRuns: 300 },
  );
});

test("a huge table is read in linear time", () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n + 2} 1 0:${n} / /m/${n} rw - tmpfs t rw`);
  const started = performance.now();
  const { mounts } = parse(["1 0 8:1 / / rw - ext4 a rw", ...lines].join("\n"));
  assert.is(mountTree(mounts).visible.length, 20_001);
  assert.ok(performance.now() - started < 30_000);
});

test.run();
