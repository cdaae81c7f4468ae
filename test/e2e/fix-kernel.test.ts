// Kernel values and modules of a machine of its own: changed at once and for the next boot, kept over it, and taken back.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, withBed } from "./bed.js";

const only = [
  "--only",
  "sysctl.kernel.dmesg_restrict",
  "sysctl.net.ipv4.conf.all.accept_redirects",
  "kmod.sctp",
];

async function values(bed: Bed): Promise<string> {
  const script =
    "cat /proc/sys/kernel/dmesg_restrict /proc/sys/net/ipv4/conf/all/accept_redirects; grep -c '^sctp ' /proc/modules || true";
  return (await bed.sh(script)).trim().split("\n").join(" ");
}

async function nodeward(
  bed: Bed,
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  const { code, stdout, stderr } = await bed.nodeward(argv, { timeoutMs: 300_000 });
  assert.is(stderr, "");
  return { code, stdout };
}

test("kernel values and a module: now, after a boot, and back", () =>
  withBed({ image: "debian-12", kind: "machine" }, async (bed) => {
    await bed.sh(
      "printf 'kernel.dmesg_restrict = 0\\nnet.ipv4.conf.all.accept_redirects = 1\\n' >/etc/sysctl.d/10-weak.conf; sysctl -q -p /etc/sysctl.d/10-weak.conf; modprobe sctp",
    );
    assert.is(await values(bed), "0 1 1");
    const first = await nodeward(bed, "--fix", "--yes", "--format", "json", ...only);
    assert.is(first.code, 0, first.stdout);
    assert.is(await values(bed), "1 0 0");
    assert.is((await bed.run(["modprobe", "sctp"])).code === 0, false);
    await bed.reboot();
    assert.is(await values(bed), "1 0 0");
    const { runs } = JSON.parse(first.stdout);
    for (const { run } of [...runs].reverse()) assert.is((await nodeward(bed, "undo", run)).code, 0);
    assert.is(await values(bed), "0 1 1");
    assert.is((await nodeward(bed, "history", "--verify")).code, 0);
  }));

test.run();
