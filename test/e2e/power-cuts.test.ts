// A repair that is cut off at random: by kill -9, or by the power, which takes every process with it, and on a machine of
// its own all that was not on the disk. Each time the node boots, somebody gets in, every file is old or new, and recovery
// says what it did. NODEWARD_CUTS=50 tries more than a landing has time for, NODEWARD_CUTS_OF=machine
// an emulated machine, NODEWARD_SEED=N others.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { random } from "../faults/cases.js";
import { type Bed, operator, withBed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { within } from "./lockout.js";

const cutsOf = {
  container: Number(process.env.NODEWARD_CUTS ?? 6),
  machine: Number(process.env.NODEWARD_CUTS ?? 2),
};
const seed = Number(process.env.NODEWARD_SEED ?? 20_261_121);

const checks = [
  "sshd.max-auth-tries",
  "sshd.x11-forwarding",
  "sysctl.net.ipv4.conf.all.accept_redirects",
  "accounts.umask",
  "files.crontab",
  "journald.storage",
];
/** Of a machine with a kernel of its own. */
const ofKernels = ["sysctl.kernel.dmesg_restrict", "kmod.udf"];
const risky = ["sshd.password-authentication"];
const journal = "/var/lib/nodeward/journal.ndjson";

/** Each file of /etc with its attributes and bytes; not what the switch itself keeps there. */
const digests = `find /etc -xdev \\( -name 'nodeward-recover*' -o -name '.*.nw-*' \\) -prune -o -type f -printf '%p %m %U:%G\\n' | sort
find /etc -xdev \\( -name 'nodeward-recover*' -o -name '.*.nw-*' \\) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum`;
const leftovers = "find / -xdev -name '.*.nw-*' ! -path '/proc/*'";
const values = "cat /proc/sys/net/ipv4/conf/all/accept_redirects";

async function plant(bed: Bed): Promise<void> {
  await bed.put(
    "/etc/ssh/sshd_config.d/50-x.conf",
    "PasswordAuthentication yes\nMaxAuthTries 20\nX11Forwarding yes\n",
  );
  await bed.put(
    "/etc/sysctl.d/10-weak.conf",
    (bed.kind === "machine" ? "kernel.dmesg_restrict = 0\n" : "") +
      "net.ipv4.conf.all.accept_redirects = 1\n",
  );
  await bed.put("/etc/systemd/journald.conf", "[Journal]\nStorage=volatile\n");
  await bed.sh("chmod 644 /etc/crontab; systemctl reload ssh; sysctl -q -p /etc/sysctl.d/10-weak.conf; sync");
}

const fix = (bed: Bed, withRisk: boolean) => [
  ...["audit", "--fix", "--yes", "--max-risk", withRisk ? "reboot" : "restart", "--confirm-timeout", "600"],
  ...["--only", ...checks, ...(bed.kind === "machine" ? ofKernels : []), ...(withRisk ? risky : [])],
];

/** Begins a repair and waits until it writes, or has ended. Asks little meanwhile: the machine is slow enough. */
async function begin(bed: Bed, withRisk: boolean): Promise<void> {
  await bed.put(
    "/root/fixing",
    // With a terminal, as of somebody who is there: a unit that repairs is not to do it again and again.
    `#!/bin/sh\nscript -qec '${nodePath} ${program.inside} ${fix(bed, withRisk).join(" ")}' /dev/null\ntouch /run/fixed\n`,
    {
      mode: 0o755,
    },
  );
  await bed.sh(
    `rm -f /run/fixed; systemctl reset-failed fixing 2>/dev/null || true; touch /run/mark
systemd-run --quiet --unit=fixing /root/fixing
until [ ${journal} -nt /run/mark ] || [ -e /run/fixed ]; do sleep 0.2; done`,
    { timeoutMs: 900_000 },
  );
}

/** On an emulated machine everything takes its time. */
const long = { timeoutMs: 600_000 };

interface Two {
  readonly old: readonly string[];
  readonly fresh: readonly string[];
}

const linesOf = async (bed: Bed) => (await bed.sh(digests)).trim().split("\n");

/** Every file by itself, before anybody has put anything right: lines that are neither old nor new. */
function neither(now: readonly string[], { old, fresh }: Two): readonly string[] {
  const known = new Set([...old, ...fresh]);
  return now.filter((line) => !known.has(line));
}

const alike = (a: readonly string[], b: readonly string[]) => a.join("\n") === b.join("\n");

/** The next command puts right what was cut off, and says so; answers whether the repair is in force then. */
async function recovered(bed: Bed, name: string, two: Two): Promise<boolean> {
  assert.equal(neither(await linesOf(bed), two), [], `${name}: every file is old or new`);
  const open = (await bed.nodeward(["history"])).stdout;
  const next = ["audit", "--fix", "--yes", "--only", "sshd.strict-modes", "--fail-on", "none"];
  let { code, stderr } = await bed.nodeward(next, long);
  // Only what is whole waits: what was cut off in the middle has been put back by now.
  if (/run \S+ waits to be confirmed until \S+: nodeward confirm, or/.test(stderr)) {
    assert.is((await bed.nodeward(["confirm", "--same-session"], long)).code, 0, name);
    ({ code, stderr } = await bed.nodeward(next, long));
  }
  assert.is(code, 0, `${name}: ${stderr}`);
  assert.is(
    /had been cut off: \d+ files? put back/.test(stderr),
    /unfinished/.test(open),
    `${name}: ${open}${stderr}`,
  );
  const now = await linesOf(bed);
  const made = alike(now, two.fresh);
  assert.ok(
    made || alike(now, two.old),
    `${name}: all old or all new, and not ${neither(now, two).join("\n")}`,
  );
  assert.is(await bed.sh(leftovers), "", name);
  assert.match((await bed.nodeward(["history", "--verify"])).stdout, /chain of the journal is whole/, name);
  assert.is((await bed.sh(values)).trim(), made ? "0" : "1", `${name}: the kernel goes by its files`);
  assert.is((await bed.sh("sshd -T")).includes("maxauthtries 20"), !made, name);
  return made;
}

type Kind = keyof typeof cutsOf;

/** What the repair makes of the node when nobody disturbs it; taken back again. */
async function undisturbed(bed: Bed, old: readonly string[], withRisk: boolean): Promise<Two> {
  await begin(bed, withRisk);
  await within(600, async () => (await bed.run(["test", "-e", "/run/fixed"])).code === 0, "it ends");
  const fresh = await linesOf(bed);
  assert.not(alike(fresh, old), await bed.sh("journalctl -u fixing --no-pager | tail -n 30"));
  const undone = await bed.nodeward(["undo", "last"], long);
  assert.is(undone.code, 0, `undone, or put back where it waits: ${undone.stdout}${undone.stderr}`);
  assert.equal(await linesOf(bed), old);
  return { old, fresh };
}

async function cut(bed: Bed, byPower: boolean, wait: number): Promise<void> {
  if (byPower) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    await bed.powerCut();
  } else await bed.sh(`sleep ${wait / 1000}; systemctl kill --signal=KILL fixing 2>/dev/null || true`);
}

/** A repair takes an emulated machine minutes: it is asked for by name. */
const kinds: readonly Kind[] = process.env.NODEWARD_CUTS_OF === "machine" ? ["machine"] : ["container"];

for (const kind of kinds)
  test(`a ${kind}, cut off ${cutsOf[kind]} times at random in the middle of a repair`, () =>
    withBed({ image: "debian-12", kind }, async (bed) => {
      const next = random(seed);
      await plant(bed);
      const old = await linesOf(bed);
      const calm = await undisturbed(bed, old, false);
      const risk = await undisturbed(bed, old, true);
      for (let round = 0; round < cutsOf[kind]; round++) {
        const byPower = round % 2 === 1;
        const withRisk = next() < 0.5;
        const wait = Math.round(next() * (kind === "machine" ? 8000 : 2500));
        const name = `${kind}, cut ${round}: ${byPower ? "power" : "kill -9"} ${wait} ms after the first write${withRisk ? ", with a risky group" : ""}`;
        await begin(bed, withRisk);
        await cut(bed, byPower, wait);
        await within(120, async () => (await bed.ssh(operator.name, "true")).code === 0, `${name}: gets in`);
        const made = await recovered(bed, name, withRisk ? risk : calm);
        console.error(`${name}: ${made ? "made" : "put back"}`);
        if (!made) continue;
        const undone = await bed.nodeward(["undo", "last"], long);
        assert.is(undone.code, 0, `${name}: ${undone.stdout}${undone.stderr}`);
        if ((await bed.get("/var/lib/nodeward/pending")) !== undefined)
          assert.is((await bed.nodeward(["confirm", "--same-session"], long)).code, 0, name);
        assert.equal(await linesOf(bed), old, `${name}: undone`);
      }
    }));

test.run();
