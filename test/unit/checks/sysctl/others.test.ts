// Keys with two values, and the setting that is only looked at.
import { test } from "uvu";
import conflicts from "../../../../src/checks/sysctl/conflicts.js";
import userNamespaces from "../../../../src/checks/sysctl/user-namespaces.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";

const systemd = { "/lib/systemd/systemd-sysctl": "", "/proc/sys/kernel/x": "" };
const ufw = { "/etc/ufw/ufw.conf": "ENABLED=yes\n", "/etc/default/ufw": "IPT_SYSCTL=/etc/ufw/sysctl.conf\n" };

const two = (first: string, second: string): MemoryFiles => ({
  "/lib/systemd/systemd-sysctl": "",
  "/etc/sysctl.d/a.conf": first,
  "/etc/sysctl.d/b.conf": second,
});

testCheck(conflicts, {
  passes: [
    { name: "one line a key", files: two("a.b=1\n", "a.c=2\n") },
    { name: "the same value twice", files: two("a.b=1 2\n", "a/b = 0x1\t2\n") },
    {
      name: "what a vendor says and /etc overrides",
      files: { ...two("a.b=1", ""), "/usr/lib/sysctl.d/0.conf": "a.b=2" },
    },
    {
      name: "what Ubuntu says in /etc and a later file overrides",
      files: { ...two("a.b=1", ""), "/etc/sysctl.d/10-kernel-hardening.conf": "a.b=2" },
    },
    { name: "a pattern and a line of its own", files: two("a.*=1", "a.b=2") },
    { name: "hidden by its name", files: { ...two("a.b=1", ""), "/run/sysctl.d/a.conf": "a.b=2" } },
  ],
  fails: [
    {
      name: "two files",
      files: two("x=1\n\na.b=1\n", "a/b=2\n"),
      at: ["/etc/sysctl.d/a.conf:3", "/etc/sysctl.d/b.conf:1"],
      says: "a.b is set to 1 (/etc/sysctl.d/a.conf:3), 2 (/etc/sysctl.d/b.conf:1): systemd-sysctl ends with 2 (/etc/sysctl.d/b.conf:1)",
    },
    {
      name: "two files of the administrator's, one of them early",
      files: { ...two("a.b=1", ""), "/etc/sysctl.d/10-own.conf": "a.b=2" },
      at: ["/etc/sysctl.d/10-own.conf:1", "/etc/sysctl.d/a.conf:1"],
    },
    {
      name: "one file twice",
      files: two("a.b=1\na.b=0\n", ""),
      at: ["/etc/sysctl.d/a.conf:1", "/etc/sysctl.d/a.conf:2"],
    },
    {
      name: "programs that end with different values",
      files: { ...two("a.b=1", ""), "/etc/sysctl.conf": "a.b=3" },
      says: "sysctl --system ends with 3 (/etc/sysctl.conf:1)",
    },
    {
      name: "ufw against sysctl.d",
      files: { ...two("a.b=1", ""), ...ufw, "/etc/ufw/sysctl.conf": "a/b=0" },
      says: "ufw ends with 0",
    },
    {
      name: "names that are no names elsewhere",
      files: two("__proto__=1", "__proto__=2"),
      says: "__proto__ is set to",
    },
  ],
  errors: [
    {
      name: "a file may not be read",
      files: { ...two("a.b=1", ""), "/etc/sysctl.d/c.conf": { error: "denied" } },
    },
  ],
  notApplicable: [{ name: "nothing to set", files: { "/etc/hosts": "" } }],
});

const limit = "/proc/sys/user/max_user_namespaces";
testCheck(userNamespaces, {
  passes: [
    {
      name: "none",
      files: { ...systemd, [limit]: "0\n", "/etc/sysctl.d/a.conf": "user.max_user_namespaces=0" },
    },
    {
      name: "as many as the site says",
      files: { ...systemd, [limit]: "9\n", "/etc/sysctl.d/a.conf": "user.max_user_namespaces=9" },
      params: { most: 10 },
    },
  ],
  fails: [
    {
      name: "any number, and left alone",
      files: { ...systemd, [limit]: "63000\n" },
      at: [limit],
      says: "is 63000 in the running kernel instead of 0 or less",
    },
  ],
  errors: [
    {
      name: "may not be read",
      files: {
        ...systemd,
        [limit]: { error: "denied" },
        "/etc/sysctl.d/a.conf": "user.max_user_namespaces=0",
      },
    },
  ],
  notApplicable: [{ name: "a kernel without", files: systemd, says: "this kernel has no" }],
});

test.run();
