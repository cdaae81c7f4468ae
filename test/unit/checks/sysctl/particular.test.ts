// Which line counts at the next boot, in all the ways in which it is not the one that it seems to be.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checksById } from "../../../../src/checks/index.js";
import { statusOf, testCheck, verdictOf } from "../../../support/check.js";

const systemd = { "/lib/systemd/systemd-sysctl": "", "/proc/sys/kernel/x": "", "/proc/sys/net/ipv4/x": "" };
const key = "net.ipv4.conf.all.send_redirects";
const check = checksById.get(`sysctl.${key}`);
if (check === undefined) throw new Error(key);
const proc = `/proc/sys/${key.replaceAll(".", "/")}`;
const now = { ...systemd, [proc]: "0\n" };
const own = `/etc/sysctl.d/99-zz-nodeward-${key}.conf`;
const written = `# Written by nodeward (sysctl.${key}).\n${key} = 0\n`;
const ufw = { "/etc/ufw/ufw.conf": "ENABLED=yes\n", "/etc/default/ufw": "IPT_SYSCTL=/etc/ufw/sysctl.conf\n" };

testCheck(check, {
  passes: [
    {
      name: "a pattern sets it",
      files: { ...now, "/etc/sysctl.d/a.conf": "net.ipv4.conf.*.send_redirects = 0\n" },
    },
    {
      name: "its own line beats a later pattern",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key}=0\nnet/ipv4/conf/*/send_redirects=1\n` },
    },
    {
      name: "a name in /etc hides the vendor's",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key}=0\n`, "/usr/lib/sysctl.d/a.conf": `${key}=1\n` },
    },
    { name: "hexadecimal", files: { ...now, "/etc/sysctl.d/a.conf": `${key}=0x0\n` } },
    {
      name: "systemd ends a line at a carriage return",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key}=0\rx=1\r\n` },
    },
    {
      name: "systemd does not read hidden files",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key}=0\n`, "/etc/sysctl.d/.z.conf": `${key}=1` },
    },
    {
      name: "ufw is not enabled",
      files: {
        ...now,
        ...ufw,
        "/etc/ufw/ufw.conf": "ENABLED=no",
        "/etc/ufw/sysctl.conf": `${key}=1`,
        "/etc/sysctl.d/a.conf": `${key}=0`,
      },
    },
    {
      name: "only the kernel's command line sets it",
      files: { ...now, "/proc/cmdline": `quiet sysctl.${key}=0\n` },
    },
    {
      name: "without systemd /etc/sysctl.conf is read last",
      files: { [proc]: "0", "/etc/sysctl.d/z.conf": `${key}=1`, "/etc/sysctl.conf": `${key}=0` },
    },
  ],
  fails: [
    {
      name: "taken out of a pattern",
      files: { ...now, "/etc/sysctl.d/10.conf": `net.ipv4.conf.*.send_redirects = 0\n-${key}\n` },
      says: "no file sets it: after the next boot",
      fixed: { [own]: written },
    },
    {
      name: "a pattern sets it wrong: the pattern stays, a line is added",
      files: { ...now, "/etc/sysctl.d/a.conf": "net.ipv4.conf.*.send_redirects = 1\n" },
      at: [proc, "/etc/sysctl.d/a.conf:1"],
      fixed: { [own]: written, "/etc/sysctl.d/a.conf": "net.ipv4.conf.*.send_redirects = 1\n" },
    },
    {
      name: "no comment behind a value, but the kernel takes the number",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key}=1 # off\n` },
      says: "sets net.ipv4.conf.all.send_redirects to 1",
      fixed: { "/etc/sysctl.d/a.conf": `${key}=0\n` },
    },
    {
      name: "/etc/sysctl.conf, linked as 99-sysctl.conf: the file itself is edited",
      files: {
        ...now,
        "/etc/sysctl.conf": `x=1\n${key}=1`,
        "/etc/sysctl.d/99-sysctl.conf": { link: "../sysctl.conf" },
      },
      at: [proc, "/etc/sysctl.d/99-sysctl.conf:2"],
      fixed: { "/etc/sysctl.conf": `x=1\n${key}=0` },
    },
    {
      name: "/etc/sysctl.conf is not read by systemd",
      files: { ...now, "/etc/sysctl.conf": `${key}=0\n` },
      says: "no file sets it",
      fixed: { [own]: written },
    },
    {
      name: "a link to /dev/null hides the vendor's line",
      files: {
        ...now,
        "/usr/lib/sysctl.d/a.conf": `${key}=0\n`,
        "/etc/sysctl.d/a.conf": { link: "/dev/null" },
      },
      says: "no file sets it",
    },
    {
      name: "ufw sets it too, and wrong",
      files: {
        ...now,
        ...ufw,
        "/etc/ufw/sysctl.conf": `net/ipv4/conf/all/send_redirects=1\n`,
        "/etc/sysctl.d/a.conf": `${key}=0\n`,
      },
      at: [proc, "/etc/sysctl.d/a.conf:1", "/etc/ufw/sysctl.conf:1"],
      says: "/etc/ufw/sysctl.conf:1 (ufw) sets",
      fixed: { "/etc/ufw/sysctl.conf": "net/ipv4/conf/all/send_redirects=0\n" },
    },
    {
      name: "the unit that applies the files is masked",
      files: {
        ...now,
        "/etc/sysctl.d/a.conf": `${key}=0`,
        "/etc/systemd/system/systemd-sysctl.service": { link: "/dev/null" },
      },
      says: "systemd-sysctl.service is masked, so that no file is applied",
    },
    {
      name: "without systemd a line of /etc/sysctl.conf beats every file",
      files: { [proc]: "0", "/etc/sysctl.d/z.conf": `${key}=0`, "/etc/sysctl.conf": `${key}=1` },
      at: [proc, "/etc/sysctl.conf:1"],
      fixed: { "/etc/sysctl.conf": `${key}=0` },
    },
    {
      name: "our own file, emptied",
      files: { ...now, [own]: "# kept" },
      fixed: { [own]: `# kept\n${key} = 0\n` },
    },
    {
      name: "an empty value",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key} =\n` },
      says: 'to "", which the kernel refuses',
      fixed: { "/etc/sysctl.d/a.conf": `${key} =0\n` },
    },
  ],
  errors: [
    {
      name: "ufw's settings may not be read",
      files: {
        ...now,
        ...ufw,
        "/etc/ufw/sysctl.conf": { error: "denied" },
        "/etc/sysctl.d/a.conf": `${key}=0`,
      },
    },
    {
      name: "a line at which systemd gives up",
      files: { ...now, "/etc/sysctl.d/a.conf": `${key}=0\n${"x".repeat(1 << 20)}\n` },
      says: "too long for systemd-sysctl",
    },
    { name: "a pipe in the place of a file", files: { ...now, "/etc/sysctl.d/a.conf": { kind: "fifo" } } },
  ],
});

test("what sysctl --system would set by hand is told, and does not count", async () => {
  const files = { ...now, "/etc/sysctl.d/a.conf": `${key}=0\n`, "/etc/sysctl.conf": `${key}=1\n` };
  const verdict = await verdictOf(check, { files });
  assert.is(statusOf(verdict), "pass");
  assert.ok(
    "notes" in verdict && verdict.notes?.some((note) => note.includes("would set 1 (/etc/sysctl.conf:1)")),
  );
});

test.run();
