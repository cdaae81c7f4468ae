// Do we split and expand the commands of a unit as systemd does? The same unit to us and to a real service manager.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { commandLine } from "../../src/facts/processes.js";
import { oracle, program, put, unitsOf } from "../support/systemd.js";

const bits = [
  ..."ab",
  ..."  ",
  "\\",
  "'",
  '"',
  "$A",
  "${A}",
  "${B}",
  " $B ",
  " $C ",
  "$$",
  "$NO",
  "${NO}",
  "\\x41",
  "\\t",
  "\\101",
  "\\s",
  "%%",
  "\\;",
  " \\; ",
  "\\\n  ",
  "=",
  "#",
];
// A last backslash, or a comment within a continuation, would join the next command to this one.
const line = fc
  .array(fc.constantFrom(...bits), { maxLength: 9 })
  .map((parts) => parts.join(""))
  .filter((text) => !/(?<!\\)(?:\\\\)*\\$/.test(text) && !/\n *#[^\n]*$/.test(text));
const value = fc
  .array(fc.constantFrom("x", "y z", " ", "'", '"', "\\", "\\\n", "$", "\t", "#", ";", "`"), { maxLength: 6 })
  .map((parts) => parts.join(""));

/** Starts each command under a service manager of its own, in private mount and process namespaces. */
function ran(folder: string, unit: string): readonly (readonly string[])[] {
  const script = `set -e
mount -t tmpfs none /run
mkdir -p /run/systemd/system /run/user/0 "$1/home/.config/systemd/user"
cp "$1/a.service" "$1/home/.config/systemd/user/a.service"
export XDG_RUNTIME_DIR=/run/user/0 HOME="$1/home" SYSTEMD_LOG_TARGET=null
${program} --user --unit=a.service & manager=$!
for i in $(seq 1 200); do [ -e "$1/done" ] && break; sleep 0.05; done
kill -9 $manager
`;
  put(folder, { "a.service": unit });
  spawnSync("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "bash", "-c", script, "-", folder], {
    timeout: 30_000,
  });
  const out = existsSync(join(folder, "out")) ? readFileSync(join(folder, "out"), "utf8") : "";
  return out
    .split("CMD:")
    .slice(1)
    .map((one) => commandLine(one));
}

for (const seed of [7, 8, 9])
  oracle(`the words of 300 commands are those systemd starts the program with (${seed})`, async (folder) => {
    const lines = fc.sample(line, { numRuns: 300, seed });
    const [a, more] = fc.sample(value, { numRuns: 2, seed });
    const environment = `# c
A=${a}
B = "p  'q r'" s t
D=${more}
`;
    const unit = [
      "[Service]",
      "Type=oneshot",
      `StandardOutput=append:${join(folder, "out")}`,
      `Environment="A=unit" 'C=one  "two three"' D`,
      `EnvironmentFile=${join(folder, "env")}`,
      ...lines.map((words, index) => `ExecStart=-/usr/bin/printf %%s\\\\0 CMD:${index} ${words}`),
      `ExecStart=-/usr/bin/touch ${join(folder, "done")}`,
      "",
    ].join("\n");
    put(folder, { env: environment });
    const theirs = ran(folder, unit);
    if (theirs.length === 0) {
      console.log("SKIPPED systemd started nothing: no private namespaces here");
      return;
    }
    const found = await unitsOf({
      "/etc/systemd/system/a.service": unit,
      [join(folder, "env")]: environment,
    });
    const exec = await (await found.get("a.service"))?.exec();
    const ours = (exec?.commands ?? [])
      .map(({ words }) => words.slice(2).map(({ text }) => text.replace(/^CMD:/, "")))
      .filter((words) => words.length > 0);
    assert.ok(theirs.length > 100, `${theirs.length} commands ran`);
    const theirsBy = new Map(theirs.map((words) => [words[0], words]));
    const oursBy = new Map(ours.map((words) => [words[0], words]));
    for (const [index, written] of lines.entries())
      assert.equal(oursBy.get(String(index)), theirsBy.get(String(index)), `ExecStart words: ${written}`);
  });

test.run();
