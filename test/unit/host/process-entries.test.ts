// The short way through /proc says what the long one says, and is taken only where /proc is the kernel's own.
import { readFileSync, readlinkSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hasProcesses, insideProcess, isEnd } from "../../../src/host/process-entries.js";
import { openHost } from "../../../src/host/rooted.js";

const proc = "22 1 0:20 / /proc rw,nosuid - proc proc rw";

test("only a /proc of the kernel's, with nothing over its processes, is known", () => {
  assert.is(hasProcesses(`21 1 8:1 / / rw - ext4 /dev/sda1 rw\n${proc}\n`), true);
  assert.is(hasProcesses(`${proc}\n23 22 0:30 / /proc/cpuinfo rw - fuse.lxcfs lxcfs rw\n`), true);
  assert.is(hasProcesses(`${proc}\n23 22 0:30 / /proc rw - tmpfs none rw\n`), false);
  assert.is(hasProcesses(`${proc}\n23 22 0:30 / /proc/17 rw - tmpfs none rw\n`), false);
  assert.is(hasProcesses("21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"), false);
  assert.is(hasProcesses(""), false);
});

test("what may be a link, or leads elsewhere, goes the long way", () => {
  const at = (path: string, follow = true) => {
    const [, , pid = "", ...rest] = path.split("/");
    return insideProcess(`/proc/${pid}`, rest.reverse(), follow);
  };
  assert.is(at("/proc/1/status"), "status");
  assert.is(at("/proc/1/attr/current"), "attr/current");
  assert.is(at("/proc/1/exe"), undefined);
  assert.is(at("/proc/1/exe", false), "exe");
  assert.is(at("/proc/1/ns/net", false), "ns/net");
  assert.is(at("/proc/1/fd/.."), undefined);
  assert.is(at("/proc/1/status/"), undefined);
  assert.is(at("/proc/1/root/etc/passwd"), undefined);
  assert.is(at("/proc/self/status"), undefined);
  assert.is(at("/proc/sys/status"), undefined);
});

test("only the kernel's own files end with a short read before their size says so", () => {
  assert.is(isEnd("/etc/passwd", 10, 10, 10, 100), true);
  assert.is(isEnd("/etc/passwd", 0, 10, 10, 100), false);
  assert.is(isEnd("/proc/1/status", 0, 10, 10, 100), true);
  assert.is(isEnd("/proc/1/status", 0, 100, 100, 100), false);
  assert.is(isEnd("/proc/1/maps", 0, 10, 10, 100), false);
  assert.is(isEnd("/proc/sys/kernel/sysrq", 0, 2, 2, 100), true);
});

test("this process is read as the kernel shows it", async () => {
  const opened = openHost("/", { now: () => 0, killGroup: () => {} });
  assert.is(opened.state, "ok");
  if (opened.state !== "ok") return;
  const { host } = opened;
  const folder = `/proc/${process.pid}`;
  const cmdline = await host.read(`${folder}/cmdline`);
  assert.is(cmdline.state === "ok" && cmdline.text, readFileSync(`${folder}/cmdline`, "utf8"));
  const status = await host.read(`${folder}/status`);
  assert.match(status.state === "ok" ? status.text : "", new RegExp(`^Pid:\\t${process.pid}$`, "m"));
  const exe = await host.readlink(`${folder}/exe`);
  assert.is(exe.state === "ok" && exe.target, readlinkSync(`${folder}/exe`));
  const followed = await host.stat(`${folder}/exe`);
  assert.is(followed.state === "ok" && followed.kind, "file");
  const links = await host.readlinks(`${folder}/fd`);
  assert.ok(links.state === "ok" && links.targets.size > 0);
  assert.is((await host.read("/proc/4194305/status")).state, "absent");
  await host.close();
});

test.run();
