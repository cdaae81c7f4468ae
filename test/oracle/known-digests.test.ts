// What an earlier run hashed is believed only where root alone could have written it down: tried on a state directory that
// is mounted over the real one, for this test alone.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const canRun = process.getuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;
if (!canRun) console.log("SKIPPED known-digests: needs root and mount namespaces");

const known = fileURLToPath(new URL("../../src/host/known-digests.ts", import.meta.url));
const script = `set -e
mount -t tmpfs -o mode=0755 none /var/lib
file=/var/lib/nodeward/digests.json
shown() { node --import tsx -e 'import(process.argv[1]).then((m) => console.log(m.keptDigests() ?? "none"))' "$1"; }
put() { rm -rf /var/lib/nodeward; mkdir -m 0700 /var/lib/nodeward; printf '%s' "$2" > $file; chmod 0600 $file; }
try() { put "$1" "$2"; eval "$2"; printf '%s: ' "$2"; shown "$1"; }
for change in true 'chmod 0640 '$file 'chmod 0604 '$file 'chown 1 '$file 'ln '$file' /var/lib/other' \\
  'mv '$file' /var/lib/real; ln -s /var/lib/real '$file 'rm '$file 'rm '$file'; mkfifo '$file 'rm '$file'; mkdir '$file \\
  'truncate -s 2M '$file 'chown 1 /var/lib/nodeward' 'chmod 0720 /var/lib/nodeward' 'chmod 0777 /var/lib' \\
  'chmod 0755 /var/lib; mv /var/lib/nodeward /var/lib/moved; ln -s moved /var/lib/nodeward'
do rm -rf /var/lib/*; try "$1" "$change"; done`;

if (canRun)
  test("a file that others could have written, or put in its place, is as none", () => {
    const { stdout, stderr } = spawnSync("unshare", ["-m", "sh", "-c", script, "sh", known], {
      encoding: "utf8",
      timeout: 120_000,
    });
    const lines = stdout.split("\n").filter((line) => line !== "");
    assert.is(lines.length, 14, stderr);
    assert.is(lines[0], "true: true");
    for (const line of lines.slice(1)) assert.match(line, /: none$/);
  });

test.run();
