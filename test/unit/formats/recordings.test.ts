import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isAuditSeccomp, parseAuditSeccomp } from "../../../src/formats/audit-seccomp.js";
import { isStrace, parseStrace } from "../../../src/formats/strace.js";
import type { Recording } from "../../../src/formats/syscall-recording.js";
import { parseSyscallTable } from "../../../src/formats/syscall-table.js";
import { isTracee, parseTracee } from "../../../src/formats/tracee-events.js";

const table = parseSyscallTable(readFileSync("profiles/data/syscalls.txt", "utf8"));

function seen({ calls }: Recording): readonly string[] {
  return calls
    .map(
      ({ call, count, architecture }) =>
        `${architecture === undefined ? "" : `${architecture}:`}${call} ${count}`,
    )
    .sort();
}

test("strace: pids, times, call numbers, interrupted calls, signals, calls without a name", () => {
  const recording = parseStrace(
    [
      '2424  execve("/usr/bin/sh", ["sh"], 0x7ffd /* 35 vars */) = 0',
      "[pid  2447]      0.000253 close(4 <unfinished ...>",
      "2425  <... close resumed>)               = 0",
      '17:14:32.065055 read(3, "x(y) = 1", 8) = 8',
      "1795281272.135105 brk(NULL)             = 0x55da710b9000",
      "[  12] brk(NULL)                        = 0x562692868000",
      "2424  --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---",
      "2424  +++ exited with 0 +++",
      "strace: Process 12 attached",
      " > /usr/lib/libc.so.6(_dl_catch_error+0x26f0) [0x1ab70]",
      "syscall_0x1cf(0x1, 0x7f) = -1 EINVAL (Invalid argument)",
      "syscall_0x270f(0x1) = -1 ENOSYS (Function not implemented)",
      "????( <unfinished ...>",
      'execve("/nonexistent", ["x"], 0x7ffd) = -1 ENOENT (No such file or directory)',
    ].join("\n"),
  );
  assert.equal(seen(recording), ["463 1", "9999 1", "brk 2", "close 1", "execve 2", "read 1"]);
  assert.equal(recording.programs, ["/usr/bin/sh"]);
  assert.match(recording.gaps.join(), /could not read some calls/);
});

test("strace: the first argument of calls that rules hang on", () => {
  const { calls } = parseStrace(
    "socket(AF_INET, SOCK_STREAM, 0) = 3\nsocket(AF_UNIX, 1, 0) = 4\nsocket(0x63 /* AF_??? */, 1, 0) = -1\npersonality(0xffffffff) = 0 (PER_LINUX)\nsocketpair(AF_STRANGE, 1, 0, [3, 4]) = 0\n",
  );
  const first = (name: string) => calls.find(({ call }) => call === name)?.arguments.flat();
  assert.equal(first("socket"), [2n, 1n, 99n]);
  assert.equal(first("personality"), [0xffffffffn]);
  assert.equal(first("socketpair"), []);
});

test("strace: a process in 32-bit mode calls by the numbers of x86", () => {
  const recording = parseStrace(
    '7 execve("/a", [], 0x1) = 0\n[ Process PID=7 runs in 32 bit mode. ]\n7 mmap2(NULL, 1, 3, 4, -1, 0) = 0x1\n8 brk(NULL) = 0x1\n[ Process PID=7 runs in 64 bit mode. ]\n7 brk(NULL) = 0x1\n',
  );
  assert.equal(seen(recording), ["brk 2", "execve 1", "x86:mmap2 1"]);
});

test("strace -c: counts, and what it never lists", () => {
  const text = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.000100           5        20           mmap
 40.00    0.000000           0         7         3 openat
------ ----------- ----------- --------- --------- ----------------
100.00    0.000100           3        27         3 total
`;
  const recording = parseStrace(text);
  assert.is(recording.recorder, "strace-summary");
  assert.equal(seen(recording), ["mmap 20", "openat 7"]);
  assert.match(recording.gaps.join(), /exit_group/);
  assert.ok(isStrace(text) && isStrace("brk(NULL) = 0x1\n") && !isStrace("hello\n"));
});

const audit = (over: Readonly<Record<string, string>> = {}) => {
  const fields = {
    arch: "c000003e",
    syscall: "257",
    comm: '"nginx"',
    exe: '"/usr/sbin/nginx"',
    code: "0x7ffc0000",
    ...over,
  };
  return `auid=4294967295 uid=0 gid=0 ses=4294967295 pid=12 ${Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ")} sig=0 compat=0 ip=0x7f`;
};

test("audit lines: of auditd, the kernel log, the journal and ausearch -i", () => {
  const text = [
    `type=SECCOMP msg=audit(1795281272.1:2): ${audit()}\x1dARCH=x86_64 SYSCALL=openat AUID="unset"`,
    `[  12.3] audit: type=1326 audit(1795281272.1:3): ${audit({ syscall: "41", a0: "2" })}`,
    `Nov 21 17:00:00 node kernel: audit: type=1326 audit(1.1:4): ${audit({ arch: "40000003", syscall: "5" })}`,
    `type=SECCOMP msg=audit(11/21/26 17:00:00.1:5) : ${audit({ arch: "x86_64", syscall: "read", code: "log" })}`,
    `type=SECCOMP msg=audit(1.1:6): ${audit({ arch: "c00000b7", syscall: "56" })}`,
    `type=SECCOMP msg=audit(1.1:7): ${audit({ syscall: String(0x40000000 + 1) })}`,
    `type=SYSCALL msg=audit(1.1:8): ${audit({ syscall: "0" })}`,
  ].join("\n");
  const recording = parseAuditSeccomp(text, table);
  assert.equal(seen(recording), [
    "aarch64:openat 1",
    "x32:write 1",
    "x86:open 1",
    "x86_64:openat 1",
    "x86_64:read 1",
    "x86_64:socket 1",
  ]);
  assert.equal(recording.calls.find(({ call }) => call === "socket")?.arguments, [[2n]]);
  assert.equal(recording.programs, ["/usr/sbin/nginx"]);
  assert.ok(isAuditSeccomp(text) && !isAuditSeccomp("type=SYSCALL"));
});

test("audit lines: names in hexadecimal, the runtime's own, one program alone, numbers that nobody knows", () => {
  const text = [
    `type=1326 ${audit({ comm: "72756E633A5B323A494E49545D" })}`,
    `type=1326 ${audit({ comm: '"runc:[2:INIT]"', syscall: "105" })}`,
    `type=1326 ${audit({ exe: "2F7372762F6D792061707020", syscall: "1" })}`,
    `type=1326 ${audit({ comm: '"redis"', exe: '"/usr/bin/redis"', syscall: "9999" })}`,
    `type=1326 arch=deadbeef syscall=1`,
  ].join("\n");
  const all = parseAuditSeccomp(text, table);
  assert.is(all.ofRuntime, 2);
  assert.equal(seen(all), ["x86_64:9999 1", "x86_64:write 1"]);
  assert.ok(all.programs.includes("/srv/my app "));
  assert.match(all.gaps.join(), /without an architecture/);
  assert.equal(seen(parseAuditSeccomp(text, table, "redis")), ["x86_64:9999 1"]);
});

test("audit lines: what says that lines were lost", () => {
  for (const line of [
    "kernel: audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64",
    "kernel: audit: backlog limit exceeded",
    "kernel: audit_printk_skb: 12 callbacks suppressed",
    "systemd-journald: Suppressed 120 messages from kernel",
  ])
    assert.is(parseAuditSeccomp(`${line}\ntype=1326 ${audit()}`, table).gaps.length, 1, line);
  assert.equal(parseAuditSeccomp("kernel: audit: audit_lost=0 audit_rate_limit=0", table).gaps, []);
});

test("Tracee: events one a line or in a list, and the call during another event", () => {
  const events = [
    { eventName: "openat", processName: "nginx", args: [{ name: "dirfd", value: -100 }] },
    { eventName: "socket", processName: "nginx", args: [{ name: "domain", value: 2 }] },
    { eventName: "security_file_open", syscall: "openat", processName: "nginx" },
    { eventName: "write", processName: "runc:[2:INIT]" },
    { eventName: "read", processName: "sh" },
  ];
  const text = events.map((event) => JSON.stringify(event)).join("\n");
  const recording = parseTracee(`\n${text}\nnot json\n{"eventName": 1}\n`, table);
  assert.equal(seen(recording), ["openat 2", "read 1", "socket 1"]);
  assert.is(recording.ofRuntime, 1);
  assert.equal(seen(parseTracee(JSON.stringify(events), table, "nginx")), ["openat 2", "socket 1"]);
  assert.ok(isTracee(text));
  // From its version 1 on: another name for the name, the arguments and the program.
  const newer = (name: string, thread: string) =>
    JSON.stringify({
      id: 41,
      name,
      workload: { process: { thread: { name: thread } } },
      data: [{ name: "domain", value: 10 }],
    });
  const later = `${newer("socket", "nginx")}\n${newer("read", "sh")}\n${newer("write", "runc:[2:INIT]")}\n`;
  assert.ok(isTracee(later));
  const own = parseTracee(later, table, "nginx");
  assert.equal(seen(own), ["socket 1"]);
  assert.equal(own.calls[0]?.arguments, [[10n]]);
});

test("audit lines: of the journal as JSON, and those that it took from the audit itself", () => {
  const message = (text: string) => JSON.stringify({ _TRANSPORT: "kernel", MESSAGE: text });
  const lines = [
    message(`audit: type=1326 ${audit()}`),
    `data: ${message(`audit: type=1326 ${audit()}`)}`,
    JSON.stringify({ _AUDIT_ID: "9", MESSAGE: `SECCOMP ${audit().replace(/^audit\([^)]*\): /, "")}` }),
    `Nov 21 10:00:00 node audit[100]: SECCOMP ${audit().replace(/^audit\([^)]*\): /, "")}`,
  ];
  for (const line of lines) {
    assert.ok(isAuditSeccomp(line), line);
    assert.is(parseAuditSeccomp(line, table).calls.length, 1, line);
  }
});

test("anything is read without throwing, in bounded time", () => {
  const long = "a".repeat(2_000_000);
  const hostile = [
    long,
    `${long}(`,
    `type=1326 arch=${long}`,
    `type=1326 comm="${long}`,
    "(".repeat(100_000),
    "9 ".repeat(500_000),
    "\0\ufffd\r\n",
  ];
  for (const text of hostile) {
    parseStrace(text);
    parseAuditSeccomp(text, table);
    parseTracee(text, table);
    isStrace(text);
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseStrace(text);
      parseAuditSeccomp(`type=1326 ${text}`, table);
      parseTracee(text, table);
    }),
    { numRuns: 200 },
  );
});

test.run();
