// Do we read the same packages and files out of rpm's database as rpm itself? Packages built here, in a database of its own, at
// rest and with a write-ahead log that is not yet in the file.
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type RpmHeader, rpmHeader } from "../../src/formats/rpm-header.js";
import { sqliteTable } from "../../src/formats/sqlite.js";
import { stdoutOf } from "../support/stdout-of.js";

const missing = ["rpm", "rpmbuild"].filter((program) => spawnSync("which", [program]).status !== 0);
const python = "/usr/bin/python3";

const spec = (name: string, epoch: string, files: number) => `Name: ${name}
${epoch}
Version: 1.34.2~rc1
Release: 1.el9
Summary: A stand-in
License: none
BuildArch: noarch
%description
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/${name}
for i in $(seq 1 ${files}); do echo ${name} $i > %{buildroot}/usr/share/${name}/file-$i; done
echo ${name} > %{buildroot}/usr/bin/${name}
ln -s ${name} %{buildroot}/usr/bin/${name}-link
%files
/usr/bin/${name}
/usr/bin/${name}-link
/usr/share/${name}
`;

function headers(path: string): readonly RpmHeader[] {
  const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : new Uint8Array();
  const table = sqliteTable(readFileSync(path), log, "Packages");
  if (table.state !== "ok") throw new Error(table.reason);
  return table.rows.map(([, blob]) => {
    const read = blob instanceof Uint8Array ? rpmHeader(blob) : undefined;
    if (read?.state !== "ok") throw new Error(read?.reason ?? "no header");
    return read.header;
  });
}

function rpm(db: string, ...words: readonly string[]): string {
  return stdoutOf("rpm", ["--dbpath", db, ...words]);
}

/** Ours in the form of rpm's query format. */
function same(path: string, db: string): void {
  const own = headers(path);
  const list = own.map((one) => `${one.name}|${one.version}|${one.architecture}|${one.sourceFile}\n`);
  const format = "%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%{ARCH}|%{SOURCERPM}\\n";
  assert.equal(
    list.sort(),
    rpm(db, "-qa", "--qf", format)
      .split(/(?<=\n)/)
      .sort(),
  );
  for (const { name, files } of own) {
    const ours = (files() ?? []).map(({ path: file, digest }) => `${digest}  ${file}`);
    const theirs = rpm(db, "-q", "--qf", "[%{FILEDIGESTS}  %{FILENAMES}\\n]", name).trimEnd().split("\n");
    assert.equal(ours, theirs, name);
  }
}

/** Holds a reader open, so that what rpm writes stays in the log; then copies all of it. */
const held = `
import shutil, sqlite3, subprocess, sys
db, package, copy = sys.argv[1:4]
reader = sqlite3.connect(db + "/rpmdb.sqlite", isolation_level=None)
reader.execute("BEGIN")
reader.execute("SELECT count(*) FROM Packages").fetchone()
subprocess.run(["rpm", "--dbpath", db, "-i", "--justdb", "--nodeps", "--ignorearch", package], check=True)
for ending in ("", "-wal"):
    shutil.copyfile(db + "/rpmdb.sqlite" + ending, copy + "/rpmdb.sqlite" + ending)
`;

if (missing.length > 0) {
  console.log(`SKIPPED rpm's database: needs ${missing.join(", ")}`);
  test("skipped", () => {});
} else {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-rpmdb-"));
  const db = join(folder, "db");
  test.after(() => rmSync(folder, { recursive: true, force: true }));

  const build = (name: string, epoch: string, files: number) => {
    const file = join(folder, `${name}.spec`);
    writeFileSync(file, spec(name, epoch, files));
    const defines = ["--define", `_topdir ${folder}/top`, "--define", "_build_id_links none"];
    execFileSync("rpmbuild", ["-bb", "--quiet", ...defines, file], { stdio: "ignore" });
    const built = readdirSync(join(folder, "top/RPMS/noarch")).find((one) => one.startsWith(`${name}-1`));
    return join(folder, "top/RPMS/noarch", built ?? "");
  };

  test("packages, versions with an epoch, files and digests", () => {
    mkdirSync(db);
    for (const [name, epoch, files] of [
      ["kubelet", "", 1],
      ["many", "Epoch: 2", 900],
      ["sudo", "Epoch: 0", 3],
    ] as const)
      rpm(db, "-i", "--justdb", "--nodeps", "--ignorearch", build(name, epoch, files));
    assert.is(headers(join(db, "rpmdb.sqlite")).length, 3);
    same(join(db, "rpmdb.sqlite"), db);
    rpm(db, "-e", "--justdb", "sudo");
    assert.is(headers(join(db, "rpmdb.sqlite")).length, 2);
    same(join(db, "rpmdb.sqlite"), db);
  });

  if (spawnSync(python, ["-c", "import sqlite3"]).status !== 0)
    console.log("SKIPPED rpm's database: its log needs python3 with sqlite3");
  else
    test("what is still in the write-ahead log", () => {
      const copy = join(folder, "copy");
      mkdirSync(copy);
      execFileSync(python, ["-c", held, db, build("later", "", 40), copy], { stdio: "ignore" });
      assert.ok(statSync(join(copy, "rpmdb.sqlite-wal")).size > 0);
      assert.equal(
        headers(join(copy, "rpmdb.sqlite"))
          .map(({ name }) => name)
          .sort(),
        ["kubelet", "later", "many"],
      );
      same(join(copy, "rpmdb.sqlite"), db);
      // A log that was cut in its last frame holds what was committed before.
      const log = readFileSync(join(copy, "rpmdb.sqlite-wal"));
      writeFileSync(join(copy, "rpmdb.sqlite-wal"), log.subarray(0, 40));
      assert.is(headers(join(copy, "rpmdb.sqlite")).length, 2);
    });
}

test.run();
