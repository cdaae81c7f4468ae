// Set-id programs and file capabilities: what distributions install, what nobody did, what getcap cannot say.
import { test } from "uvu";
import capabilities from "../../../../src/checks/files/capabilities.js";
import setuid from "../../../../src/checks/files/setuid.js";
import type { MemoryOptions } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { walked as base, hidden, noTable, rootMount, table } from "../../../support/walked.js";

const passwd = { "/usr/bin/passwd": { text: "", mode: 0o4755 } };
testCheck(setuid, {
  passes: [
    {
      name: "a program of a package",
      files: { ...base, ...passwd, "/usr/bin/chage": { text: "", mode: 0o2755, gid: 42 } },
    },
    {
      name: "an expected one",
      files: { ...base, "/opt/x/tool": { text: "", mode: 0o4711 } },
      params: { expected: ["/opt/x/tool"] },
    },
    {
      name: "foreign file systems that give no rights, and those of containers",
      files: {
        ...base,
        [table]: `${rootMount}29 27 0:9 / /nfs rw,nosuid - nfs4 h:/ rw\n30 27 0:10 / /var/lib/kubelet/pods/x rw - nfs4 h:/ rw\n31 27 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro\n`,
      },
    },
  ],
  fails: [
    {
      name: "a program of nobody's",
      files: { ...base, "/usr/local/bin/x": { text: "", mode: 0o6755 } },
      at: ["/usr/local/bin/x"],
      says: /is set-user-id and set-group-id \(6755 0:0\), which no package/,
    },
    {
      name: "the name of a known program that no package brought",
      files: { ...base, "/usr/bin/at": { text: "", mode: 0o4755 } },
      says: /came with no package, although/,
    },
    {
      name: "another user's or group's rights than the package gives",
      files: {
        ...base,
        "/usr/bin/passwd": { text: "", mode: 0o4755, uid: 1000 },
        "/usr/bin/chage": { text: "", mode: 0o2755 },
      },
      says: /chage is set-group-id \(2755 0:0\), which is not how.*passwd is set-user-id \(4755 1000:0\), which is not how/,
    },
    {
      name: "expected, and writable by all",
      files: { ...base, "/opt/x": { text: "", mode: 0o4777 } },
      params: { expected: ["/opt/x"] },
      says: /can be written by others/,
    },
    {
      name: "a network file system whose set-id bits count",
      files: { ...base, [table]: `${rootMount}29 27 0:9 / /nfs rw - nfs4 h:/ rw\n` },
      at: [`${table}:2`],
      says: /set-id bits count on \/nfs \(nfs4\)/,
    },
  ],
  errors: [
    hidden,
    noTable,
    {
      name: "the package database cannot be read",
      files: { ...base, ...passwd, "/var/lib/dpkg/info/passwd.list": { text: "", error: "denied" } },
      says: /whether they came with packages: permission denied/,
    },
  ],
  missing: "pass",
});

const live = (stdout: string): MemoryOptions => ({
  live: true,
  runs: { "file-capabilities": { state: "ok", code: 0, stdout, stderr: "" } },
});
const program = (path: string) => ({
  ...base,
  "/proc/self/mountinfo": String(base[table]),
  [path]: { text: "", mode: 0o755 },
});
testCheck(capabilities, {
  passes: [
    { name: "none", files: program("/usr/bin/x"), host: live("") },
    { name: "ping", files: program("/usr/bin/ping"), host: live("/usr/bin/ping cap_net_raw=ep\n") },
    {
      name: "ping, as older tools print it",
      files: program("/bin/ping"),
      host: live("/bin/ping = cap_net_raw+ep\n"),
    },
  ],
  fails: [
    {
      name: "everything",
      files: program("/opt/x"),
      host: live("/opt/x =ep\n"),
      at: ["/opt/x"],
      says: "whoever runs /opt/x gets all",
    },
    {
      name: "more than expected",
      files: program("/usr/bin/ping"),
      host: live("/usr/bin/ping cap_net_raw,cap_setuid=ep\n"),
      says: "gets cap_setuid",
    },
  ],
  errors: [
    {
      name: "getcap is not installed",
      files: program("/usr/bin/x"),
      host: { live: true },
      says: /only be read by getcap/,
    },
    {
      name: "getcap takes too long",
      files: program("/usr/bin/x"),
      host: {
        live: true,
        runs: { "file-capabilities": { state: "failed", reason: "getcap did not finish" } },
      },
    },
    {
      name: "a name that getcap's output cannot carry",
      files: program("/opt/x\n/usr/bin/ping cap_sys_admin=ep"),
      host: live(""),
      says: /1 executable files could not be asked/,
    },
  ],
  notApplicable: [
    {
      name: "under another root no program is started",
      files: program("/usr/bin/x"),
      host: {},
      says: /getcap/,
    },
  ],
});

test.run();
