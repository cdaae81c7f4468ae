// The logs that tell who did something: dpkg's, login records, sudo's lines, the kernel's audit log.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseAuditPaths } from "../../../src/formats/audit-paths.js";
import { parseDpkgLog } from "../../../src/formats/dpkg-log.js";
import { parseSudoLog } from "../../../src/formats/sudo-log.js";
import { parseWtmp } from "../../../src/formats/wtmp.js";

test("dpkg.log: what was done, with versions; other lines are passed over", () => {
  const deeds = parseDpkgLog(
    [
      "2026-11-21 10:00:00 startup archives unpack",
      "2026-11-21 10:00:01 upgrade openssh-server:amd64 1:9.2p1-2+deb12u3 1:9.2p1-2+deb12u5",
      "2026-11-21 10:00:02 status half-configured openssh-server:amd64 1:9.2p1-2+deb12u3",
      "2026-11-21 10:00:03 install tree:amd64 <none> 2.1.0-1",
      "2026-11-21 10:00:04 remove tree:amd64 2.1.0-1 <none>",
      "2026-11-21 10:00:05 configure tree:amd64 2.1.0-1 <none>",
      "rubbish \u0000",
      "2026-11-21 10:00:06 up",
    ].join("\n"),
  );
  assert.equal(
    deeds.map(({ action, package: name, before, after }) => `${action} ${name} ${before}>${after}`),
    [
      "upgrade openssh-server:amd64 1:9.2p1-2+deb12u3>1:9.2p1-2+deb12u5",
      "work openssh-server:amd64 >1:9.2p1-2+deb12u3",
      "install tree:amd64 >2.1.0-1",
      "remove tree:amd64 2.1.0-1>",
      "work tree:amd64 >2.1.0-1",
    ],
  );
  assert.is(deeds[0]?.atMs, new Date(2026, 10, 21, 10, 0, 1).getTime());
});

function record(
  size: 384 | 400,
  type: number,
  line: string,
  user: string,
  seconds: number,
  host = "",
): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeInt16LE(type, 0);
  bytes.write(line, 8, 32);
  bytes.write(user, 44, 32);
  bytes.write(host, 76, 256);
  if (size === 384) bytes.writeUInt32LE(seconds, 340);
  else bytes.writeBigInt64LE(BigInt(seconds), 344);
  return bytes;
}

test("wtmp: sessions with both widths of time; a boot ends what was open", () => {
  for (const size of [384, 400] as const) {
    const at = 1_790_000_000;
    const sessions = parseWtmp(
      Buffer.concat([
        record(size, 7, "pts/0", "alice", at, "10.0.0.1"),
        record(size, 7, "pts/1", "bob", at + 10),
        record(size, 8, "pts/0", "", at + 60),
        record(size, 2, "~", "reboot", at + 100),
        record(size, 7, "tty1", "carol", at + 200),
      ]),
    );
    assert.equal(
      sessions?.map(({ user, host, fromMs, untilMs }) => [
        user,
        host,
        fromMs / 1000 - at,
        untilMs && untilMs / 1000 - at,
      ]),
      [
        ["alice", "10.0.0.1", 0, 60],
        ["bob", "", 10, 100],
        ["carol", "", 200, undefined],
      ],
    );
  }
});

test("wtmp: something else is no list of sessions", () => {
  assert.equal(parseWtmp(Buffer.alloc(0)), []);
  assert.is(parseWtmp(Buffer.from("x".repeat(383))), undefined);
  assert.is(parseWtmp(Buffer.alloc(384)), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) => {
      parseWtmp(Buffer.from(bytes));
    }),
  );
});

test("sudo's lines in both forms of time; what was refused was not run", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const found = parseSudoLog(
    [
      "2026-11-21T10:00:00.123456+00:00 n1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/vim /etc/ssh/sshd_config",
      "Nov 21 09:00:00 n1 sudo[12]:  bob : PWD=/ ; USER=root ; ENV=X=1 ; COMMAND=/bin/true",
      "Dec 24 09:00:00 n1 sudo:  bob : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/false",
      "Nov 21 09:00:00 n1 sudo:  eve : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
      "Nov 21 09:00:00 n1 sudo:  eve : command not allowed ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
      "Nov 21 09:00:00 n1 sshd[1]: Accepted publickey for alice",
    ].join("\n"),
    now,
  );
  assert.equal(
    found.map(({ user, runAs, command }) => `${user} ${runAs} ${command}`),
    ["alice root /usr/bin/vim /etc/ssh/sshd_config", "bob root /bin/true", "bob root /bin/false"],
  );
  assert.is(found[0]?.atMs, Date.UTC(2026, 10, 21, 10, 0, 0, 123));
  assert.is(new Date(found[2]?.atMs ?? 0).getFullYear(), 2025, "a day that has not come yet was last year's");
});

test("audit.log: who changed which path; relative and hexadecimal names, failures left out", () => {
  const event = (serial: number, ...records: readonly string[]) =>
    records.map((text) => text.replace("@", `msg=audit(1795255200.123:${serial}):`));
  const found = parseAuditPaths(
    [
      ...event(
        1,
        'type=SYSCALL @ arch=c000003e syscall=257 success=yes exit=3 ppid=1 pid=2 auid=1000 uid=0 gid=0 comm="vim" exe="/usr/bin/vim" key="x"',
        'type=CWD @ cwd="/etc/ssh"',
        'type=PATH @ item=0 name="./" inode=1 nametype=PARENT',
        'type=PATH @ item=1 name="../ssh/sshd_config" inode=2 nametype=NORMAL',
        "type=PATH @ item=2 name=2F6574632F6120 nametype=CREATE",
      ),
      ...event(
        2,
        'type=SYSCALL @ success=no auid=1000 uid=1000 exe="/bin/cat"',
        'type=PATH @ name="/etc/shadow" nametype=NORMAL',
      ),
      ...event(
        3,
        'type=SYSCALL @ success=yes auid=4294967295 uid=0 exe="/usr/sbin/cron"',
        'type=PATH @ name="/a" nametype=NORMAL',
      ),
    ].join("\n"),
  );
  assert.equal(
    found.map(({ path, loginUid, uid, exe }) => `${path}|${loginUid}|${uid}|${exe}`),
    [
      "/etc/ssh/sshd_config|1000|0|/usr/bin/vim",
      "/etc/a |1000|0|/usr/bin/vim",
      "/a|undefined|0|/usr/sbin/cron",
    ],
  );
  assert.is(found[0]?.atMs, 1_795_255_200_123);
});

test("no text makes any of them throw or take long", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "type=SYSCALL msg=audit(1.123:1): ",
      "name=",
      "COMMAND=",
      " USER=root ; ",
      "2026-11-21 10:00:00 upgrade a:b c d",
      "sudo: ",
      "\n",
      " : ",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      parseDpkgLog(text);
      parseSudoLog(text, 0);
      parseAuditPaths(text);
    }),
    { numRuns: 300, seed: 3 },
  );
  const long = `Nov 21 09:00:00 n1 sudo: a : ${"USER=root ; ".repeat(1000)}`;
  const started = performance.now();
  parseSudoLog(`${long}\n`.repeat(200), 0);
  parseAuditPaths(`type=SYSCALL msg=audit(1.123:1): ${"a=b ".repeat(3000)}\n`.repeat(100));
  assert.ok(performance.now() - started < 30_000);
});

test.run();
