// Repairs of the user database while useradd and chage rewrite it: neither loses what the other has done. Against the real
// programs, on a root directory of their own.
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { lockAccounts } from "../../src/host/account-lock.js";
import { openWriter } from "../../src/host/live-writer.js";
import { apply, imageMachine } from "../support/apply.js";
import { type ChangeKind, planOf } from "../support/changes.js";
import { openTree } from "../support/tree.js";

const programs = ["/usr/sbin/useradd", "/usr/bin/chage", "/usr/bin/perl"];
const missing = programs.filter((path) => !existsSync(path));
const able = process.getuid?.() === 0 && missing.length === 0;
if (!able)
  console.log(`SKIPPED the lock of the user database: needs root; missing: ${missing.join(", ") || "none"}`);
const run = able ? test : test.skip;

let root = "";
const at = (path: string) => join(root, path);

test.before.each(() => {
  root = mkdtempSync(join(tmpdir(), "nodeward-accounts-"));
  chmodSync(root, 0o755);
  mkdirSync(at("etc"), { mode: 0o755 });
  mkdirSync(at("var/lib"), { recursive: true, mode: 0o755 });
  const files = {
    passwd: "root:x:0:0:root:/root:/bin/sh\n",
    shadow: "root:*:1:0:99999:7:::\n",
    group: "root:x:0:\nusers:x:100:\n",
    gshadow: "root:*::\nusers:!::\n",
    "login.defs": "UID_MIN 1000\nUID_MAX 60000\n",
    ".pwd.lock": "",
  };
  for (const [name, text] of Object.entries(files))
    writeFileSync(at(`etc/${name}`), text, { mode: name.includes("shadow") ? 0o600 : 0o644 });
});
test.after.each(() => rmSync(root, { recursive: true, force: true }));

/** The day of root's last change of password: ours to count. */
const countedIn = (shadow: string) => Number(/^root:\*:(\d+):/m.exec(shadow)?.[1]);

function counting(shadow: string, round: number): ChangeKind {
  const content = shadow.replace(/^root:\*:\d+:/m, `root:*:${round}:`);
  return {
    name: "a count",
    plant: () => {},
    wanted: { "/etc/shadow": { state: "file", content, encoding: "utf8" } },
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A plan takes the file as it is for what was edited: none from an edit of an older one, which would lose what came between. */
function planned(round: number) {
  for (;;) {
    const shadow = readFileSync(at("etc/shadow"), "utf8");
    const plan = planOf(root, counting(shadow, round));
    const before = plan[0]?.files[0]?.before;
    if (before?.state === "file" && before.sha256 === sha256(shadow)) return { plan, shadow };
  }
}

/** Adds users and gives each a number of days, as long as the root has the file `go`; notes what it was told was done. */
const others = `cd "$0" || exit 1
i=0
while [ -e go ]; do
  i=$((i + 1))
  useradd -R "$0" -M -N -g users "u$i" 2>>errors && echo "u$i" >>added
  chage -R "$0" -M "$((i + 100))" "u$i" 2>>errors && echo "u$i $((i + 100))" >>aged
  sleep 0.4
done`;

run("neither a repair nor useradd nor chage loses what the other has done", async () => {
  writeFileSync(at("go"), "");
  const child = spawn("/bin/sh", ["-c", others, root], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const opened = openWriter(root, 0);
  if (opened.state !== "ok") throw new Error(opened.reason);
  const machine = imageMachine(opened.writer, Date.now, () => openTree(root));
  let made = 1;
  const said = new Map<string, number>();
  const since = Date.now();
  const over = () => Date.now() - since > ((said.get("done") ?? 0) < 3 ? 60_000 : 6_000);
  for (let round = 2; !over(); round++) {
    const { plan, shadow } = planned(round);
    assert.is(countedIn(shadow), made, "what was made is still so");
    const { result, reason } = await apply(machine, `r${round}`, plan);
    said.set(result, (said.get(result) ?? 0) + 1);
    if (result === "done") made = round;
    else assert.match(reason, /changed/, `${result}: ${reason}`);
  }
  rmSync(at("go"));
  await ended;
  const [passwd, shadow] = ["passwd", "shadow"].map((name) => readFileSync(at(`etc/${name}`), "utf8"));
  assert.is(countedIn(shadow ?? ""), made);
  const lines = (name: string) => readFileSync(at(name), "utf8").trim().split("\n");
  for (const name of lines("added")) {
    assert.match(passwd ?? "", new RegExp(`^${name}:x:`, "m"), `${name} was added`);
    assert.match(shadow ?? "", new RegExp(`^${name}:`, "m"), `${name} was added`);
  }
  for (const line of lines("aged")) {
    const [name = "", days] = line.split(" ");
    assert.match(shadow ?? "", new RegExp(`^${name}:[^:]*:\\d+:[^:]*:${days}:`, "m"), `${name} was aged`);
  }
  assert.is(readFileSync(at("errors"), "utf8"), "", "nobody was turned away");
  assert.ok(lines("added").length > 3 && (said.get("done") ?? 0) > 2, JSON.stringify([...said]));
  assert.equal(
    readdirSync(at("etc")).filter((name) => /nw-|\.lock$/.test(name)),
    [".pwd.lock"],
  );
  console.log(`${lines("added").length} users added meanwhile; repairs: ${JSON.stringify([...said])}`);
});

function heldDirectory(): number {
  return openSync(at("etc"), constants.O_RDONLY | constants.O_DIRECTORY);
}

run("useradd waits for a lock of ours, and gets it when we have it no longer", async () => {
  const etc = heldDirectory();
  const lock = lockAccounts(etc, false);
  closeSync(etc);
  if (lock.state !== "ok") throw new Error(lock.state);
  const child = spawn("/usr/sbin/useradd", ["-R", root, "-M", "-N", "-g", "users", "late"]);
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.not.match(readFileSync(at("etc/passwd"), "utf8"), "late");
  lock.release();
  assert.is(await code, 0);
  assert.match(readFileSync(at("etc/passwd"), "utf8"), "late");
});

/** Locks as lckpwdf(3) does: F_SETLKW is 7. */
const holder = `open(my $file, ">", $ARGV[0]) or exit 1;
my $lock = pack("s s x4 q q l x4", 1, 0, 0, 0, 0);
fcntl($file, 7, $lock) or exit 1;
$| = 1; print "held\\n"; sleep 60;`;

run("a lock of somebody else is told, and one whose holder was killed is none", async () => {
  const child = spawn("/usr/bin/perl", ["-e", holder, at("etc/.pwd.lock")]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const etc = heldDirectory();
  try {
    assert.equal(lockAccounts(etc, false, 1), { state: "held", by: `perl (process ${child.pid})` });
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await closed;
    const lock = lockAccounts(etc, false, 1);
    assert.is(lock.state, "ok");
    if (lock.state === "ok") lock.release();
  } finally {
    child.kill("SIGKILL");
    closeSync(etc);
  }
});

run("a lock of ours is gone when we are killed", () => {
  const script = `import { openSync } from "node:fs";
import { lockAccounts } from ${JSON.stringify(join(import.meta.dirname, "../../src/host/account-lock.ts"))};
const lock = lockAccounts(openSync(${JSON.stringify(at("etc"))}, "r"), false, 1);
if (lock.state === "ok") process.kill(process.pid, "SIGKILL");`;
  const words = ["--import", "tsx", "--input-type=module", "-e", script];
  assert.throws(() => execFileSync(process.execPath, words, { stdio: "ignore" }));
  const etc = heldDirectory();
  const lock = lockAccounts(etc, false, 1);
  closeSync(etc);
  assert.is(lock.state, "ok");
  if (lock.state === "ok") lock.release();
  assert.equal(readFileSync(at("etc/.pwd.lock"), "utf8"), "");
});

run("an image in which the lock was never taken gets no file for it", () => {
  rmSync(at("etc/.pwd.lock"));
  const etc = heldDirectory();
  assert.is(lockAccounts(etc, false, 1).state, "ok");
  assert.not(existsSync(at("etc/.pwd.lock")));
  const lock = lockAccounts(etc, true, 1);
  closeSync(etc);
  assert.is(lock.state, "ok");
  if (lock.state === "ok") lock.release();
  assert.ok(existsSync(at("etc/.pwd.lock")));
});

test.run();
