// Kernel values and modules of a machine of its own: changed at once and for the next boot, kept over it, and taken back.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, withBed } from "./bed.js";

const keys = ["kernel.dmesg_restrict", "net.ipv4.conf.all.accept_redirects"];

/** The first of these modules that the machine's kernel has, loaded. */
async function loadOne(bed: Bed): Promise<string> {
  const names = ["udf", "cramfs", "hfsplus", "hfs", "jffs2", "tipc", "dccp"];
  const script = 'for m in "$@"; do modprobe "$m" 2>/dev/null && { echo "$m"; exit 0; }; done; exit 1';
  const { code, stdout } = await bed.run(["sh", "-c", script, "sh", ...names]);
  assert.is(code, 0);
  return stdout.trim();
}

async function values(bed: Bed, module: string): Promise<string> {
  const script = `cat /proc/sys/kernel/dmesg_restrict /proc/sys/net/ipv4/conf/all/accept_redirects; grep -c '^${module} ' /proc/modules || true`;
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
      "printf 'kernel.dmesg_restrict = 0\\nnet.ipv4.conf.all.accept_redirects = 1\\n' >/etc/sysctl.d/10-weak.conf; sysctl -q -p /etc/sysctl.d/10-weak.conf",
    );
    await nodeward(bed, "drift", "--only", "kmod.*");
    const module = await loadOne(bed);
    const drift = await nodeward(bed, "drift", "--only", "kmod.*", "--format", "json");
    const loaded = JSON.parse(drift.stdout).drifts[0].changes.map(
      ({ kind, key, change }: Readonly<Record<string, string>>) => `${kind} ${key} ${change}`,
    );
    assert.ok(loaded.includes(`module ${module} appeared`), loaded.join(", "));
    const only = ["--only", ...keys.map((key) => `sysctl.${key}`), `kmod.${module}`];
    assert.is(await values(bed, module), "0 1 1");
    const first = await nodeward(bed, "--fix", "--yes", "--format", "json", ...only);
    assert.is(first.code, 0, first.stdout);
    assert.is(await values(bed, module), "1 0 0");
    assert.is((await bed.run(["modprobe", module])).code === 0, false);
    const boot = await bed.get("/proc/sys/kernel/random/boot_id");
    await bed.reboot();
    assert.is.not(await bed.get("/proc/sys/kernel/random/boot_id"), boot);
    assert.is(await values(bed, module), "1 0 0");
    const { runs } = JSON.parse(first.stdout);
    for (const { run } of [...runs].reverse()) assert.is((await nodeward(bed, "undo", run)).code, 0);
    assert.is(await values(bed, module), "0 1 1");
    assert.is((await nodeward(bed, "history", "--verify")).code, 0);
  }));

test.run();
