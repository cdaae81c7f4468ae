// The kernel's domains over nodes that mean ill: no exception, no pass from what was not read, no endless reading.
import { test } from "uvu";
import * as assert from "uvu/assert";
import * as boot from "../../../src/checks/boot/index.js";
import type { Check } from "../../../src/checks/define.js";
import * as kmod from "../../../src/checks/kmod/index.js";
import * as sysctl from "../../../src/checks/sysctl/index.js";
import { judge } from "../../../src/engine/evaluate.js";
import { asker, gather } from "../../../src/engine/gather.js";
import { type MemoryFiles, type MemoryNode, memoryHost } from "../../../src/host/memory.js";
import { statusOf } from "../../support/check.js";

const all: readonly Check[] = [boot, kmod, sysctl].flatMap((domain) => Object.values(domain).flat());
const release = "6.1.0-evil";
const places = [
  "/etc/modprobe.d/a.conf",
  "/etc/modules-load.d/a.conf",
  "/etc/sysctl.d/a.conf",
  "/etc/sysctl.conf",
  "/etc/ufw/ufw.conf",
  "/proc/modules",
  "/proc/cmdline",
  "/boot/grub/grub.cfg",
  `/lib/modules/${release}/modules.dep`,
  `/lib/modules/${release}/modules.builtin`,
  "/sys/kernel/security/lockdown",
  "/sys/module/module/parameters/sig_enforce",
  "/sys/module/apparmor/parameters/enabled",
  "/sys/devices/system/cpu/vulnerabilities/meltdown",
  "/proc/sys/kernel/dmesg_restrict",
];
const rest: MemoryFiles = {
  "/proc/sys/kernel/osrelease": release,
  "/proc/sys/net/ipv4/ip_forward": "1",
  [`/lib/modules/${release}/kernel`]: { kind: "directory" },
  "/var/lib/kubelet/config.yaml": "",
  "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": "x",
  "/sys/kernel/iommu_groups": { kind: "directory", error: "failed" },
};

/** The verdict of every check, the facts gathered once. */
async function verdicts(files: MemoryFiles) {
  const facts = await gather(asker(memoryHost(files)), all);
  return all.map((check) => {
    const params = Object.fromEntries(Object.entries(check.params).map(([name, one]) => [name, one.default]));
    const verdict = judge(check, params, facts);
    assert.not.match(JSON.stringify(verdict), "internal error", check.id);
    return { id: check.id, verdict };
  });
}

function nodeOf(node: MemoryNode): MemoryFiles {
  return { ...rest, ...Object.fromEntries(places.map((path) => [path, node])) };
}

const unread: Readonly<Record<string, MemoryNode>> = {
  "may not be read": { error: "denied" },
  "input and output errors": { error: "failed" },
  "pipes in the place of files": { kind: "fifo" },
  "links that lead to themselves": { link: "/etc/modprobe.d/a.conf" },
  "files of five MiB": { text: "#".repeat(5 * 1024 * 1024) },
};

/** Judged by owner and mode, or by the variable above, and so by what can be seen. */
const seenOtherwise = new Set(["kmod.config-permissions", "sysctl.kubelet-defaults"]);

for (const [name, node] of Object.entries(unread))
  test(`${name}: nothing passes`, async () => {
    for (const { id, verdict } of await verdicts(nodeOf(node)))
      if (!seenOtherwise.has(id))
        assert.is.not(statusOf(verdict), "pass", `${id}: ${JSON.stringify(verdict).slice(0, 300)}`);
  });

const readable: Readonly<Record<string, MemoryNode>> = {
  "empty files": { text: "" },
  "not UTF-8": { bytes: Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0xc3]) },
  "a byte order mark": { text: "\ufeffinstall sctp /bin/false\nblacklist sctp\nkernel.dmesg_restrict = 1\n" },
  "NUL bytes": { text: "install sctp\0 /bin/false\n\0blacklist sctp\nkernel.\0dmesg_restrict=1\n" },
  prototypes: { text: "__proto__ 1 1 constructor, Live 0x0\ninstall __proto__ x\n__proto__ = toString\n" },
  patterns: { text: "install (a+)+$ x\nblacklist [[[[[[*\n*.*.*.*.*.*=1\nalias ***** ?\n" },
  "terminal control": { text: "install \u001b[2J\u202e /bin/false\n\u001b]0;x\u0007 = 1\n" },
};

for (const [name, node] of Object.entries(readable))
  test(`${name}: an answer`, async () => {
    assert.is((await verdicts(nodeOf(node))).length, all.length);
  });

test("a byte order mark or a NUL in front of a line is not overlooked", async () => {
  const dep = {
    [`/lib/modules/${release}/modules.dep`]: "kernel/sctp.ko:\n",
    [`/lib/modules/${release}/modules.builtin`]: "",
  };
  for (const name of ["a byte order mark", "NUL bytes"]) {
    const files = { ...nodeOf(readable[name] ?? {}), "/proc/modules": "", ...dep };
    const sctp = (await verdicts(files)).find(({ id }) => id === "kmod.sctp");
    assert.is(sctp === undefined ? "" : statusOf(sctp.verdict), "fail", name);
  }
});

test.run();
