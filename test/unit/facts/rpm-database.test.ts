import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { compare } from "../../../src/facts/binaries.js";
import { packageOwners } from "../../../src/facts/package-owners.js";
import { packages } from "../../../src/facts/packages.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { ndbFile, rpmBlob, sqliteFile } from "../../support/rpm-database.js";

const digest = "0f".repeat(32);
const blobs = [
  { name: "bash", epoch: 2, source: "bash-5.1-9.el9.src.rpm", files: [["/bin/bash", digest]] as const },
  { name: "kubelet", files: [["/usr/bin/kubelet", digest]] as const },
].map(rpmBlob);
const sqlite = { bytes: sqliteFile(blobs) };
const place = "/var/lib/rpm/rpmdb.sqlite";

function node(files: MemoryFiles) {
  const host = memoryHost(files, { live: false });
  return { host, ask: asker(host) };
}

async function installed(files: MemoryFiles) {
  const fact = await node(files).ask(packages);
  return fact.state === "known"
    ? fact.value.all.map(({ name, version, architecture, source }) => [name, version, architecture, source])
    : `${fact.state}: ${fact.reason}`;
}

const wanted = [
  ["bash", "2:1-1", "x86_64", "bash"],
  ["kubelet", "1-1", "x86_64", "kubelet"],
];

test("the packages of another root, in each format and place", async () => {
  assert.equal(await installed({ [place]: sqlite }), wanted);
  assert.equal(
    await installed({ "/usr/lib/sysimage/rpm/rpmdb.sqlite": sqlite, [`${place}-wal`]: "" }),
    wanted,
  );
  assert.equal(await installed({ "/usr/lib/sysimage/rpm/Packages.db": { bytes: ndbFile(blobs) } }), wanted);
  // What a conversion left behind.
  assert.equal(await installed({ [place]: sqlite, "/var/lib/rpm/Packages": "old" }), wanted);
});

test("what cannot be read is an error that says why", async () => {
  const cases: readonly (readonly [MemoryFiles, RegExp])[] = [
    [{}, /^absent: no package database/],
    [{ "/var/lib/rpm/Packages": "x" }, /^error: .*Berkeley DB/],
    [{ [place]: "x" }, /^error: .*no SQLite database/],
    [{ [place]: "" }, /^error: .*no SQLite database/],
    [{ [place]: { bytes: sqliteFile([Buffer.from("xx")]) } }, /header is cut off/],
    [{ "/var/lib/rpm/Packages.db": { bytes: ndbFile([]) } }, /names no package/],
    [{ [place]: sqlite, [`${place}-journal`]: "x" }, /cut off/],
    [{ [place]: sqlite, [`${place}-wal`]: "x".repeat(99) }, /write-ahead log is none/],
  ];
  for (const [files, pattern] of cases) assert.match(String(await installed(files)), pattern);
});

test("which package a file came with, also from before /bin was a link", async () => {
  const { host, ask } = node({ [place]: sqlite });
  const owners = await packageOwners(host, ask, ["/usr/bin/bash", "/usr/bin/kubelet", "/usr/bin/mine"]);
  assert.equal(owners.state === "known" && [...owners.value], [
    ["/usr/bin/bash", "bash"],
    ["/usr/bin/kubelet", "kubelet"],
  ]);
});

test("what a program should be, by the digests of its package", async () => {
  const { host, ask } = node({ [place]: sqlite, "/usr/bin/kubelet": "other" });
  const { binaries } = await compare(host, ask, { entries: [], problems: [] });
  assert.equal(
    binaries.map(({ path, verdict }) => [path, verdict.state]),
    [["/usr/bin/kubelet", "differs"]],
  );
});

test.run();
