// Do we put rule files together as augenrules does? Its own script runs on a folder of ours; nothing is loaded.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareRulesNames, compileAuditRules } from "../../src/formats/audit-compile.js";

const program = "/usr/sbin/augenrules";

const name = fc.constantFrom(
  "10-a.rules",
  "9-b.rules",
  "99-z.rules",
  "audit.rules",
  "a-10.rules",
  "a-9.rules",
  "30-stig.rules",
  "notes.txt",
  "A.rules",
  "1.rules",
);
const line = fc.constantFrom(
  "-w /etc/passwd -p wa",
  "-D",
  "-D -k x",
  "-b 8192",
  "-b 64",
  "-f 1",
  "-f 2",
  "-e 1",
  "-e 2",
  "# c",
  "",
  "-a always,exit -S open",
  "-c",
  "--loginuid-immutable",
);
const folder = fc.dictionary(
  name,
  fc.array(line, { maxLength: 5 }).map((lines) => `${lines.join("\n")}\n`),
  { minKeys: 1, maxKeys: 5 },
);

if (existsSync(program))
  test("100 folders: the same audit.rules", () => {
    const root = mkdtempSync(join(tmpdir(), "nodeward-audit-"));
    try {
      const script = join(root, "augenrules");
      writeFileSync(script, readFileSync(program, "utf8").replaceAll("/etc/audit", root), { mode: 0o755 });
      for (const files of fc.sample(folder, { numRuns: 100, seed: 50 })) {
        rmSync(join(root, "rules.d"), { recursive: true, force: true });
        rmSync(join(root, "audit.rules"), { force: true });
        mkdirSync(join(root, "rules.d"));
        for (const [file, text] of Object.entries(files)) writeFileSync(join(root, "rules.d", file), text);
        execFileSync("/bin/sh", [script], {
          stdio: "ignore",
          env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
        });
        const ours = Object.keys(files)
          .filter((file) => file.endsWith(".rules"))
          .sort(compareRulesNames)
          .map((file) => ({ path: file, text: files[file] ?? "" }));
        const text = compileAuditRules(ours, join(root, "rules.d")).map((one) => one.text);
        assert.is(
          `${text.join("\n")}\n`,
          readFileSync(join(root, "audit.rules"), "utf8"),
          JSON.stringify(files),
        );
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  });
else console.log(`SKIPPED augenrules: ${program} is not installed`);

test.run();
