// A live node for tests of guards: sshd, sudo, people with keys and passwords, and who runs the program; and groups of
// changes to it.

import * as assert from "uvu/assert";
import type { Risk } from "../../src/core/outcome.js";
import type { FileChange, Group, GroupName, Left, LiveChange, Wanted } from "../../src/core/plan.js";
import { type MemoryFiles, type MemoryNode, type MemoryOptions, memoryHost } from "../../src/host/memory.js";
import { guardGroup } from "../../src/remedy/guards/index.js";
import { keyText } from "./ssh-key-text.js";
import { main } from "./sshd-node.js";
import { dpkg } from "./sudo-node.js";

export const aliceKey = keyText("ssh-ed25519");
const day = Math.floor(Date.UTC(2026, 0, 1) / 86_400_000);

export function keys(user: string, uid: number, text: string, more: MemoryNode = {}): MemoryFiles {
  const home = user === "root" ? "/root" : `/home/${user}`;
  return {
    [home]: { kind: "directory", mode: 0o700, uid, gid: uid },
    [`${home}/.ssh`]: { kind: "directory", mode: 0o700, uid, gid: uid },
    [`${home}/.ssh/authorized_keys`]: { text: `${text}\n`, mode: 0o600, uid, gid: uid, ...more },
  };
}

/** The session of who runs the program: `nodeward` (300), sudo (200), a shell (150), sshd (100). */
export function session(
  user: string,
  uid: number,
  {
    method = "publickey",
    peer = "192.0.2.7",
    logged = true,
  }: { method?: string; peer?: string; logged?: boolean } = {},
): MemoryFiles {
  const status = (ppid: number, id: number) =>
    `Name:\tx\nPPid:\t${ppid}\nUid:\t${id}\t${id}\t${id}\t${id}\nGid:\t0\t0\t0\t0\n`;
  return {
    "/proc/self/loginuid": String(uid),
    "/proc/self/status": status(200, 0),
    "/proc/self/environ": "PATH=/usr/bin\0",
    "/proc/self/cmdline": "nodeward\0audit\0",
    "/proc/200/status": status(150, 0),
    "/proc/200/environ": "PATH=/usr/bin\0",
    "/proc/200/cmdline": "sudo\0nodeward\0",
    "/proc/150/status": status(100, uid),
    "/proc/150/environ": `USER=${user}\0SSH_CONNECTION=${peer} 40022 192.0.2.1 22\0`,
    "/proc/150/cmdline": "-bash\0",
    "/proc/100/status": status(90, uid),
    "/proc/100/environ": "",
    "/proc/100/cmdline": `sshd: ${user}@pts/0\0`,
    "/proc/90/status": status(1, 0),
    "/proc/90/cmdline": `sshd: ${user} [priv]\0`,
    ...(logged
      ? {
          "/var/log/auth.log": `Jan  1 00:00:00 n sshd[90]: Accepted ${method} for ${user} from ${peer} port 40022 ssh2\n`,
        }
      : {}),
  };
}

export const sudoAll = "root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n";

/** Everybody but root has a password. */
export const shadowText = `root:*:${day}:0:99999:7:::\nalice:$y$j9T$s$h:${day}:0:99999:7:::\nbob:$y$j9T$s$h:${day}:0:99999:7:::\n`;

/** alice has a key, a password and sudo; root a key. Nobody is logged in. */
export const loginNode: MemoryFiles = {
  "/etc/hostname": "node1\n",
  "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
  "/var/lib/dpkg/status": dpkg(
    ["base-files", "12.4"],
    ["sudo", "1.9.13p3-1+deb12u4"],
    ["openssh-server", "1:9.2p1-2+deb12u10"],
  ),
  "/usr/sbin/sshd": { text: "", mode: 0o755 },
  "/usr/bin/sudo": { text: "", mode: 0o4755 },
  "/bin/bash": { text: "", mode: 0o755 },
  "/bin/sh": { text: "", mode: 0o755 },
  "/etc/passwd": [
    "root:x:0:0:root:/root:/bin/bash",
    "daemon:x:1:1::/usr/sbin:/usr/sbin/nologin",
    "alice:x:1000:1000::/home/alice:/bin/bash",
    "bob:x:1001:1001::/home/bob:/bin/bash",
    "",
  ].join("\n"),
  "/etc/group": "root:x:0:\nsudo:x:27:alice\nalice:x:1000:\nbob:x:1001:\n",
  "/etc/shadow": {
    text: shadowText,
    mode: 0o640,
    gid: 42,
  },
  "/etc/sudoers": { text: sudoAll, mode: 0o440 },
  [main]: { text: "UsePAM yes\nKbdInteractiveAuthentication no\n", mode: 0o600 },
  "/etc/pam.d/sshd": "auth required pam_unix.so\naccount required pam_unix.so\n",
  "/proc/1/status": "Name:\tsystemd\nPPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n",
  "/proc/1/cmdline": "/sbin/init\0",
  ...keys("alice", 1000, aliceKey),
  ...keys("root", 0, aliceKey),
};

export interface Changes {
  readonly files?: Readonly<Record<string, string | Wanted | undefined>>;
  readonly live?: readonly (readonly [LiveChange["action"], ...string[]])[];
  readonly risk?: Risk;
}

/** A group of changes: a text in place of a file, undefined for a file that goes. */
export function group(name: GroupName, checks: readonly string[], changes: Changes): Group {
  const { files = {}, live = [], risk = "lockout" } = changes;
  return {
    name,
    risk,
    checks,
    files: Object.entries(files).map(
      ([path, wanted]): FileChange => ({
        path,
        before: { state: "absent" },
        wanted:
          wanted === undefined
            ? { state: "absent" }
            : typeof wanted === "string"
              ? { state: "file", content: wanted, encoding: "utf8" }
              : wanted,
        checks,
        diff: "",
      }),
    ),
    live: live.map(([action, ...args]) => ({ action, args, checks })),
  };
}

export async function asked(
  files: MemoryFiles,
  one: Group,
  earlier: readonly Group[] = [],
  options: MemoryOptions = {},
): Promise<readonly Left[]> {
  return guardGroup(memoryHost(files, { live: true, ...options }), one, earlier);
}

/** `defer sshd.x: because`, one line an answer; empty where everything is allowed. */
export async function answers(
  files: MemoryFiles,
  one: Group,
  earlier: readonly Group[] = [],
  options: MemoryOptions = {},
): Promise<string> {
  const all = await asked(files, one, earlier, options);
  return all
    .map(({ check, answer, because, first }) => `${answer} ${check}: ${because}. First: ${first}`)
    .join("\n");
}

export const base = "UsePAM yes\nKbdInteractiveAuthentication no\n";
export const noPasswords = group("sshd", ["sshd.password-authentication"], {
  files: { [main]: `${base}PasswordAuthentication no\n` },
});
export const noRoot = group("sshd", ["sshd.permit-root-login"], {
  files: { [main]: `${base}PermitRootLogin no\n` },
});
export const onlyWith = (line: string, check = "sshd.x") =>
  group("sshd", [check], { files: { [main]: `${base}${line}\n` } });

export const without = (...paths: string[]): MemoryFiles =>
  Object.fromEntries(
    Object.entries(loginNode).filter(([path]) => !paths.some((one) => path.startsWith(one))),
  );
export const keyless = without("/home/alice/.ssh", "/root/.ssh");

export interface Around extends MemoryOptions {
  /** Groups that come before. */
  readonly earlier?: readonly Group[];
}

export async function allows(
  files: MemoryFiles,
  what = noPasswords,
  { earlier, ...options }: Around = {},
): Promise<void> {
  assert.is(await answers(files, what, earlier, options), "");
}
export async function stops(
  files: MemoryFiles,
  says: RegExp,
  what = noPasswords,
  { earlier, ...options }: Around = {},
): Promise<void> {
  assert.match(await answers(files, what, earlier, options), says);
}
