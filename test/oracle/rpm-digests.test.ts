// Does rpm give the digests of a package's files in the form that we ask for? A package built here, in a database of its
// own.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseChecksums } from "../../src/formats/checksums.js";
import { probes } from "../../src/host/probes.js";

const missing = ["rpm", "rpmbuild"].filter((program) => spawnSync("which", [program]).status !== 0);

const spec = `Name: kubelet
Version: 1.34.2
Release: 1
Summary: A stand-in
License: none
BuildArch: noarch
%description
%install
mkdir -p %{buildroot}/usr/bin
printf 'kubelet 1.34' > %{buildroot}/usr/bin/kubelet
ln -s kubelet %{buildroot}/usr/bin/link
%files
%dir /usr/bin
/usr/bin/kubelet
/usr/bin/link
`;

if (missing.length > 0) {
  console.log(`SKIPPED rpm's digests: needs ${missing.join(", ")}`);
  test("skipped", () => {});
} else
  test("digests of files, none of folders and links", () => {
    const folder = mkdtempSync(`${tmpdir()}/nodeward-rpm-`);
    try {
      mkdirSync(`${folder}/db`);
      writeFileSync(`${folder}/kubelet.spec`, spec);
      const build = ["-bb", "--quiet", "--define", `_topdir ${folder}/top`, `${folder}/kubelet.spec`];
      execFileSync("rpmbuild", build, { stdio: "ignore" });
      const [built = ""] = readdirSync(`${folder}/top/RPMS/noarch`);
      const db = ["--dbpath", `${folder}/db`];
      const file = `${folder}/top/RPMS/noarch/${built}`;
      execFileSync("rpm", [...db, "-i", "--justdb", "--nodeps", "--ignorearch", file], { stdio: "ignore" });
      const row = probes["rpm-digests"];
      const output = execFileSync("rpm", [...db, ...row.args("kubelet")], { encoding: "utf8" });
      assert.equal(
        parseChecksums("rpm", output).entries.map(({ algorithm, hex, name }) => [algorithm, hex, name]),
        [["sha256", createHash("sha256").update("kubelet 1.34").digest("hex"), "/usr/bin/kubelet"]],
      );
      const none = spawnSync("rpm", [...db, ...row.args("nobody")], { encoding: "utf8" });
      assert.ok(none.status !== 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

test.run();
