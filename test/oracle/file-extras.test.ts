// Do we read what getfacl and getcap print of real files? On files under the temporary folder.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseGetcap } from "../../src/formats/getcap.js";
import { parseGetfacl } from "../../src/formats/getfacl.js";
import { openHost } from "../../src/host/rooted.js";

const isRoot = process.getuid?.() === 0;
const programs = ["/usr/bin/setfacl", "/usr/bin/getfacl", "/usr/sbin/setcap", "/usr/sbin/getcap"];
const missing = programs.filter((program) => !existsSync(program));
const here = isRoot && missing.length === 0;
if (!here) console.log(`SKIPPED file-extras: needs root${missing.map((program) => `, ${program}`).join("")}`);

async function probe(name: "access-lists" | "file-capabilities", paths: readonly string[]): Promise<string> {
  const opened = openHost("/", { now: () => 0, killGroup: () => {} });
  if (opened.state !== "ok") throw new Error(opened.reason);
  const result = await opened.host.run(name, ...paths);
  await opened.host.close();
  if (result.state !== "ok") throw new Error(result.reason);
  return result.stdout;
}

function withFiles(
  names: readonly string[],
  run: (paths: readonly string[]) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "nodeward-extras-"));
    try {
      const paths = names.map((name) => join(folder, name));
      for (const path of paths) writeFileSync(path, "", { mode: 0o640 });
      await run(paths);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

if (here) {
  test(
    "access lists, masked, of names with blanks and line breaks",
    withFiles(["plain", "a b", "new\nline"], async (paths) => {
      const [, blank = "", broken = ""] = paths;
      if (spawnSync("setfacl", ["-m", "u:daemon:rwx,g:adm:r,m::rx", blank]).status !== 0) {
        console.log("SKIPPED file-extras: the temporary folder keeps no access lists");
        return;
      }
      execFileSync("setfacl", ["-m", "u:4242:r", broken]);
      const lists = parseGetfacl(await probe("access-lists", paths));
      assert.equal(Object.fromEntries(lists), {
        [blank]: [
          { who: "user:daemon", bits: 5 },
          { who: "group:adm", bits: 4 },
        ],
        [broken]: [{ who: "user:4242", bits: 4 }],
      });
    }),
  );

  test(
    "capabilities of files, those with all of them too",
    withFiles(["plain", "a b", "all"], async (paths) => {
      const [, blank = "", all = ""] = paths;
      execFileSync("setcap", ["cap_net_raw,cap_net_admin=ep", blank]);
      execFileSync("setcap", ["all=ep", all]);
      const found = parseGetcap(await probe("file-capabilities", paths), new Set(paths));
      assert.equal(
        found.map(({ path, capabilities }) => [path, [...capabilities].sort()]),
        [
          [blank, ["cap_net_admin", "cap_net_raw"]],
          [all, ["all"]],
        ],
      );
    }),
  );
}

test.run();
