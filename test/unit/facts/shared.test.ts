// Accounts, packages and processes as facts: what is known, what is absent, what could not be read.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Fact } from "../../../src/core/fact.js";
import { asker } from "../../../src/engine/gather.js";
import { accounts } from "../../../src/facts/accounts.js";
import { packages } from "../../../src/facts/packages.js";
import { platform } from "../../../src/facts/platform.js";
import { commandLine, processes, startedMs } from "../../../src/facts/processes.js";
import type { FactSource } from "../../../src/facts/source.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";

function gather<T>(source: FactSource<T>, files: MemoryFiles, options?: MemoryOptions): Promise<Fact<T>> {
  return asker(memoryHost(files, options))(source);
}

async function value<T>(source: FactSource<T>, files: MemoryFiles, options?: MemoryOptions): Promise<T> {
  const fact = await gather(source, files, options);
  if (fact.state !== "known") throw new Error(fact.reason);
  return fact.value;
}

const passwd = "root:x:0:0::/root:/bin/bash\nalice:x:1000:27::/home/alice:/bin/sh\nalice:x:0:0::/:/bin/sh\n";
const group = "root:x:0:\nsudo:x:27:bob\nalice:x:1000:alice\n";

test("a user is in a group by membership and by primary group; the first entry of a name counts", async () => {
  const found = await value(accounts, { "/etc/passwd": passwd, "/etc/group": group });
  assert.equal(found.groupsOf("alice"), ["sudo", "alice"]);
  assert.equal(found.membersOf("sudo"), ["bob", "alice"]);
  assert.is(found.user("alice")?.uid, 1000);
  assert.is(found.userName(0), "root");
  assert.is(found.userName(4242), "4242");
  assert.is(found.shadow.state, "absent");
});

test("accounts that cannot be read are an error, shadow alone only itself", async () => {
  assert.is((await gather(accounts, {})).state, "absent");
  assert.is((await gather(accounts, { "/etc/passwd": { error: "denied" } })).state, "error");
  const found = await value(accounts, { "/etc/passwd": passwd, "/etc/shadow": { error: "denied" } });
  assert.equal(found.shadow, { state: "error", reason: "permission denied: /etc/shadow" });
});

const status = [
  "Package: openssh-server\nStatus: install ok installed\nArchitecture: amd64\nSource: openssh (1:9.2p1-2)\nVersion: 1:9.2p1-2+deb12u10",
  "Package: telnetd\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 0.17",
  "Package: kubelet\nStatus: hold ok installed\nVersion: 1.34.2-1.1\nArchitecture: amd64\nConffiles:\n /etc/default/kubelet 0123\nDescription: x\n Status: install ok installed",
].join("\n\n");

test("dpkg: what is on the disk, with its source package and what is wanted", async () => {
  const found = await value(packages, { "/var/lib/dpkg/status": `${status}\n` });
  assert.equal(
    found.all.map(({ name }) => name),
    ["openssh-server", "kubelet"],
  );
  assert.is(found.get("openssh-server")?.source, "openssh");
  assert.is(found.get("openssh-server")?.version, "1:9.2p1-2+deb12u10");
  assert.is(found.get("kubelet")?.want, "hold");
  assert.is(found.get("telnetd"), undefined);
});

test("a package database that is cut off, unreadable or missing is no list of packages", async () => {
  assert.is((await gather(packages, { "/var/lib/dpkg/status": "" })).state, "error");
  assert.is((await gather(packages, { "/var/lib/dpkg/status": { error: "failed" } })).state, "error");
  assert.is((await gather(packages, {})).state, "absent");
});

test("rpm: asked where it may be started, else its database is read, or an error says why not", async () => {
  const files = { "/var/lib/rpm/rpmdb.sqlite": "SQLite format 3" };
  const stdout =
    "openssh-server\t(none):8.7p1-43.el9\tx86_64\topenssh-8.7p1-43.el9.src.rpm\nbash\t0:5.1.8-9.el9\tx86_64\tbash-5.1.8-9.el9.src.rpm\n";
  const runs = { "rpm-packages": { state: "ok" as const, code: 0, stdout, stderr: "" } };
  const found = await value(packages, files, { live: true, runs });
  assert.is(found.manager, "rpm");
  assert.equal(found.get("openssh-server"), {
    name: "openssh-server",
    version: "8.7p1-43.el9",
    architecture: "x86_64",
    source: "openssh",
    want: "install",
  });
  const offline = await gather(packages, files);
  assert.match(offline.state === "error" ? offline.reason : "", "rpmdb.sqlite cannot be followed");
});

const self =
  "Name:\tkubelet\nPPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nNSpid:\t812\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\nNoNewPrivs:\t0\nSeccomp:\t2\n";

test("processes: who, what, since when", async () => {
  const files = {
    "/proc/stat": "cpu 1\nbtime 1700000000\n",
    "/proc/812/status": self,
    "/proc/812/cmdline": "/usr/bin/kubelet\0--config=/x y\0--v\0\0",
    "/proc/812/stat": `812 (kube) let) S 1 ${"0 ".repeat(17)}12345 0`,
    "/proc/2/status": "Name:\tkthreadd\nPPid:\t0\nUid:\t0\t0\t0\t0\n",
    "/proc/9/status": "Name:\tkworker/0:1\nPPid:\t2\nUid:\t0\t0\t0\t0\n",
    "/proc/77/status": { error: "denied" as const },
    "/proc/self": { link: "812" },
    "/proc/90": { kind: "directory" as const },
  };
  const found = await value(processes, files);
  assert.equal(
    found.named("kubelet").map(({ pid, args }) => [pid, args]),
    [[812, ["/usr/bin/kubelet", "--config=/x y", "--v", ""]]],
  );
  assert.is(found.byPid(812)?.seccomp, 2);
  assert.is(found.byPid(9)?.kernelThread, true);
  assert.equal(found.unread, ["permission denied: /proc/77/status"]);
  assert.is(await startedMs(memoryHost(files), 812), 1700000000000 + 123450);
});

test("a name that the kernel cut is no other program's", async () => {
  const found = await value(processes, {
    "/proc/301/status": self.replace("kubelet", "systemd-journal"),
    "/proc/301/cmdline": "/usr/lib/systemd/systemd-journald\0",
    "/proc/302/status": self.replace("kubelet", "systemd-journal"),
    "/proc/302/cmdline": "/usr/lib/systemd/systemd-journal-remote\0--listen-https=-3\0",
    "/proc/303/status": self.replace("kubelet", "fail2ban-server"),
    "/proc/303/cmdline": "/usr/bin/python3\0/usr/bin/fail2ban-server\0-x\0",
    "/proc/304/status": self.replace("kubelet", "inetutils-inetd"),
    "/proc/304/cmdline": "inetutils-inetd: waiting\0",
  });
  const pids = (name: string) => found.named(name).map(({ pid }) => pid);
  assert.equal(pids("systemd-journald"), [301]);
  assert.equal(pids("systemd-journal-remote"), [302]);
  assert.equal(pids("systemd-journal-upload"), []);
  assert.equal(pids("fail2ban-server"), [303]);
  assert.equal(pids("inetutils-inetd"), [304]);
});

test("without /proc there are no processes to judge", async () => {
  assert.is((await gather(processes, {})).state, "absent");
  assert.is((await gather(processes, { "/proc/cmdline": "x" })).state, "absent");
  assert.is((await gather(processes, { "/proc": { kind: "directory", error: "denied" } })).state, "error");
});

test("a command line is its words, also when a program rewrote it", () => {
  assert.equal(commandLine(""), []);
  assert.equal(commandLine("nginx: master process /usr/sbin/nginx"), [
    "nginx: master process /usr/sbin/nginx",
  ]);
  assert.equal(commandLine("a\0\0b\0"), ["a", "", "b"]);
});

test("the platform comes from os-release, quoted or not", async () => {
  const found = await value(platform, {
    "/etc/os-release":
      'PRETTY_NAME="Rocky Linux 9.4 (Blue \\"Onyx\\")"\nID=\'rocky\'\nID_LIKE="rhel centos fedora"\nVERSION_ID=9.4\n',
    "/etc/hostname": "node-1\n",
  });
  assert.is(found.os, 'Rocky Linux 9.4 (Blue "Onyx")');
  assert.is(found.hostname, "node-1");
  assert.is(found.versionId, "9.4");
  assert.ok(found.is("rocky") && found.is("rhel") && !found.is("debian"));
});

test.run();
