import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../../src/engine/gather.js";
import { packages } from "../../../../src/facts/packages.js";
import { platform } from "../../../../src/facts/platform.js";
import { findBuild, versionNumber } from "../../../../src/facts/sshd/build.js";
import { type MemoryFiles, memoryHost } from "../../../../src/host/memory.js";
import { installed } from "../../../support/sshd-node.js";

async function build(files: MemoryFiles) {
  const host = memoryHost(files);
  const ask = asker(host);
  const [database, os] = await Promise.all([ask(packages), ask(platform)]);
  return await findBuild(host, database, os.state === "known" ? os.value : undefined);
}

test("versions as packages and programs write them", () => {
  for (const [text, version] of [
    ["1:9.2p1-2+deb12u10", 902],
    ["1:10.0p1-7+deb13u4", 1000],
    ["8.7p1-38.el9", 807],
    ["0:7.4p1-21.el7", 704],
    ["OpenSSH_9.6p1 Ubuntu-3ubuntu13", 906],
    ["OpenSSH_10.6", 1006],
    ["1:2023.84-1", undefined],
    ["", undefined],
  ] as const)
    assert.is(versionNumber(text), version, text);
});

test("the package database first", async () => {
  const found = await build({
    "/var/lib/dpkg/status": installed("1:9.6p1-3ubuntu13"),
    "/etc/os-release": "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=22.04\n",
    "/usr/sbin/sshd": "OpenSSH_8.9p1",
  });
  assert.equal(
    [found.found, found.build.version, found.build.vendor, found.build.known],
    [true, 906, "debian", true],
  );
});

test("the program itself where the database cannot be read offline", async () => {
  const found = await build({
    "/etc/os-release": 'ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"\n',
    "/usr/sbin/sshd": `\x7fELF${"\0".repeat(50)}OpenSSH_8.7p1\0sshd\0`,
    "/var/lib/rpm/rpmdb.sqlite": "x",
  });
  assert.equal(
    [found.build.version, found.build.vendor, found.build.from],
    [807, "redhat", "/usr/sbin/sshd"],
  );
});

test("an sshd installed by hand is what its program says", async () => {
  const found = await build({
    "/var/lib/dpkg/status": installed("1:9.2p1-2"),
    "/usr/local/sbin/sshd": "OpenSSH_10.3p1\0",
  });
  assert.equal([found.build.version, found.build.gssapi], [1003, false]);
});

for (const [release, version] of [
  ['ID=debian\nVERSION_ID="11"\n', 804],
  ['ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', 906],
  ['ID="almalinux"\nID_LIKE="rhel centos fedora"\nVERSION_ID="8.10"\n', 800],
  ['ID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"\n', 807],
] as const)
  test(`what a release ships: ${release.split("\n").join(" ")}`, async () => {
    const { build: found } = await build({ "/etc/os-release": release });
    assert.equal([found.version, found.known], [version, true]);
  });

test("nothing tells the version", async () => {
  const { found, build: none } = await build({});
  assert.equal([found, none.known, none.version], [false, false, 1006]);
});

test("Debian has GSSAPI in a package of its own since 10.4", async () => {
  const os = { "/etc/os-release": "ID=debian\n" };
  const plain = await build({ ...os, "/var/lib/dpkg/status": installed("1:10.6p1-1") });
  assert.is(plain.build.gssapi, false);
  const own = await build({
    ...os,
    "/var/lib/dpkg/status": installed("1:10.6p1-1", "openssh-server-gssapi"),
  });
  assert.equal([own.build.version, own.build.gssapi], [1006, true]);
});

test.run();
