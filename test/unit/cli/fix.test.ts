// `nodeward audit --fix --dry-run`: is the plan shown as it would be made, to people and programs, and nothing changed?
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runIn } from "../../support/context.js";

const files = {
  "/etc/crontab": { text: "x\n", mode: 0o644 },
  "/etc/login.defs": "UMASK\t022\n",
  "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
  "/etc/group": "root:x:0:\n",
};
const only = ["--only", "files.crontab", "accounts.umask"];

test("the plan as text: by risk, with diffs, and the exit code of the audit", async () => {
  const { code, out, err, written } = await runIn(["audit", "--fix", "--dry-run", ...only], { files });
  assert.is(err, "");
  assert.is(code, 1);
  assert.is(
    out,
    `Plan for this node
2 files for 2 checks.

Risk none: nothing is interrupted

file-modes
  /etc/crontab: mode 0644 -> 0600
    # files.crontab

accounts
  /etc/login.defs: edited
    # accounts.umask
--- a/etc/login.defs
+++ b/etc/login.defs
@@ -1 +1 @@
-UMASK	022
+UMASK	027
`,
  );
  assert.is(written.size, 0);
});

test("nodeward --fix is nodeward audit --fix", async () => {
  const long = await runIn(["audit", "--fix", "--dry-run", ...only], { files });
  const short = await runIn(["--fix", "--dry-run", ...only], { files });
  assert.is(short.out, long.out);
});

test("the plan as JSON: paths, changes, diffs, commands, what is left; never the content", async () => {
  const { out } = await runIn(["--fix", "--dry-run", "--format", "json", ...only], { files });
  const { schemaVersion, plan } = JSON.parse(out);
  assert.is(schemaVersion, 1);
  assert.equal(
    plan.groups.map((group: { name: string; risk: string; files: { path: string; change: string }[] }) => [
      group.name,
      group.risk,
      group.files.map(({ path, change }) => `${change} ${path}`),
    ]),
    [
      ["file-modes", "none", ["attributes /etc/crontab"]],
      ["accounts", "none", ["edit /etc/login.defs"]],
    ],
  );
  assert.not.match(out, /"content"/);
  assert.equal(plan.left, []);
});

test("a node with nothing to repair: nothing to change, exit code 0", async () => {
  const { code, out } = await runIn(["--fix", "--dry-run", "--only", "files.crontab"], {
    files: { ...files, "/etc/crontab": { text: "x\n", mode: 0o600 } },
  });
  assert.is(code, 0);
  assert.is(out, "Plan for this node\nNothing to change.\n");
});

test("options that say nothing without --fix, formats without a plan, wrong values: exit code 2", async () => {
  for (const [argv, says] of [
    [["audit", "--yes"], "--yes goes with --fix"],
    [["audit", "--dry-run"], "--dry-run goes with --fix"],
    [["audit", "--max-risk", "none"], "--max-risk goes with --fix"],
    [["audit", "--fix", "--format", "html"], "with --fix the format is text or json"],
    [["audit", "--fix", "--max-risk", "much"], "It takes one of none, reload"],
    [["audit", "--fix", "--confirm-timeout", "5"], "from 10 to 3600"],
  ] as const) {
    const { code, err } = await runIn([...argv], { files });
    assert.is(code, 2, argv.join(" "));
    assert.match(err, says);
  }
});

test.run();
