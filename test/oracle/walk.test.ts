// Does the walk come by the very files that find(1) names? Over a generated tree under the temporary folder and over /etc.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { WalkLimits, WalkRequest, WalkResult } from "../../src/host/host.js";
import { openHost } from "../../src/host/rooted.js";

const find = "/usr/bin/find";
const isRoot = process.getuid?.() === 0;
const here = existsSync(find) && isRoot;
if (!here) console.log(`SKIPPED walk: needs root and ${find}`);

const limits: WalkLimits = { entries: 1_000_000, milliseconds: 60_000, depth: 256, keep: 100_000 };
const nobodyHas = 3_999_999_999;

const tests: Readonly<Record<string, readonly string[]>> = {
  "writable-file": ["-type", "f", "-perm", "-0002"],
  "writable-directory": ["-type", "d", "-perm", "-0002", "!", "-perm", "-1000"],
  "set-id": ["-type", "f", "-perm", "/6000"],
  unowned: [
    "(",
    "-type",
    "f",
    "-o",
    "-type",
    "d",
    ")",
    "(",
    "-uid",
    `${nobodyHas}`,
    "-o",
    "-gid",
    `${nobodyHas}`,
    ")",
  ],
};

const sort: WalkRequest["sort"] = ({ kind, mode, uid, gid }) => [
  ...(kind === "file" && (mode & 0o002) !== 0 ? ["writable-file"] : []),
  ...(kind === "directory" && (mode & 0o1002) === 0o002 ? ["writable-directory"] : []),
  ...(kind === "file" && (mode & 0o6000) !== 0 ? ["set-id"] : []),
  ...(uid === nobodyHas || gid === nobodyHas ? ["unowned"] : []),
];

async function ours(root: string, request: Partial<WalkRequest> = {}): Promise<WalkResult> {
  const opened = openHost(root, { now: () => performance.now(), killGroup: () => {} });
  if (opened.state !== "ok") throw new Error(opened.reason);
  const starts = [{ path: "/", crossDevices: false }];
  const result = await opened.host.walk({ starts, prune: new Set(), sort, limits, ...request });
  await opened.host.close();
  return result;
}

function theirs(root: string, expression: readonly string[]): readonly string[] {
  const out = execFileSync(find, [root, "-xdev", ...expression, "-print0"], { encoding: "latin1" });
  return out
    .split("\0")
    .filter((path) => path !== "")
    .map((path) => path.slice(root.length) || "/")
    .sort();
}

function agree(root: string, result: WalkResult): void {
  for (const [name, expression] of Object.entries(tests)) {
    const found = result.groups.get(name)?.entries ?? [];
    const paths = found.map(({ path, exact }) =>
      exact
        ? Buffer.from(path).toString("latin1")
        : path.replace(/\\x(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
    assert.equal([...paths].sort(), theirs(root, expression), name);
    assert.is(result.groups.get(name)?.count ?? 0, found.length);
  }
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function grow(folder: string, next: (below: number) => number, depth: number): void {
  const modes = [0o644, 0o755, 0o666, 0o4755, 0o2755, 0o6777, 0o600, 0o000, 0o002];
  const owners = [0, 1000, nobodyHas];
  for (let n = 0; n < 12; n++) {
    const name = Buffer.from(
      [`plain${n}`, `a b${n}`, `é${n}`, `new\nline${n}`, `\xff${n}`][next(5)] ?? "",
      next(2) === 0 ? "latin1" : "utf8",
    );
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    if (existsSync(path)) continue;
    writeFileSync(path, "");
    chownSync(path, owners[next(3)] ?? 0, owners[next(3)] ?? 0);
    chmodSync(path, modes[next(modes.length)] ?? 0);
  }
  symlinkSync("/etc", `${folder}/link`);
  symlinkSync(folder, `${folder}/loop`);
  execFileSync("mkfifo", ["-m", "666", `${folder}/fifo`]);
  if (depth === 0) return;
  for (let n = 0; n < 4; n++) {
    const inner = `${folder}/d${n}`;
    mkdirSync(inner);
    grow(inner, next, depth - 1);
    chmodSync(inner, [0o755, 0o777, 0o1777, 0o700][next(4)] ?? 0);
    chownSync(inner, owners[next(3)] ?? 0, 0);
  }
}

function withTree(run: (root: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const root = mkdtempSync(join(tmpdir(), "nodeward-walk-"));
    try {
      await run(root);
    } finally {
      rmSync(root, { recursive: true });
    }
  };
}

if (here) {
  test(
    "a generated tree: bad names, links, loops, pipes, foreign owners",
    withTree(async (root) => {
      grow(root, random(11), 3);
      const result = await ours(root);
      agree(root, result);
      assert.is(result.groups.size, Object.keys(tests).length);
      assert.is(result.seen, theirs(root, []).length - 1);
      assert.equal([result.unread, result.cut, result.crossed], [[], [], []]);
    }),
  );

  test("this machine's own /etc and programs", async () => {
    for (const root of ["/etc", "/usr/bin", "/usr/share/doc"]) agree(root, await ours(root));
  });

  test(
    "a directory of 30,000 names is read in portions",
    withTree(async (root) => {
      for (let n = 0; n < 30_000; n++)
        writeFileSync(`${root}/a-name-that-is-not-too-short-${n}`, "", {
          mode: n % 100 === 0 ? 0o4755 : 0o644,
        });
      agree(root, await ours(root));
    }),
  );

  test(
    "what is pruned is not entered, what is on another device is named",
    withTree(async (root) => {
      for (const path of ["a/deep", "b/deep"]) mkdirSync(`${root}/${path}`, { recursive: true });
      writeFileSync(`${root}/a/deep/x`, "");
      chmodSync(`${root}/a/deep/x`, 0o4755);
      const result = await ours(root, { prune: new Set(["/a/deep"]) });
      assert.equal([result.seen, result.groups.size], [4, 0]);
      const proc = await ours("/", { starts: [{ path: "/proc/1/task", crossDevices: false }] });
      assert.ok(proc.seen > 0);
      const top = await ours("/", { limits: { ...limits, depth: 1 } });
      assert.ok(top.crossed.includes("/proc"));
      assert.ok(top.cut.some((reason) => /more than 1 directories deep/.test(reason)));
    }),
  );

  test(
    "limits of entries, time and what is kept end it and say so",
    withTree(async (root) => {
      grow(root, random(5), 3);
      const few = await ours(root, { limits: { ...limits, entries: 50 } });
      assert.equal([few.seen, few.cut], [50, ["stopped after 50 entries"]]);
      const kept = await ours(root, { limits: { ...limits, keep: 2 } });
      const group = kept.groups.get("set-id");
      assert.ok(group !== undefined && group.entries.length === 2 && group.count > 2);
      const late = await ours("/usr", { limits: { ...limits, milliseconds: 0 } });
      assert.equal(late.cut, ["stopped after 0 s"]);
    }),
  );

  test(
    "a start that is not there, is a file or a link out of the root is a miss, never followed",
    withTree(async (root) => {
      writeFileSync(`${root}/file`, "");
      symlinkSync("/etc", `${root}/out`);
      const starts = ["/gone", "/file", "/out"].map((path) => ({ path, crossDevices: false }));
      const result = await ours(root, { starts });
      assert.equal([result.seen, result.unreadCount], [0, 3]);
    }),
  );
}

test.run();
