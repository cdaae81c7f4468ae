// Do we name the readers of a file whom the kernel lets read it? Trees of random modes and owners under the temporary folder,
// opened by processes of other users and groups.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../src/engine/gather.js";
import { accessLists } from "../../src/facts/access-lists.js";
import { readersOf } from "../../src/facts/file-readers.js";
import { openHost } from "../../src/host/rooted.js";

const [owner, group, stranger, named] = [54_001, 54_002, 54_003, 54_004];
const programs = ["/usr/bin/setpriv", "/usr/bin/python3", "/usr/bin/setfacl", "/usr/bin/getfacl"];
const missing = programs.filter((path) => !existsSync(path));
const canRun = missing.length === 0 && process.getuid?.() === 0;
if (!canRun) console.log(`SKIPPED file-readers: needs root and ${missing.join(", ") || "no more"}`);

const mode = fc.constantFrom(0o600, 0o640, 0o644, 0o604, 0o660, 0o666, 0o000, 0o040, 0o004, 0o400);
const folderMode = fc.constantFrom(0o755, 0o750, 0o700, 0o711, 0o710, 0o701, 0o777);
const tree = fc.record({
  folder: folderMode,
  folderGroup: fc.constantFrom(0, group),
  mode,
  uid: fc.constantFrom(0, owner),
  gid: fc.constantFrom(0, group),
  list: fc.boolean(),
});

const script = `import json, sys
def readable(path):
    try:
        open(path).close()
        return True
    except OSError:
        return False
print(json.dumps([readable(path) for path in json.load(sys.stdin)]))`;

/** Which of the files a process with that user and group opens. */
function opened(uid: number, gid: number, files: readonly string[]): readonly boolean[] {
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  const ran = spawnSync("setpriv", [...ids, "/usr/bin/python3", "-c", script], {
    input: JSON.stringify(files),
    encoding: "utf8",
  });
  assert.is(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout);
}

if (canRun)
  test("400 files", async () => {
    const top = realpathSync(mkdtempSync(join(tmpdir(), "nodeward-readers-")));
    const opening = openHost("/", { now: () => Date.now(), killGroup: () => {} });
    if (opening.state !== "ok") throw new Error(opening.reason);
    const { host } = opening;
    try {
      chmodSync(top, 0o755);
      const trees = fc.sample(tree, { numRuns: 400, seed: 7 });
      const files = trees.map((one, index) => {
        const folder = join(top, String(index));
        const file = join(folder, "key");
        mkdirSync(folder);
        writeFileSync(file, "x");
        chownSync(file, one.uid, one.gid);
        chmodSync(file, one.mode);
        if (one.list) execFileSync("setfacl", ["-m", `u:${named}:r`, file]);
        chownSync(folder, 0, one.folderGroup);
        chmodSync(folder, one.folder);
        return file;
      });
      const by = {
        stranger: opened(stranger, stranger, files),
        member: opened(stranger, group, files),
        named: opened(named, named, files),
      };
      const states = await Promise.all(files.map((file) => host.stat(file)));
      const lists = await accessLists(host, asker(host), states);
      assert.ok(lists.state === "known");
      for (const [index, state] of states.entries()) {
        if (state.state !== "ok") throw new Error(state.reason);
        const readers = await readersOf(host, state, undefined, lists.value.get(state.realPath));
        const shown = `${JSON.stringify(trees[index])} ${JSON.stringify(readers)}`;
        assert.is(readers.everybody, by.stranger[index], shown);
        if (state.gid !== 0 && !trees[index]?.list)
          assert.is(readers.group !== undefined, by.member[index], shown);
        // A directory in the way may keep out whom the list lets in: never the other way round.
        if (by.named[index] === true)
          assert.ok(readers.everybody || readers.granted.includes(`user ${named}`), shown);
      }
    } finally {
      await host.close();
      rmSync(top, { recursive: true });
    }
  });

test.run();
