// Do we read the mount table and fstab as findmnt of util-linux does? Reads this machine's table, writes only under the temporary folder.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseFstab } from "../../src/formats/fstab.js";
import { mountTree, parseMountinfo } from "../../src/formats/mountinfo.js";

const findmnt = "/usr/bin/findmnt";
const here = existsSync(findmnt);
if (!here) console.log(`SKIPPED mounts: ${findmnt} is not installed`);

interface Shown {
  readonly target: string;
  readonly source: string | null;
  readonly fstype: string;
  readonly options: string | null;
  readonly "maj:min": string;
  readonly fsroot: string | null;
  readonly "vfs-options": string | null;
  readonly "fs-options": string | null;
}

const columns = "TARGET,SOURCE,FSTYPE,OPTIONS,MAJ:MIN,FSROOT,VFS-OPTIONS,FS-OPTIONS";

function show(args: readonly string[]): readonly Shown[] {
  const out = execFileSync(findmnt, ["--json", "--list", "-o", columns, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const read: { readonly filesystems: readonly Shown[] } = JSON.parse(out);
  return read.filesystems;
}

/** The numbers of the lines that libmount refuses, and the entries of the others. */
function showTable(file: string, text: string) {
  writeFileSync(file, text);
  const args = ["--json", "--list", "-o", columns, "--tab-file", file];
  const whole = spawnSync(findmnt, args, { encoding: "utf8" });
  // findmnt of util-linux 2.41 crashes behind the first line that it refuses; mount, which mounts nothing here, does not.
  const crashed = whole.signal === "SIGSEGV" || whole.status === 139;
  const said = crashed
    ? spawnSync("unshare", ["-m", "mount", "--fake", "--all", "--internal-only", "--fstab", file], {
        encoding: "utf8",
      })
    : whole;
  const refused = [...said.stderr.matchAll(/parse error at line (\d+)/g)].map((one) => Number(one[1]));
  assert.ok(refused.length > 0, said.stderr);
  const good = text.split("\n").map((line, index) => (refused.includes(index + 1) ? "" : line));
  writeFileSync(file, good.join("\n"));
  return { refused, entries: show(["--tab-file", file]) };
}

const sorted = (list: readonly string[]) => [...list].sort();

if (here) {
  test("the running table: the same mount points, types and options", () => {
    const { mounts, unread } = parseMountinfo("", readFileSync("/proc/self/mountinfo", "utf8"));
    assert.equal(unread, []);
    const theirs = show(["--kernel"]);
    assert.equal(
      sorted(
        mounts.map(({ point, type, device, root, options, superOptions }) =>
          [point, type, device, root, options.join(","), superOptions.join(",")].join(" "),
        ),
      ),
      sorted(
        theirs.map((one) =>
          [one.target, one.fstype, one["maj:min"], one.fsroot, one["vfs-options"], one["fs-options"]].join(
            " ",
          ),
        ),
      ),
    );
  });

  test("the mount a path lies on is the one that findmnt --target names", () => {
    const { mounts } = parseMountinfo("", readFileSync("/proc/self/mountinfo", "utf8"));
    const tree = mountTree(mounts);
    for (const path of [
      "/",
      "/usr/bin",
      "/dev/shm",
      "/dev/pts",
      "/dev/null",
      "/proc/1",
      "/sys/fs/cgroup",
      "/tmp",
    ]) {
      const theirs = show(["--target", path]).at(-1);
      assert.is(
        `${tree.of(path)?.point} ${tree.of(path)?.type}`,
        `${theirs?.target} ${theirs?.fstype}`,
        path,
      );
    }
  });

  test("fstab: the same lines are read, the same refused", () => {
    const folder = mkdtempSync(join(tmpdir(), "nodeward-fstab-"));
    try {
      const file = join(folder, "fstab");
      const words = [
        "/dev/sda1",
        "tmpfs",
        "/tmp",
        "ext4",
        "nodev,nosuid",
        "0",
        "2",
        "#x",
        "a\\040b",
        "x y",
        "-1",
        "1x",
      ];
      let seed = 7;
      const next = (below: number) => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return Math.floor((seed / 2147483648) * below);
      };
      const lines = Array.from({ length: 2000 }, () =>
        Array.from({ length: 1 + next(7) }, () => words[next(words.length)]).join(["\t", " ", "  "][next(3)]),
      ).map((line) => `${["", " ", "\t", "# "][next(4)]}${line}${["", "\r", " ", "\t"][next(4)]}`);
      const text = `${lines.join("\n")}\n`;
      const ours = parseFstab(file, text);
      const theirs = showTable(file, text);
      assert.equal(ours.unread, theirs.refused);
      assert.equal(
        ours.entries.map(
          ({ device, point, type, options }) => `${device}|${point}|${type}|${options.join(",")}`,
        ),
        theirs.entries.map(
          ({ source, target, fstype, options }) => `${source}|${target}|${fstype}|${options ?? ""}`,
        ),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test.run();
