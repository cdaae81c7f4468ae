// Digests of earlier runs stand for a file only while the kernel says that it is the very same, and has been for a while.
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type KnownDigest, KnownDigests } from "../../../src/host/known-digests.js";

const test = suite<{ folder: string; path: string }>("known digests");
const size = 64 * 1024;

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "nodeward-test-"));
  context.path = join(context.folder, "kubelet");
  writeFileSync(context.path, Buffer.alloc(size, 1));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

/** Minutes after now. */
const later = (minutes: number) => () => Date.now() + minutes * 60_000;

/** Hashes with what is known, and counts; `meanwhile` happens between. */
async function digest(
  path: string,
  known: KnownDigests,
  algorithm: "md5" | "sha256" = "md5",
  meanwhile = () => {},
): Promise<{ readonly hex: string; readonly taken: boolean }> {
  const fd = openSync(path, "r");
  let taken = false;
  try {
    const { hex } = await known.of(path, fd, algorithm, async () => {
      taken = true;
      const bytes = readFileSync(path);
      meanwhile();
      return { hex: createHash(algorithm).update(bytes).digest("hex"), total: bytes.length };
    });
    return { hex, taken };
  } finally {
    closeSync(fd);
  }
}

/** What a run keeps for the next. */
async function kept(path: string): Promise<readonly KnownDigest[]> {
  const known = new KnownDigests(() => [], later(10));
  await digest(path, known);
  return known.toKeep() ?? [];
}

const after = (digests: readonly KnownDigest[]) => new KnownDigests(() => digests, later(20));

test("a file that nobody touched is not hashed again, and nothing new is to be kept", async ({ path }) => {
  const before = await kept(path);
  const known = after(before);
  assert.equal(await digest(path, known), { hex: before[0]?.hex, taken: false });
  assert.is(known.toKeep(), undefined);
});

test("another algorithm is another digest", async ({ path }) => {
  assert.ok((await digest(path, after(await kept(path)), "sha256")).taken);
});

test("whatever changes the file has it hashed again, its times put back or not", async ({ folder, path }) => {
  const changes: Readonly<Record<string, () => void>> = {
    grown: () => appendFileSync(path, "x"),
    "of the same size": () => writeFileSync(path, Buffer.alloc(statSync(path).size, 2)),
    "of the same size and time": () => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, Buffer.alloc(statSync(path).size, 3));
      utimesSync(path, atime, mtime);
    },
    "another file under the name": () => {
      const { atime, mtime } = statSync(path);
      const other = join(folder, "other");
      writeFileSync(other, Buffer.alloc(statSync(path).size, 4));
      utimesSync(other, atime, mtime);
      renameSync(other, path);
    },
    "another mode": () => chmodSync(path, 0o755),
  };
  for (const [name, change] of Object.entries(changes)) {
    const before = await kept(path);
    change();
    const seen = await digest(path, after(before));
    assert.ok(seen.taken, name);
    assert.is(seen.hex, createHash("md5").update(readFileSync(path)).digest("hex"), name);
  }
});

test("what changed a moment ago, or while it was hashed, is not kept", async ({ path }) => {
  const young = new KnownDigests(() => [], Date.now);
  await digest(path, young);
  assert.is(young.toKeep(), undefined);
  const known = new KnownDigests(() => [], later(10));
  await digest(path, known, "md5", () => appendFileSync(path, "x"));
  assert.is(known.toKeep(), undefined);
});

test("a small file is hashed each time; what was kept of others stays", async ({ folder, path }) => {
  const small = join(folder, "small");
  writeFileSync(small, "x");
  const [before] = await kept(path);
  if (before === undefined) throw new Error("nothing was kept");
  const other = { ...before, path: "/usr/bin/other" };
  const known = new KnownDigests(() => [other], later(10));
  assert.ok((await digest(small, known)).taken);
  assert.is(known.toKeep(), undefined);
  await digest(path, known);
  assert.equal(
    known.toKeep()?.map((one) => one.path),
    ["/usr/bin/other", path],
  );
});

test.run();
