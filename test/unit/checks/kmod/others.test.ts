// What a node needs is not kept out; only expected, signed modules; whose the configuration is.
import { test } from "uvu";
import * as assert from "uvu/assert";
import configPermissions from "../../../../src/checks/kmod/config-permissions.js";
import needed from "../../../../src/checks/kmod/needed.js";
import signature from "../../../../src/checks/kmod/signature.js";
import unexpected from "../../../../src/checks/kmod/unexpected.js";
import { testCheck, verdictOf } from "../../../support/check.js";

const conf = "/etc/modprobe.d/a.conf";
const release = { "/proc/sys/kernel/osrelease": "6.1.0\n" };
const kernel = {
  ...release,
  "/lib/modules/6.1.0/modules.dep": "kernel/x.ko:\n",
  "/lib/modules/6.1.0/modules.builtin": "kernel/fs/overlayfs/overlay.ko\n",
};

testCheck(needed, {
  passes: [
    { name: "other modules are kept out", files: { [conf]: "install sctp /bin/false\nblacklist sctp\n" } },
    {
      name: "a command that loads it",
      files: { [conf]: "install overlay /sbin/modprobe -i overlay && logger x\n" },
    },
    { name: "part of the kernel", files: { ...kernel, [conf]: "install overlay /bin/false\n" } },
    { name: "a name that the alias has anyway", files: { [conf]: "alias br-netfilter br_netfilter\n" } },
  ],
  fails: [
    {
      name: "as a guide says",
      files: { [conf]: "install overlay /bin/false\n" },
      at: [`${conf}:1`],
      says: "overlay is kept out by `install … /bin/false`",
    },
    {
      name: "blacklisted",
      files: { [conf]: "\nblacklist br-netfilter\n" },
      at: [`${conf}:2`],
      says: "br_netfilter is kept out by `blacklist`",
    },
    { name: "a pattern", files: { [conf]: "install ip_vs* /bin/true\n" }, says: "ip_vs_rr is kept out" },
    {
      name: "one of a family that only the file names",
      files: { [conf]: "blacklist xt_owner\n" },
      says: "xt_owner",
    },
    {
      name: "an alias to nothing",
      files: { [conf]: "alias vxlan off\n" },
      says: "vxlan is kept out by an alias to off",
    },
    {
      name: "the kernel's command line",
      files: { [conf]: "", "/proc/cmdline": "module_blacklist=wireguard,nf_tables\n" },
      at: ["/proc/cmdline:1", "/proc/cmdline:1"],
      says: /nf_tables.*wireguard is kept out by the kernel's command line/,
    },
  ],
  errors: [
    { name: "a file may not be read", files: { [conf]: { error: "denied" } }, says: "permission denied" },
  ],
  notApplicable: [{ name: "no kmod", files: { "/etc/hosts": "" }, says: "no modprobe.d" }],
});

const loaded = (...names: readonly string[]) => ({
  "/proc/modules": names
    .map((name) => `${name} 16384 0 - Live 0x0000000000000000${name === "evil" ? " (OE)" : ""}\n`)
    .join(""),
});

testCheck(unexpected, {
  passes: [
    { name: "ordinary and needed ones", files: loaded("ext4", "overlay", "nf_tables", "virtio_net") },
    { name: "the site names it", files: loaded("my_driver"), params: { allow: ["my-*"] } },
    { name: "none", files: { ...release, "/proc/modules": "" } },
  ],
  fails: [
    {
      name: "one that nobody named",
      files: loaded("ext4", "evil"),
      at: ["/proc/modules:2"],
      says: "evil is loaded, which the list does not name and does not come with the kernel (OE)",
    },
    { name: "only what the site names", files: loaded("ext4"), params: { ordinary: [] }, says: "ext4" },
  ],
  errors: [
    { name: "may not be read", files: { "/proc/modules": { error: "denied" } } },
    { name: "not a list of modules", files: { "/proc/modules": "<html>\n" } },
  ],
  notApplicable: [
    {
      name: "a kernel without modules",
      files: release,
      host: { live: true },
      says: "without loadable modules",
    },
    { name: "no kernel runs", files: { "/lib/modules/6.1.0/kernel/x": "" }, says: "no running kernel" },
  ],
});

const enforce = "/sys/module/module/parameters/sig_enforce";
const lockdown = "/sys/kernel/security/lockdown";

testCheck(signature, {
  passes: [
    { name: "enforced", files: { [enforce]: "Y\n", [lockdown]: "[none] integrity confidentiality\n" } },
    { name: "locked down", files: { [enforce]: "N\n", [lockdown]: "none [integrity] confidentiality\n" } },
  ],
  fails: [
    {
      name: "neither",
      files: { [enforce]: "N\n", [lockdown]: "[none] integrity confidentiality\n" },
      at: [enforce, lockdown],
      says: "nobody signed",
    },
    { name: "the kernel knows neither", files: { "/sys/kernel/x": "" }, says: "nobody signed" },
  ],
  errors: [
    {
      name: "an unknown word",
      files: { [enforce]: "N\n", [lockdown]: "[sideways]\n" },
      says: "says what no known kernel says",
    },
  ],
  notApplicable: [
    { name: "a kernel without modules", files: { ...release, "/sys/kernel/x": "" }, host: { live: true } },
    { name: "no /sys", files: { [conf]: "" }, says: "no /sys" },
  ],
});

testCheck(configPermissions, {
  passes: [{ name: "root's", files: { [conf]: "", "/etc/modules-load.d/a.conf": "x\n" } }],
  fails: [
    {
      name: "a file that others write",
      files: { [conf]: { text: "", mode: 0o666 } },
      says: "has mode 0666",
      fixed: { [conf]: "0644" },
    },
    {
      name: "a folder of somebody's",
      files: { [conf]: "", "/etc/modprobe.d": { kind: "directory", uid: 1000 } },
      says: "belongs to user 1000",
      fixed: { "/etc/modprobe.d": "0755" },
    },
    {
      name: "a list that a group writes",
      files: { "/etc/modules": { text: "", mode: 0o664, gid: 4 }, [conf]: "" },
    },
  ],
  errors: [
    {
      name: "a folder may not be searched",
      files: { [conf]: "", "/etc/modprobe.d": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "neither folder", files: { "/lib/modprobe.d/a.conf": "" }, says: "neither" }],
  hides: ["/etc", "/etc/modprobe.d", "/etc/modules-load.d"],
});

test("no check takes a name from the node for a pattern or a prototype", async () => {
  const text =
    "blacklist __proto__\ninstall constructor /bin/false\nalias toString x\noptions hasOwnProperty a\n";
  const verdict = await verdictOf(needed, { files: { [conf]: text, ...loaded("__proto__", "(a+)+$") } });
  assert.ok("problems" in verdict && verdict.problems.length === 0);
});

test.run();
