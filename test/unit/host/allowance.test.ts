import { mkdirSync, truncateSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Host, Read } from "../../../src/host/host.js";
import { folderLimits, keptLimits, lineLimits, readLimit } from "../../../src/host/limits.js";
import { makeTree, type Tree } from "../../support/tree.js";

function sparse(tree: Tree, path: string, bytes: number): void {
  mkdirSync(tree.path(path.slice(0, path.lastIndexOf("/"))), { recursive: true });
  tree.plant(path, "");
  truncateSync(tree.path(path), bytes);
}

function said(read: Read | undefined): string {
  return read === undefined || read.state === "ok" ? "ok" : `${read.state}: ${read.reason}`;
}

async function inTurn(host: Host, paths: readonly string[], limit?: number): Promise<readonly Read[]> {
  const reads: Read[] = [];
  for (const path of paths) reads.push(await host.read(path, limit === undefined ? {} : { limit }));
  return reads;
}

function keptOf(reads: readonly Read[]): number {
  return reads.reduce((sum, read) => sum + (read.state === "ok" ? read.size : 0), 0);
}

const apart = (top: string) => Array.from({ length: 12 }, (_, index) => `${top}/d${index}/f`);
const names = (folder: string) => Array.from({ length: 12 }, (_, index) => `${folder}/f${index}`);

test("the files of one part are kept up to a total, and what is beyond it is said, never cut", async () => {
  const tree = makeTree();
  try {
    for (const name of [...apart("etc"), ...apart("home")]) sparse(tree, name, 2 * 1024 * 1024);
    tree.plant("etc/small", "a\n");
    const host = tree.host();
    const reads = await inTurn(host, apart("/etc"));
    assert.is(keptOf(reads), keptLimits.etc);
    assert.is(
      said(reads.at(-1)),
      `failed: /etc/d11/f: with it, the files under /etc are larger than nodeward reads (${keptLimits.etc} bytes together)`,
    );
    assert.match(said(await host.read("/etc/small")), "larger than nodeward reads");
    const homes = await inTurn(host, apart("/home"));
    assert.ok(keptOf(homes) > 0, "one part leaves the others what is theirs");
    assert.ok(keptOf(homes) <= keptLimits.other);
    await host.close();
  } finally {
    tree.remove();
  }
});

test("the files of one folder are bounded among themselves, and leave the rest of /etc what is theirs", async () => {
  const tree = makeTree();
  try {
    for (const name of names("etc/d")) sparse(tree, name, folderLimits.bytes / 2);
    for (const name of names("etc/lines/below")) tree.plant(name, "ab\n".repeat(folderLimits.lines / 2));
    tree.plant("etc/other/small", "a\n");
    const host = tree.host();
    const reads = await inTurn(host, names("/etc/d"));
    assert.is(keptOf(reads), folderLimits.bytes);
    assert.is(
      said(reads[2]),
      `failed: /etc/d/f2: with it, the files under /etc/d are larger than nodeward reads (${folderLimits.bytes} bytes together)`,
    );
    const lines = await inTurn(host, names("/etc/lines/below"));
    assert.equal(lines.map(({ state }) => state).slice(0, 3), ["ok", "ok", "failed"]);
    assert.match(said(lines[2]), `the files under /etc/lines have more lines than nodeward reads`);
    assert.is(said(await host.read("/etc/other/small")), "ok");
    await host.close();
  } finally {
    tree.remove();
  }
});

test("a link counts where the file is", async () => {
  const tree = makeTree();
  try {
    for (const name of names("home/eve")) sparse(tree, name, 3 * 1024 * 1024);
    for (const name of names("etc/d")) tree.plant(name, { link: `/home/eve/${name.slice(6)}` });
    tree.plant("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    const host = tree.host();
    assert.ok(keptOf(await inTurn(host, names("/etc/d"))) <= keptLimits.other);
    assert.is(said(await host.read("/etc/passwd")), "ok");
    await host.close();
  } finally {
    tree.remove();
  }
});

test("large files have a total of their own, and are refused by their size before they are read", async () => {
  const tree = makeTree();
  try {
    sparse(tree, "var/lib/first", 1024 * 1024);
    for (const name of names("proc/net")) sparse(tree, name, keptLimits.large);
    const host = tree.host();
    const limit = keptLimits.large;
    const reads = await inTurn(host, ["/var/lib/first", ...names("/proc/net")], limit);
    assert.is(keptOf(reads), 1024 * 1024);
    assert.match(said(reads[1]), "/proc/net/f0: with it, the large files are larger than nodeward reads");
    assert.is(said(await host.read("/var/lib/first", { limit: readLimit })), "ok", "it has been read before");
    await host.close();
  } finally {
    tree.remove();
  }
});

test("so are their lines, and a file with too many is none of those that are kept", async () => {
  const tree = makeTree();
  try {
    const quarter = lineLimits.etc / 4 + 1;
    for (const name of apart("etc")) tree.plant(name, "ab\n".repeat(quarter));
    tree.plant("etc/carriage", "a\r".repeat(quarter));
    tree.plant("etc/small", "a\n");
    const host = tree.host();
    const reads = await inTurn(host, apart("/etc"));
    assert.is(reads.filter(({ state }) => state === "ok").length, 3);
    const more = `with it, the files under /etc have more lines than nodeward reads (${lineLimits.etc} together)`;
    assert.is(said(reads[3]), `failed: /etc/d3/f: ${more}`);
    assert.is(said(await host.read("/etc/carriage")), `failed: /etc/carriage: ${more}`);
    assert.is(said(await host.read("/etc/small")), "ok", "there is room for it");
    await host.close();
  } finally {
    tree.remove();
  }
});

test("a file that is not kept after all leaves its bytes to others", async () => {
  const tree = makeTree();
  try {
    for (const name of names("etc/d")) tree.plant(name, "x".repeat(200_000));
    const host = tree.host();
    for (let round = 0; round < 200; round++) await host.read("/etc/d/f0", { limit: 10 });
    const reads = await inTurn(host, names("/etc/d"));
    assert.is(keptOf(reads), names("").length * 200_000);
    await host.close();
  } finally {
    tree.remove();
  }
});

test.run();
