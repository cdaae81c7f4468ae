import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rpmHeader } from "../../../src/formats/rpm-header.js";
import { ndbBlobs } from "../../../src/formats/rpm-ndb.js";
import { sqliteTable } from "../../../src/formats/sqlite.js";
import { type MadePackage, ndbFile, rpmBlob, sqliteFile } from "../../support/rpm-database.js";

const many = Array.from({ length: 400 }, (_, at): readonly [string, string] => [
  `/usr/share/doc/f${at}`,
  "ab".repeat(32),
]);
const made: readonly MadePackage[] = [
  {
    name: "bash",
    files: [
      ["/usr/bin/bash", "0f".repeat(32)],
      ["/etc/skel/.bashrc", ""],
    ],
  },
  { name: "large", epoch: 3, files: many },
  { name: "gpg-pubkey", architecture: "", source: "" },
];
const blobs = made.map(rpmBlob);
const none = new Uint8Array();

function rows(bytes: Uint8Array, log: Uint8Array = none) {
  const table = sqliteTable(bytes, log, "Packages");
  return table.state === "ok"
    ? table.rows.map(([, blob]) => (blob instanceof Uint8Array ? Buffer.from(blob) : blob))
    : table.reason;
}

test("a header: name, version with its epoch, files with their folders and digests", () => {
  const headers = blobs.map((blob) => {
    const read = rpmHeader(blob);
    if (read.state !== "ok") throw new Error(read.reason);
    return read.header;
  });
  assert.equal(
    headers.map(({ name, version, architecture, sourceFile }) => [name, version, architecture, sourceFile]),
    [
      ["bash", "1-1", "x86_64", "bash-1-1.src.rpm"],
      ["large", "3:1-1", "x86_64", "large-1-1.src.rpm"],
      ["gpg-pubkey", "1-1", "", ""],
    ],
  );
  assert.equal(headers[0]?.files(), [
    { path: "/usr/bin/bash", digest: "0f".repeat(32) },
    { path: "/etc/skel/.bashrc", digest: "" },
  ]);
  assert.is(headers[1]?.files()?.length, 400);
  assert.equal(headers[2]?.files(), []);
});

test("the rows of a table: below an inner page, and over many", () => {
  assert.equal(rows(sqliteFile(blobs)), blobs);
  assert.equal(rows(sqliteFile([])), "page 0 is named twice, or none");
  for (let size = 400; size < 2000; size += 37) {
    const blob = Buffer.alloc(size, size);
    assert.equal(rows(sqliteFile([blob])), [blob], String(size));
  }
});

test("what is no database", () => {
  const whole = sqliteFile(blobs);
  assert.is(rows(Buffer.from("x")), "it is no SQLite database");
  assert.is(rows(none), "it is no SQLite database");
  assert.match(String(rows(whole.subarray(0, 1024))), /lies past the end/);
  const other = sqliteTable(whole, none, "Names");
  assert.equal(other, { state: "malformed", reason: "it has no table Names" });
  assert.is(rows(whole, Buffer.alloc(64)), "its write-ahead log is none");
  // A circle: the first child is the page itself.
  const circle = Buffer.from(whole);
  circle.writeUInt32BE(2, 512 + 8);
  assert.match(String(rows(circle)), /named twice/);
});

test("ndb: the packages in its slots, and damage", () => {
  const whole = ndbFile(blobs);
  const read = ndbBlobs(whole);
  assert.equal(read.state === "ok" ? read.blobs.map((one) => Buffer.from(one)) : read.reason, blobs);
  const reason = (change: (bytes: Buffer) => void) => {
    const copy = Buffer.from(whole);
    change(copy);
    const damaged = ndbBlobs(copy);
    return damaged.state === "ok" ? "" : damaged.reason;
  };
  assert.match(
    reason((bytes) => bytes.write("x")),
    /no database/,
  );
  assert.match(
    reason((bytes) => bytes.writeUInt32LE(9, 4)),
    /version/,
  );
  assert.match(
    reason((bytes) => bytes.writeUInt32LE(99_999, 12)),
    /runs past/,
  );
  assert.match(
    reason((bytes) => bytes.write("x", 48)),
    /list of packages is damaged/,
  );
  assert.match(
    reason((bytes) => bytes.writeUInt32LE(1, 40)),
    /does not begin/,
  );
  assert.match(
    reason((bytes) => bytes.writeUInt32LE(0xffffff, 44)),
    /more than the file/,
  );
  assert.match(
    reason((bytes) => bytes.write("x", 4096)),
    /does not begin/,
  );
  assert.match(
    reason((bytes) => bytes.writeUInt32LE(0xffffffff, 4096 + 12)),
    /not as long/,
  );
});

test("any damage ends with a reason or rows, soon and without an exception", () => {
  const files = [sqliteFile(blobs), ndbFile(blobs)];
  const started = performance.now();
  fc.assert(
    fc.property(
      fc.nat(1),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }),
      fc.nat(),
      (which, changes, cut) => {
        const whole = Buffer.from(files[which] ?? none);
        // The heads of pages, where the lengths and numbers stand, are hit more often than by chance.
        for (const [at, value] of changes) whole[at % (at % 3 === 0 ? whole.length : 1100)] = value;
        const bytes = cut % 4 === 0 ? whole.subarray(0, cut % whole.length) : whole;
        const read = rows(bytes);
        const found = ndbBlobs(bytes);
        const all = [...(typeof read === "string" ? [] : read), ...(found.state === "ok" ? found.blobs : [])];
        for (const one of all) {
          const header = one instanceof Uint8Array ? rpmHeader(one) : undefined;
          if (header?.state === "ok") header.header.files();
        }
      },
    ),
    { numRuns: 2000, seed: 13 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = rpmHeader(bytes);
      if (read.state === "ok") read.header.files();
      sqliteTable(bytes, bytes, "Packages");
      ndbBlobs(bytes);
    }),
    { numRuns: 300, seed: 17 },
  );
  assert.ok(performance.now() - started < 30_000);
});

test.run();
