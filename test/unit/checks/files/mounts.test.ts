// Mount options now and after the next boot, partitions, and who sees whose processes.
import { test } from "uvu";
import hidepid from "../../../../src/checks/files/hidepid.js";
import check from "../../../../src/checks/files/mounts.js";
import partitions from "../../../../src/checks/files/partitions.js";
import { testCheck } from "../../../support/check.js";

const table = "/proc/1/mountinfo";
const fstab = "/etc/fstab";
const root = "27 1 8:1 / / rw - ext4 /dev/sda1 rw";
const tmp = (options: string) => `${root}\n30 27 0:25 / /tmp ${options} - tmpfs tmpfs rw\n`;
const proc = (options: string) =>
  `${root}\n31 27 0:5 / /proc rw,nosuid,nodev,noexec - proc proc ${options}\n`;
const good = { [table]: tmp("rw,nosuid,nodev"), [fstab]: "tmpfs /tmp tmpfs nodev,nosuid 0 0\n" };

testCheck(check, {
  passes: [
    { name: "both options, both times", files: good },
    { name: "the option of a user mount", files: { ...good, [fstab]: "tmpfs /tmp tmpfs user\n" } },
    { name: "no mount of its own", files: { [table]: root, [fstab]: "" } },
    {
      name: "options that a site asks for",
      files: good,
      params: { options: [{ path: "/tmp", options: ["nodev"] }] },
    },
    { name: "only the next boot is to be seen", files: { [fstab]: "tmpfs /tmp tmpfs nodev,nosuid 0 0\n" } },
  ],
  fails: [
    {
      name: "not mounted so, although fstab says so",
      files: { ...good, [table]: tmp("rw,nodev") },
      at: [`${table}:2`, `${fstab}:1`, fstab],
      says: "/tmp is mounted without nosuid",
    },
    {
      name: "the next boot will undo it",
      files: { ...good, [fstab]: "tmpfs /tmp tmpfs suid,nodev,size=1G 0 0 # keep\n" },
      says: "/tmp will be mounted without nosuid at the next boot",
      fixed: { [fstab]: "tmpfs /tmp tmpfs size=1G,nodev,nosuid 0 0 # keep\n" },
    },
    {
      name: "mounted by hand",
      files: { [table]: tmp("rw"), [fstab]: "" },
      says: "/tmp is mounted without nodev, nosuid, and by no entry of /etc/fstab",
    },
    {
      name: "more is asked than there is",
      files: good,
      params: { options: [{ path: "/tmp", options: ["nodev", "noexec"] }] },
      says: /mounted without noexec; .*without noexec at the next boot/,
    },
    {
      name: "pods cannot run now",
      files: { [table]: `${root}\n40 27 8:3 / /var rw,noexec - ext4 /dev/sda3 rw\n`, [fstab]: "" },
      says: "pods cannot run: /var/lib/kubelet lies on /var, mounted noexec",
    },
    {
      name: "pods cannot run where the runtime is told to keep them",
      files: {
        "/etc/containerd/config.toml": 'version = 2\nroot = "/data/ctrd"\n',
        [table]: `${root}\n40 27 8:3 / /data rw,nodev,nosuid,noexec - ext4 /dev/sda3 rw\n`,
        [fstab]: "",
      },
      at: [fstab, `${table}:2`],
      says: "pods cannot run: /data/ctrd lies on /data, mounted noexec",
    },
    {
      name: "pods will not run after the next boot",
      files: { [table]: root, [fstab]: "/dev/sda3 /var ext4 nosuid,noexec 0 2\n" },
      says: "pods will not run after the next boot: /var will be mounted noexec",
      fixed: { [fstab]: "/dev/sda3 /var ext4 nosuid,exec 0 2\n" },
    },
  ],
  errors: [
    {
      name: "the table is nonsense",
      files: { ...good, [table]: "x" },
      says: "names no mount",
    },
    {
      name: "a line of fstab that mount ignores",
      files: { ...good, [fstab]: `${good[fstab]}/dev/sdb1 /data\n` },
      says: "/etc/fstab:2",
    },
  ],
  notApplicable: [{ name: "another root without either", files: { "/etc/hostname": "x" } }],
});

testCheck(partitions, {
  passes: [
    {
      name: "each its own",
      files: { [table]: tmp("rw") },
      params: { paths: ["/tmp"] },
    },
  ],
  fails: [
    {
      name: "part of another",
      files: { [table]: `${root}\n40 27 8:3 / /var rw - ext4 /dev/sda3 rw\n` },
      at: [`${table}:1`, `${table}:2`],
      says: /\/tmp shares the file system of \/; \/var\/tmp shares the file system of \/var;/,
    },
  ],
  errors: [{ name: "the table is nonsense", files: { [table]: "x" } }],
  notApplicable: [{ name: "what is mounted cannot be seen", files: { [fstab]: "" } }],
});

testCheck(hidepid, {
  passes: [
    {
      name: "invisible, by number",
      files: { [table]: proc("rw,hidepid=2"), [fstab]: "proc /proc proc hidepid=2 0 0\n" },
    },
    {
      name: "invisible, by word",
      files: { [table]: proc("rw,hidepid=invisible"), [fstab]: "p /proc proc hidepid=invisible\n" },
    },
    {
      name: "no access is enough where so asked",
      files: { [table]: proc("rw,hidepid=1"), [fstab]: "proc /proc proc hidepid=noaccess 0 0\n" },
      params: { least: "noaccess" },
    },
  ],
  fails: [
    {
      name: "now and later",
      files: { [table]: proc("rw"), [fstab]: "" },
      at: [`${table}:2`, fstab],
      says: "/proc shows everybody all processes; /proc will show everybody all processes after the next boot",
      fixed: { [fstab]: "proc /proc proc defaults,nosuid,nodev,noexec,hidepid=2 0 0\n" },
    },
    {
      name: "the next boot only",
      files: { [table]: proc("rw,hidepid=2"), [fstab]: "proc /proc proc nosuid,hidepid=0,gid=5 0 0\n" },
      fixed: { [fstab]: "proc /proc proc nosuid,gid=5,hidepid=2 0 0\n" },
    },
  ],
  errors: [{ name: "the table is nonsense", files: { [table]: "x", [fstab]: "p /proc proc hidepid=2\n" } }],
});

test.run();
