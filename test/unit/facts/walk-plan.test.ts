// From which directories the walk starts: each file system once, nothing of others, nothing of containers.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { mounts } from "../../../src/facts/mounts.js";
import { containerAreas, walkPlan } from "../../../src/facts/walk-plan.js";
import { memoryHost } from "../../../src/host/memory.js";

async function plan(lines: readonly string[]) {
  const host = memoryHost({ "/proc/1/mountinfo": lines.join("\n") });
  const fact = await asker(host)(mounts);
  if (fact.state !== "known" || fact.value.running.state !== "known") throw new Error("no table");
  const table = fact.value.running.value;
  const { starts, leftOut, unseen } = walkPlan(table, containerAreas(table));
  return {
    unseen,
    starts: starts.map(({ path }) => path),
    leftOut,
    crossing: starts.filter((start) => start.crossDevices),
  };
}

const root = "1 0 8:1 / / rw - ext4 /dev/sda1 rw";

test("disks and memory are walked, pseudo file systems are not", async () => {
  const { starts, leftOut } = await plan([
    root,
    "2 1 0:5 / /proc rw - proc proc rw",
    "3 1 0:6 / /sys rw - sysfs sysfs rw",
    "4 3 0:7 / /sys/fs/cgroup ro - tmpfs tmpfs rw",
    "5 1 0:8 / /dev rw - devtmpfs udev rw",
    "6 5 0:9 / /dev/shm rw - tmpfs tmpfs rw",
    "7 1 8:2 / /home rw - xfs /dev/sda2 rw",
  ]);
  assert.equal([starts, leftOut], [["/", "/dev/shm", "/home"], []]);
});

test("what systemd keeps for one service alone is not walked", async () => {
  const { starts } = await plan([root, "2 1 0:9 / /run/credentials/a.service ro - ramfs ramfs rw"]);
  assert.equal(starts, ["/"]);
});

test("a bind mount of what is walked anyway is not walked twice, one of what is hidden is", async () => {
  const { starts } = await plan([
    root,
    "2 1 8:1 /srv/data /mnt/data rw - ext4 /dev/sda1 rw",
    "3 1 8:2 / /var rw - ext4 /dev/sda2 rw",
    "4 1 8:1 /var/old /mnt/old rw - ext4 /dev/sda1 rw",
    "5 1 8:3 /a /mnt/a rw - ext4 /dev/sda3 rw",
    "6 1 8:3 /a /mnt/b rw - ext4 /dev/sda3 rw",
    "7 1 8:3 /a/c /mnt/c rw - ext4 /dev/sda3 rw",
  ]);
  assert.equal(starts, ["/", "/var", "/mnt/old", "/mnt/a"]);
});

test("subvolumes of btrfs each, with the device numbers in them", async () => {
  const { starts, crossing } = await plan([
    "1 0 0:40 /@ / rw - btrfs /dev/sda1 rw,subvol=/@",
    "2 1 0:40 /@home /home rw - btrfs /dev/sda1 rw,subvol=/@home",
  ]);
  assert.equal([starts, crossing.length], [["/", "/home"], 2]);
});

test("mounts in containers' directories are theirs; the others that are left out are told by kind", async () => {
  const { starts, leftOut, unseen } = await plan([
    "1 0 0:50 / / rw - overlay overlay rw,upperdir=/x,lowerdir=/y",
    "2 1 0:51 / /var/lib/kubelet/pods/1/volumes/secret rw - tmpfs tmpfs rw",
    "3 1 0:52 / /run/containerd/io.containerd.runtime.v2.task/k8s.io/1/rootfs rw - overlay overlay rw,upperdir=/data/c/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs",
    "4 1 0:53 / /data/c/tmpmounts rw - tmpfs tmpfs rw",
    ...[1, 2, 3, 4].map((n) => `${n + 10} 1 7:${n} / /snap/x/${n} ro - squashfs /dev/loop${n} ro`),
    "20 1 0:54 / /strange rw - vboxsf share rw",
  ]);
  assert.equal(starts, ["/"]);
  assert.equal(leftOut, ["4 file systems that are read-only images (/snap/x/1, /snap/x/2, /snap/x/3, …)"]);
  assert.equal(unseen, ["not looked at: 1 file systems of a type nodeward does not know (/strange)"]);
});

test("a directory of a container's that is bound elsewhere is walked there", async () => {
  const { starts } = await plan([
    root,
    "2 1 8:1 /var/lib/docker/volumes/a /srv/a rw - ext4 /dev/sda1 rw",
    "3 1 8:2 / /var/lib/containerd rw - ext4 /dev/sdb rw",
    "4 1 8:2 / /data rw - ext4 /dev/sdb rw",
    "5 1 8:2 /b /srv/b rw - ext4 /dev/sdb rw",
  ]);
  assert.equal(starts, ["/", "/srv/a", "/data"]);
});

test("an overlay is walked unless a container's layers are in it", async () => {
  const { starts, leftOut } = await plan([
    root,
    "2 1 0:60 / /usr ro - overlay sysext ro,lowerdir=/run/extensions/a/usr:/usr",
    "3 1 0:61 / /etc rw - overlay overlay rw,lowerdir=/etc,upperdir=/system/etc,workdir=/system/work",
    "4 1 0:62 / /mnt/view ro - overlay overlay ro,lowerdir=/var/lib/containerd/a/1/fs:/var/lib/containerd/a/2/fs",
    "5 1 0:63 / /mnt/c rw - overlay overlay rw,lowerdir=/x,upperdir=/var/lib/docker/overlay2/1/diff",
  ]);
  assert.equal(starts, ["/", "/usr", "/etc"]);
  assert.equal(leftOut, ["2 file systems of containers (/mnt/view, /mnt/c)"]);
});

test("a table without the top's file system leaves it unseen", async () => {
  for (const top of ["1 0 0:5 / /proc rw - proc proc rw", "1 0 0:5 / / rw - proc proc rw"])
    assert.equal((await plan([top])).unseen, ["the file system of / was not looked at"]);
  assert.equal((await plan([root])).unseen, []);
});

test("without a table the walk stays on the top's file system", () => {
  const { starts, prune } = walkPlan(undefined, ["/var/lib/docker"]);
  assert.equal([starts, [...prune]], [[{ path: "/", crossDevices: false }], ["/var/lib/docker"]]);
});

test.run();
