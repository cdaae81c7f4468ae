// An image is installed and made safe as files, then started: its first boot does what takes a running system and proves
// what could shut people out, the node comes up hardened and is so after the next boot, and bootstrap again changes nothing.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, type Start, withBed } from "./bed.js";
import { runProgram } from "./beds/process.js";
import { top } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";

const program = "/usr/lib/nodeward/nodeward.js";
const tsx = [process.execPath, "--import", "tsx"];
const unit = "nodeward-bootstrap.service";
const limited = { timeoutMs: 600_000 };

async function onDisk(bed: Bed, ...argv: readonly string[]): Promise<string> {
  const done = await bed.onDisk(["env", "-C", top, ...argv], { writes: true, ...limited });
  assert.is(done.code, 0, `${argv.join(" ")}: ${done.stdout.slice(-3_000)}${done.stderr}`);
  return done.stdout;
}

/** From a checkout, as README has it. */
async function install(bed: Bed): Promise<void> {
  const built = await runProgram(["env", "-C", top, ...tsx, "packaging/build.ts"]);
  assert.is(built.code, 0, built.stderr);
  // Without a rule for sshd the firewall would be refused.
  const weak =
    'printf "MaxAuthTries 20\\nX11Forwarding yes\\n" >"$0/etc/ssh/sshd_config.d/50-cloud-init.conf"; chroot "$0" ufw allow 22/tcp';
  await onDisk(bed, "sh", "-euc", weak, "{root}");
  await onDisk(bed, "DESTDIR={root}", ...tsx, "packaging/install-node.ts", "install");
}

const files = "find /etc /usr/lib/systemd -xdev -type f -exec sha256sum {} + | sort";

async function property(bed: Bed, name: string): Promise<string> {
  return (await bed.sh(`systemctl show --value -p ${name} ${unit}`)).trim();
}

/** What holds of the running node, whichever boot it is. */
async function isHardened(bed: Bed): Promise<void> {
  assert.is((await bed.ssh(operator.name, "true")).code, 0);
  const sshd = await bed.sh("sshd -T");
  for (const line of [/^maxauthtries 4$/m, /^passwordauthentication no$/m, /^permitrootlogin no$/m])
    assert.match(sshd, line);
  assert.is((await bed.sh("systemctl is-active nodeward-drift.timer")).trim(), "active");
  assert.is((await bed.sh("cat /proc/sys/kernel/dmesg_restrict")).trim(), "1");
  assert.is.not((await bed.run(["modprobe", "sctp"])).code, 0);
}

async function firstBoot(bed: Bed): Promise<void> {
  await install(bed);
  const words = ["bootstrap", "--root", "{root}", "--fail-on", "none"];
  const said = await onDisk(bed, process.execPath, "dist/nodeward.js", ...words);
  assert.match(said, `Enabled ${unit}.`);
  assert.match(said, "nodeward-prove.service keeps what could shut people out");
  await bed.powerOn();
  const log = await bed.sh(`journalctl -u ${unit} --no-pager -o cat`);
  assert.equal(
    [await property(bed, "Result"), await property(bed, "ConditionResult")],
    ["success", "yes"],
    log,
  );
  assert.match(log, /Accepted: \d+ things/);
  await isProved(bed);
  await isHardened(bed);
}

/** A minute of health, after a boot in software. */
async function isProved(bed: Bed): Promise<void> {
  const wait = "for i in $(seq 300); do [ -e /var/lib/nodeward/unproven ] || exit 0; sleep 2; done";
  await bed.run(["sh", "-c", wait], { timeoutMs: 660_000 });
  const log = await bed.sh("journalctl -u nodeward-prove.service --no-pager -o cat");
  assert.match(log, /Run \S+ is kept: sshd and the kubelet were well for a minute/);
}

async function again(bed: Bed): Promise<void> {
  const before = await bed.sh(files);
  const second = await bed.run([nodePath, program, "bootstrap", "--fail-on", "none"], limited);
  assert.ok([0, 4].includes(second.code), `${second.stdout}${second.stderr}`);
  assert.match(second.stdout, "Nothing to change");
  const score = Number(/^Score .* -> ([\d.]+)/m.exec(second.stdout)?.[1]);
  assert.ok(score >= 95, second.stdout);
  assert.match(second.stdout, /The baseline of .* stays/);
  assert.is(await bed.sh(files), before);
}

const start: Start = { image: "debian-12", kind: "machine", off: true };

test("an image: installed, made safe, started, hardened over a restart, and nothing left to do", () =>
  withBed(start, async (bed) => {
    await firstBoot(bed);
    await bed.reboot();
    assert.is(await property(bed, "ConditionResult"), "no", "the first boot is over");
    await isHardened(bed);
    await again(bed);
  }));

test.run();
