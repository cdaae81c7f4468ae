// Do the shells take our completion scripts, and complete what they should?
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { runIn } from "../support/context.js";

const folder = mkdtempSync(join(tmpdir(), "nodeward-completion-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function script(shell: string): Promise<string> {
  const path = join(folder, shell === "zsh" ? "_nodeward" : `nodeward.${shell}`);
  writeFileSync(path, (await runIn(["completion", shell])).out);
  return path;
}

function has(shell: string): boolean {
  const found = spawnSync("/bin/sh", ["-c", `command -v ${shell}`]).status === 0;
  if (!found) console.log(`SKIPPED ${shell} is not installed`);
  return found;
}

function run(shell: string, args: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(shell, args, {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, HOME: folder, TERM: "dumb" },
  });
  assert.is(status, 0, stderr);
  assert.is(stderr, "");
  return stdout.split("\n").filter((line) => line !== "");
}

/** Words before the cursor (the last one is being typed), one that must be offered, one that must not. */
const cases: readonly (readonly [readonly string[], string, string])[] = [
  [["au"], "audit", "report"],
  [["audit", "--for"], "--format", "--fail-on"],
  [["audit", "--format", "js"], "jsonl", "text"],
  [["audit", "--fail-on", ""], "critical", "json"],
  [["audit", "--only", "files.pas"], "files.passwd", "files.group"],
  [["explain", "files.gr"], "files.group", "files.passwd"],
  [["checks", "--framework", "cis-deb"], "cis-debian12", "nist-800-53"],
  [["audit", "--profile", "st"], "strict", "baseline"],
  [["completion", ""], "fish", "audit"],
  [["help", "ex"], "explain", "audit"],
];

test("bash", async () => {
  if (!has("bash")) return;
  const path = await script("bash");
  run("bash", ["-n", path]);
  const complete = (words: readonly string[]) => {
    const line = ["nodeward", ...words].map((word) => `'${word}'`).join(" ");
    const code = `. '${path}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _nodeward; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", ["--norc", "-c", code]);
  };
  for (const [words, offered, other] of cases) {
    const found = complete(words);
    assert.ok(found.includes(offered), `${words.join(" ")}: ${found.slice(0, 5).join(" ")}`);
    assert.not.ok(found.includes(other), words.join(" "));
  }
  // `=` parts words in bash, and a second pattern follows the first.
  assert.equal(complete(["audit", "--format", "=", "mark"]), ["markdown"]);
  assert.equal(complete(["audit", "--only", "files.group", "files.pass"]), ["files.passwd"]);
  assert.equal(complete(["report", "nodeward.b"]), ["nodeward.bash"]);
});

test("fish", async () => {
  if (!has("fish")) return;
  const path = await script("fish");
  run("fish", ["--no-config", "-n", path]);
  const complete = (words: readonly string[]) => {
    const line = ["nodeward", ...words].join(" ");
    return run("fish", ["--no-config", "-c", `source '${path}'; complete -C '${line}'`]).map(
      (one) => one.split("\t", 1)[0] ?? "",
    );
  };
  for (const [words, offered, other] of cases) {
    const found = complete(words);
    assert.ok(found.includes(offered), `${words.join(" ")}: ${found.slice(0, 5).join(" ")}`);
    assert.not.ok(found.includes(other), words.join(" "));
  }
  assert.equal(complete(["report", "nodeward.f"]), ["nodeward.fish"]);
});

/** Types a command line into an interactive zsh and presses Tab twice; answers what the terminal shows. */
function typedInZsh(line: string): string {
  const code = [
    "zmodload zsh/zpty",
    "zpty z zsh -f -i",
    `zpty -w z 'PS1=; fpath=(${folder} $fpath); autoload -Uz compinit; compinit -u -D; zstyle ":completion:*" list-prompt ""; LISTMAX=9999; echo rea""dy'`,
    "zpty -r -m z seen '*ready*'",
    `zpty -w -n z '${line}'$'\\t\\t'`,
    "sleep 1",
    "zpty -r z shown '*' || true; while zpty -r -t z more; do shown+=$more; done",
    "print -r -- $shown",
    "zpty -d z",
  ].join("\n");
  return spawnSync("zsh", ["-f", "-c", code], {
    encoding: "utf8",
    timeout: 30_000,
    env: { ...process.env, HOME: folder, TERM: "dumb" },
  }).stdout;
}

test("zsh", async () => {
  if (!has("zsh")) return;
  const path = await script("zsh");
  run("zsh", ["-f", "-n", path]);
  for (const [line, offered] of [
    ["nodeward audit --format=mark", "markdown"],
    ["nodeward explain files.passw", "files.passwd"],
  ] as const)
    assert.match(typedInZsh(line), offered, line);
});

test.run();
