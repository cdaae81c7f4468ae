// Do we order RPM versions as rpm does, and name the security updates that dnf names from the same cache? Repositories, root and
// cache are under the temporary folder; no network.
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
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { updates } from "../../src/facts/updates.js";
import { compareRpmParts } from "../../src/formats/rpm-version.js";
import { type MemoryFiles, memoryHost } from "../../src/host/memory.js";

const programs = [
  "/usr/bin/rpm",
  "/usr/bin/rpmbuild",
  "/usr/bin/dnf",
  "/usr/bin/createrepo_c",
  "/usr/bin/modifyrepo_c",
];
const missing = programs.filter((path) => !existsSync(path));
if (missing.length > 0) console.log(`SKIPPED dnf: ${missing.join(", ")} not installed`);

const piece = fc.constantFrom("0", "1", "05", "10", "9", "a", "rc", "Z", ".", "..", "_", "+", "~", "^");
const version = fc.array(piece, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(""));
const pair = fc.oneof(
  fc.tuple(version, version),
  fc.tuple(version, piece).map(([one, tail]): [string, string] => [one, one + tail]),
);

function ordered(): void {
  const pairs = fc.sample(pair, { numRuns: 2000, seed: 17 });
  const calls = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}") .. ";")`).join(" ");
  const out = execFileSync("rpm", ["--eval", `%{lua:${calls}}`], { encoding: "utf8", maxBuffer: 1 << 24 });
  const theirs = out.trim().replace(/;$/, "").split(";").map(Number);
  assert.is(theirs.length, pairs.length);
  const wrong = pairs.filter(([a, b], index) => Math.sign(compareRpmParts(a, b)) !== theirs[index]);
  assert.equal(wrong, []);
}

type Package = readonly [name: string, version: string, release: string];

function spec([name, version, release]: Package): string {
  const head = {
    Name: name,
    Version: version,
    Release: release,
    Summary: "x",
    License: "x",
    BuildArch: "noarch",
  };
  return `${Object.entries(head)
    .map((line) => line.join(": "))
    .join("\n")}\n%description\nx\n%files\n`;
}

function build(folder: string, packages: readonly Package[]): void {
  for (const one of packages) {
    const path = join(folder, `${one.join("-")}.spec`);
    writeFileSync(path, spec(one));
    const places = [`_topdir ${folder}/build`, `_rpmdir ${folder}/out`, `_dbpath ${folder}/db`];
    execFileSync("rpmbuild", ["-bb", "--quiet", ...places.flatMap((place) => ["--define", place]), path], {
      stdio: "ignore",
    });
  }
}

function notice(id: string, type: string, [name, version, release]: Package): string {
  return `<update from="x" status="final" type="${type}" version="1"><id>${id}</id><title>&lt;x&gt;</title><severity>Low</severity><issued date="2026-01-01"/><pkglist><collection short="c"><name>c</name><package name="${name}" version="${version}" release="${release}" epoch="0" arch="noarch" src="x.src.rpm"><filename>${name}-${version}-${release}.noarch.rpm</filename></package></collection></pkglist></update>`;
}

/** Every file below a directory, by the path it shall have. */
function filesBelow(folder: string, path: string): MemoryFiles {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => [name, statSync(join(folder, name))] as const)
      .filter(([, stat]) => stat.isFile())
      .map(([name, { mtimeMs }]) => [
        `${path}/${name}`,
        { bytes: readFileSync(join(folder, name)), mtimeMs },
      ]),
  );
}

if (missing.length === 0) {
  test("2000 pairs of versions", ordered);

  test("the updates that dnf names", async () => {
    const folder = mkdtempSync(join(tmpdir(), "nodeward-dnf-"));
    try {
      const old: readonly Package[] = [
        ["foo", "1.0", "1"],
        ["bar", "1.0", "1"],
        ["baz", "2.0", "1"],
        ["qux", "1.0~rc1", "1"],
      ];
      const fresh: readonly Package[] = [
        ["foo", "1.2", "1"],
        ["bar", "1.0", "2"],
        ["baz", "2.0", "1"],
        ["qux", "1.0", "1"],
      ];
      build(folder, [...old, ...fresh]);
      for (const name of ["one", "two"]) mkdirSync(join(folder, name));
      const packages = join(folder, "out", "noarch");
      for (const name of readdirSync(packages))
        execFileSync("cp", [join(packages, name), join(folder, name.startsWith("qux") ? "two" : "one")]);
      writeFileSync(
        join(folder, "notices.xml"),
        `<?xml version="1.0"?>\n<updates>${[
          notice("S-1", "security", ["foo", "1.2", "1"]),
          notice("B-2", "bugfix", ["bar", "1.0", "2"]),
          notice("S-3", "security", ["baz", "2.0", "1"]),
          notice("S-4", "security", ["other", "9", "1"]),
        ].join("\n")}</updates>\n`,
      );
      writeFileSync(
        join(folder, "qux.xml"),
        `<?xml version="1.0"?>\n<updates>${notice("S-5", "security", ["qux", "1.0", "1"])}</updates>\n`,
      );
      for (const [name, file] of [
        ["one", "notices.xml"],
        ["two", "qux.xml"],
      ] as const) {
        execFileSync("createrepo_c", ["-q", join(folder, name)]);
        execFileSync(
          "modifyrepo_c",
          ["--mdtype=updateinfo", join(folder, file), join(folder, name, "repodata")],
          { stdio: "ignore" },
        );
      }
      const repositories = ["one", "two"]
        .map((name) => `[${name}]\nname=${name}\nbaseurl=file://${folder}/${name}\ngpgcheck=0\n`)
        .join("");
      mkdirSync(join(folder, "repos"));
      writeFileSync(join(folder, "repos", "x.repo"), repositories);
      const root = join(folder, "root");
      mkdirSync(root);
      const rpms = old.map(([name, version, release]) =>
        join(packages, `${name}-${version}-${release}.noarch.rpm`),
      );
      spawnSync("rpm", ["--root", root, "-i", "--nodeps", "--noscripts", "--ignoreos", ...rpms]);
      const dnf = (...args: readonly string[]) =>
        execFileSync(
          "dnf",
          [
            "-q",
            `--installroot=${root}`,
            "--releasever=9",
            `--setopt=reposdir=${folder}/repos`,
            `--setopt=cachedir=${folder}/cache`,
            `--setopt=logdir=${folder}`,
            `--setopt=persistdir=${folder}/persist`,
            ...args,
          ],
          { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
        );
      dnf("makecache");
      const theirs = dnf("-C", "updateinfo", "list", "--security")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split(/\s+/))
        .map(([id, , name]) => `${name} ${id}`);
      const installed = execFileSync(
        "rpm",
        [
          "--root",
          root,
          "-qa",
          "--qf",
          "%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{SOURCERPM}\\n",
        ],
        { encoding: "utf8" },
      );
      const host = memoryHost(
        {
          "/var/lib/rpm/rpmdb.sqlite": "x",
          "/etc/yum.repos.d/x.repo": repositories,
          ...filesBelow(join(folder, "cache"), "/var/cache/dnf"),
        },
        {
          live: true,
          now: Date.now(),
          runs: { "rpm-packages": { state: "ok", code: 0, stdout: installed, stderr: "" } },
        },
      );
      const fact = await asker(host)(updates);
      assert.ok(fact.state === "known");
      assert.equal(fact.value.unread, []);
      const ours = fact.value.pending.map(({ name, architecture, available }) => {
        const [version = "", id = ""] = available.split(" ");
        return `${name}-${version}.${architecture} ${id.replace(/[()]/g, "")}`;
      });
      assert.equal([...ours].sort(), ["foo-1.2-1.noarch S-1", "qux-1.0-1.noarch S-5"]);
      assert.equal([...ours].sort(), [...theirs].sort());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test.run();
