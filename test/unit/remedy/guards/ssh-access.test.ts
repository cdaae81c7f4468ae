import { test } from "uvu";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import {
  aliceKey,
  allows,
  base,
  group,
  keyless,
  keys,
  loginNode,
  noRoot,
  onlyWith,
  session,
  shadowText,
  stops,
  sudoAll,
  without,
} from "../../../support/guard-node.js";
import { keyText } from "../../../support/ssh-key-text.js";
import { main } from "../../../support/sshd-node.js";

test("passwords may go where a key opens a way to root", async () => {
  await allows(loginNode);
  await allows({ ...loginNode, ...session("alice", 1000) });
});

test("passwords stay where no account has a key", async () => {
  await stops(keyless, /^refuse sshd.password-authentication: nobody would get in.*today alice can.*no key/);
});

test("passwords stay where the only key opens no way to root", async () => {
  const files = { ...without("/root/.ssh", "/home/alice/.ssh"), ...keys("bob", 1001, aliceKey) };
  await stops(files, /^refuse .*bob \(gets in, and has no way to root\)/);
});

test("a key of root counts only where root may log in", async () => {
  const rootOnly = without("/home/alice/.ssh");
  await allows(rootOnly);
  const shut = onlyWith("PasswordAuthentication no\nPermitRootLogin no", "sshd.password-authentication");
  await stops(rootOnly, /PermitRootLogin is no/, shut);
});

test("a key that sshd would not take is none", async () => {
  const one = (text: string, more = {}) => ({ ...keyless, ...keys("alice", 1000, text, more) });
  await stops(one("ssh-ed25519 AAAA broken"), /no key in its authorized_keys/);
  await stops(one(keyText("ssh-dss", 1024)), /ssh-dss is not among PubkeyAcceptedAlgorithms/);
  await stops(one(keyText("ssh-rsa", 768)), /768 bits, RequiredRSASize asks for 1024/);
  await stops(one(`command="/bin/true" ${aliceKey}`), /it only runs a command/);
  await stops(one(`expiry-time="20250101" ${aliceKey}`), /its time is over/);
  await stops(one(`from="10.0.0.0/8" ${aliceKey}`), /taken from 10.0.0.0\/8 alone/);
  await stops(one(`cert-authority ${aliceKey}`), /signs keys that cannot be seen/);
  await stops(one(aliceKey, { mode: 0o666 }), /authorized_keys can be written by others \(StrictModes\)/);
  await stops(one(aliceKey, { uid: 1001 }), /cannot be read by alice|belongs to user 1001/);
  await allows(one(`from="192.0.2.0/24" ${aliceKey}`, {}), group("sshd", ["sshd.x"], { files: {} }));
  await allows({ ...one(`from="192.0.2.0/24" ${aliceKey}`), ...session("alice", 1000) });
  await allows(one(keyText("ssh-rsa", 3072)));
});

test("a home that others may write shuts its keys out", async () => {
  const files: MemoryFiles = {
    ...without("/root/.ssh"),
    "/home/alice": { kind: "directory", mode: 0o777, uid: 1000 },
  };
  await stops(files, /home\/alice can be written by others/);
  await allows(
    { ...files, [main]: `${base}StrictModes no\n` },
    onlyWith("StrictModes no\nPasswordAuthentication no"),
  );
});

test("an account that sshd would not let in does not count", async () => {
  const files = without("/root/.ssh");
  const shadow = (line: string): MemoryFiles => ({ "/etc/shadow": `root:*:1:::::\nalice:${line}\n` });
  await stops({ ...files, ...shadow("$y$j9T$s$h:20000:0:99999:7::20001:") }, /^refuse .*expired/);
  await stops({ ...files, ...shadow("$y$j9T$s$h:0:0:99999:7:::") }, /must be changed at the next login/);
  await stops({ ...files, ...shadow("$y$j9T$s$h:15000:0:90:7:30::") }, /ran out, and with it the account/);
  await stops({ ...files, "/etc/nologin": "" }, /nologin is there/);
  await stops({ ...files, "/bin/bash": { text: "", mode: 0o644 } }, /is no program/);
  const list = (line: string) =>
    onlyWith(`PasswordAuthentication no\n${line}`, "sshd.password-authentication");
  await stops(files, /AllowUsers does not name it/, list("AllowUsers bob"));
  await stops(files, /AllowGroups names no group of it/, list("AllowGroups ops"));
  await stops(files, /DenyUsers names it/, list("DenyUsers a*"));
  await stops(files, /DenyGroups names a group of it/, list("DenyGroups sudo"));
  await allows(files, list("AllowGroups sudo"));
});

test("the way to root must go on: a sudo with a password needs one", async () => {
  const files: MemoryFiles = {
    ...without("/root/.ssh"),
    "/etc/shadow": "root:*:1:::::\nalice:!:20000:0:99999:7:::\n",
  };
  await stops(files, /alice \(gets in, and has no way to root\)/);
  const free = { ...files, "/etc/sudoers": `${sudoAll}alice ALL=(ALL) NOPASSWD: ALL\n` };
  await allows(free);
});

test("root's login goes only where another account has a way to root", async () => {
  await allows(loginNode, noRoot);
  await allows({ ...loginNode, ...session("root", 0) }, noRoot);
  await stops(
    without("/home/alice"),
    /^refuse sshd.permit-root-login: (?:nobody|root could log in no more)/,
    {
      ...noRoot,
      files: group("sshd", [], {
        files: { [main]: `${base}PasswordAuthentication no\nPermitRootLogin no\n` },
      }).files,
    },
  );
  await stops(
    { ...loginNode, "/etc/sudoers": "root ALL=(ALL) ALL\n" },
    /^refuse sshd.permit-root-login/,
    noRoot,
  );
});

test("keys are not switched off, nor kinds of them that are in use", async () => {
  await stops(
    loginNode,
    /PubkeyAuthentication is no/,
    onlyWith("PubkeyAuthentication no\nPasswordAuthentication no"),
  );
  const rsa = { ...without("/root/.ssh"), ...keys("alice", 1000, keyText("ssh-rsa", 3072)) };
  await stops(
    rsa,
    /ssh-rsa is not among/,
    onlyWith("PasswordAuthentication no\nPubkeyAcceptedAlgorithms ssh-ed25519"),
  );
  await stops(
    loginNode,
    /refuse/,
    onlyWith("PasswordAuthentication no\nAuthenticationMethods publickey,password"),
  );
});

test("a configuration with which sshd does not start is refused", async () => {
  await stops(loginNode, /^refuse sshd.x: sshd would not start: .*sshd_config:3/, onlyWith("Sbsystem x"));
});

test("what cannot be read is not taken for a way in", async () => {
  const files: MemoryFiles = { ...loginNode, "/etc/sudoers": { error: "denied" } };
  await stops(files, /^defer .*cannot be told who would still get in/);
  await allows(
    files,
    group("sshd", ["sshd.banner"], { files: { [main]: `${base}Banner /etc/issue\n` }, risk: "reload" }),
  );
});

test("what takes nothing away is allowed, even where nobody gets in", async () => {
  const nobody = without("/home", "/root/.ssh", "/etc/shadow");
  await allows(
    { ...nobody, "/etc/shadow": "root:*:1:::::\nalice:*:1:::::\n" },
    onlyWith("Ciphers aes256-ctr", "sshd.ciphers"),
  );
});

test("locking, shells and modes count as what sshd makes of them", async () => {
  const lock = (name: string) => {
    return { "/etc/shadow": shadowText.replace(`${name}:`, `${name}:!`) };
  };
  await stops(
    without("/root/.ssh"),
    /^refuse accounts.empty-password: nobody would get in/,
    group("accounts", ["accounts.empty-password"], { files: lock("alice") }),
  );
  await allows(loginNode, group("accounts", ["accounts.root-locked"], { files: lock("root") }));
  const shell = String(loginNode["/etc/passwd"]).replace(
    "/home/alice:/bin/bash",
    "/home/alice:/usr/sbin/nologin",
  );
  const away = group("accounts", ["accounts.system-shells"], { files: { "/etc/passwd": shell } });
  await stops(without("/root/.ssh"), /^refuse accounts.system-shells/, away);
  const tight = group("file-modes", ["accounts.home-permissions"], {
    files: { "/home/alice": { state: "attributes", mode: 0o750, owner: "alice:alice" } },
  });
  await allows(loginNode, tight);
  const foreign = group("file-modes", ["accounts.home-permissions"], {
    files: { "/home/alice": { state: "attributes", mode: 0o755, owner: "bob:bob" } },
  });
  await stops(
    {
      ...without("/root/.ssh"),
      "/etc/shadow": "alice:!:1:::::\nroot:*:1:::::\n",
      "/etc/sudoers": "alice ALL=(ALL) NOPASSWD: ALL\n",
    },
    /^refuse accounts.home-permissions.*belongs to user 1001/,
    foreign,
  );
});

test.run();
