import { test } from "uvu";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import {
  allows,
  group,
  loginNode,
  session,
  shadowText,
  stops,
  sudoAll,
} from "../../../support/guard-node.js";

const sudoers = (text: string, checks: readonly string[] = ["sudo.nopasswd"], more = "lockout") =>
  group("sudo", checks, { files: { "/etc/sudoers": text }, risk: more === "none" ? "none" : "lockout" });
const free = `${sudoAll}alice ALL=(ALL) NOPASSWD: ALL\nbob ALL=(root) NOPASSWD: /usr/bin/id\n`;
const asks = free.replaceAll("NOPASSWD: ", "");
const withRules = (text: string, shadow = shadowText): MemoryFiles => ({
  ...loginNode,
  "/etc/sudoers": { text, mode: 0o440 },
  "/etc/shadow": { text: shadow, mode: 0o640 },
});

test("NOPASSWD goes where the accounts have passwords that work", async () => {
  await allows(withRules(free), sudoers(asks));
});

test("NOPASSWD stays where an account has no password that works", async () => {
  const locked = shadowText.replace("bob:", "bob:!");
  await stops(
    withRules(free, locked),
    /^defer sudo.nopasswd: sudo would ask for a password of bob \(\/usr\/bin\/id\).*First: `passwd bob`/,
    sudoers(asks),
  );
  const none = shadowText.replace(/alice:[^:]*:/, "alice:*:");
  await stops(withRules(free, none), /alice \(ALL\)/, sudoers(asks));
});

test("authenticate comes back only where there are passwords", async () => {
  const before = `Defaults !authenticate\n${sudoAll}`;
  const check = ["sudo.no-authenticate"];
  await allows(withRules(before), sudoers(sudoAll, check));
  await stops(
    withRules(before, shadowText.replace("alice:", "alice:!")),
    /^defer sudo.no-authenticate/,
    sudoers(sudoAll, check),
  );
});

test("terminals, logs, paths and time limits take nothing away", async () => {
  const lines =
    "Defaults use_pty\nDefaults requiretty\nDefaults logfile=/var/log/sudo.log\nDefaults timestamp_timeout=5\nDefaults secure_path=/usr/sbin:/usr/bin\n";
  await allows(
    { ...withRules(free), ...session("alice", 1000) },
    sudoers(`${lines}${free}`, ["sudo.use-pty", "sudo.logfile"], "none"),
  );
});

test("rules that sudo refuses are refused", async () => {
  await stops(
    withRules(free),
    /^refuse sudo.x: sudo would not take its rules: .*sudoers:5/,
    sudoers(`${free}alice ALL=(ALL\n`, ["sudo.x"]),
  );
});

test("who becomes root through a group still does", async () => {
  const gone = group("accounts", ["accounts.x"], {
    files: { "/etc/group": "root:x:0:\nsudo:x:27:\nalice:x:1000:\n" },
  });
  await stops(loginNode, /accounts.x: .*alice, today by sudo with its own password/, gone);
});

test("root's password goes only where sudo stands in for it", async () => {
  const rooted = shadowText.replace("root:*:", "root:$y$j9T$s$h:");
  const lock = group("accounts", ["accounts.root-locked"], {
    files: { "/etc/shadow": rooted.replace("root:", "root:!") },
  });
  await allows(withRules(sudoAll, rooted), lock);
  await stops(
    withRules("root ALL=(ALL) ALL\n", rooted),
    /^refuse accounts.root-locked: root's password is the last way to root/,
    lock,
  );
});

test("locking an account takes away its sudo, and is not done unasked", async () => {
  const lock = group("accounts", ["accounts.empty-password"], {
    files: { "/etc/shadow": shadowText.replace("alice:", "alice:!") },
  });
  await stops(loginNode, /^defer accounts.empty-password: .*alice/, lock);
  const other = group("accounts", ["accounts.empty-password"], {
    files: { "/etc/shadow": shadowText.replace("bob:", "bob:!") },
  });
  await allows(loginNode, other);
});

test("what cannot be read is not taken for a way to root", async () => {
  await stops(
    { ...withRules(free), "/etc/passwd": { error: "denied" } },
    /^defer .*cannot be told/,
    sudoers(asks),
  );
});

test.run();
