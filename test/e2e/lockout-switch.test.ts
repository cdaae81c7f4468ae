// Scenes of the dead man's switch: each way of confirming, and each way in which nobody does. Access is back within the
// time limit and 15 seconds.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { apart, asRoot, byPassword, confirmed, getsIn, repair, within } from "./lockout.js";

const nodeward = `${nodePath} ${program.inside}`;
const seconds = 20;
const noPassword = ["sshd.password-authentication"];
const limited = (timeout: number, ...more: readonly string[]) => ({
  user: operator.name,
  more: ["--confirm-timeout", String(timeout), ...more],
});

/** Passwords are switched off, and the run waits. */
async function waits(bed: Bed, timeout = seconds): Promise<void> {
  const answer = await repair(bed, noPassword, limited(timeout));
  assert.match(answer.ended, /unless it is confirmed/);
  assert.not(await getsIn(bed, byPassword), "passwords are off");
  assert.ok(await getsIn(bed), "the key goes on to work");
}

/** Access is back in time; a moment later the run that gave it back has ended. */
async function backInTime(bed: Bed, timeout = seconds): Promise<void> {
  await within(timeout + 15, () => getsIn(bed, byPassword), "passwords work again");
  await within(15, async () => (await bed.get("/var/lib/nodeward/pending")) === undefined, "nothing waits");
}

async function history(bed: Bed): Promise<string> {
  return (await bed.nodeward(["history"])).stdout;
}

const scenes: readonly (readonly [string, (bed: Bed) => Promise<void>])[] = [
  [
    "nobody confirms: put back in time, and said",
    async (bed) => {
      await waits(bed);
      assert.match(await history(bed), /waits/);
      await backInTime(bed);
      assert.match(await history(bed), /rolled-back/);
      assert.match((await bed.nodeward(["history", "--verify"])).stdout, /chain of the journal is whole/);
    },
  ],
  [
    "a new login confirms: kept, and undone when asked",
    async (bed) => {
      await waits(bed);
      const kept = await confirmed(bed);
      assert.is(kept.code, 0, kept.stderr);
      await new Promise((resolve) => setTimeout(resolve, (seconds + 5) * 1000));
      assert.not(await getsIn(bed, byPassword), "still off when the time is over");
      assert.is((await bed.nodeward(["undo", "last"])).code, 0);
      assert.ok(await getsIn(bed, byPassword), "undone");
    },
  ],
  [
    "the run that waits is undone: put back at once",
    async (bed) => {
      await waits(bed, 600);
      const undone = await bed.nodeward(["undo", "last"]);
      assert.is(undone.code, 0, undone.stderr);
      assert.ok(await getsIn(bed, byPassword));
      assert.is(await bed.get("/var/lib/nodeward/pending"), undefined);
    },
  ],
  [
    "the session that made the change proves nothing; --same-session will do",
    async (bed) => {
      const fix = `${nodeward} audit --fix --yes --max-risk lockout --only ${noPassword} --confirm-timeout ${seconds}`;
      const same = await asRoot(bed, `sh -c '${fix} >/dev/null; ${nodeward} confirm'`);
      assert.match(same.stderr, /session from which run .* was made: it does not show/);
      assert.is(same.code, 3);
      await backInTime(bed);
      const said = await asRoot(bed, `sh -c '${fix} >/dev/null; ${nodeward} confirm --same-session'`);
      assert.is(said.code, 0, said.stderr);
      assert.not(await getsIn(bed, byPassword));
    },
  ],
  [
    "the session dies while the run waits",
    async (bed) => {
      await waits(bed);
      await bed.sh(`pkill -KILL -u ${operator.name} || true`);
      await backInTime(bed);
    },
  ],
  [
    "nodeward is killed while it makes the change",
    async (bed) => {
      const running = repair(bed, noPassword, limited(seconds)).catch(() => undefined);
      await within(60, async () => (await bed.get("/var/lib/nodeward/pending")) !== undefined, "armed");
      await bed.sh("pkill -KILL -f 'sbin/nodewar[d] audit' || true");
      await running;
      await backInTime(bed);
      assert.is(await bed.get("/etc/ssh/sshd_config.d/00-nodeward.conf"), undefined);
    },
  ],
  [
    "a restart while the run waits: the boot puts it back",
    async (bed) => {
      await waits(bed, 600);
      await bed.reboot();
      assert.ok(await getsIn(bed, byPassword), "passwords work again after the restart");
      assert.is(await bed.get("/var/lib/nodeward/pending"), undefined);
    },
  ],
  [
    "the power goes while the run waits",
    async (bed) => {
      await waits(bed, 600);
      await bed.powerCut();
      assert.ok(await getsIn(bed, byPassword), "passwords work again after the cut");
    },
  ],
  [
    "a restart after the confirmation: kept",
    async (bed) => {
      await waits(bed, 600);
      assert.is((await confirmed(bed)).code, 0);
      await bed.reboot();
      assert.not(await getsIn(bed, byPassword));
      assert.ok(await getsIn(bed));
    },
  ],
  [
    "a second run, and every command, while one waits",
    async (bed) => {
      await waits(bed);
      const second = await bed.nodeward(["audit", "--fix", "--yes", "--only", "sshd.banner"]);
      assert.is(second.code, 3);
      assert.match(second.stderr, /waits to be confirmed until/);
      assert.match((await bed.nodeward(["checks"])).stderr, /waits to be confirmed until .*nodeward confirm/);
      await backInTime(bed);
      assert.is((await bed.nodeward(["checks"])).stderr, "");
    },
  ],
  [
    "somebody stops the timer: the next command puts it back",
    async (bed) => {
      await waits(bed);
      await bed.sh("systemctl stop 'nodeward-switch-*.timer'");
      await new Promise((resolve) => setTimeout(resolve, (seconds + 2) * 1000));
      assert.not(await getsIn(bed, byPassword));
      const next = await bed.nodeward(["audit", "--fix", "--yes", "--only", "sshd.strict-modes"]);
      assert.match(next.stderr, /put back/);
      assert.ok(await getsIn(bed, byPassword));
    },
  ],
  [
    "without systemd-run nothing risky is changed",
    async (bed) => {
      await bed.sh("mv /usr/bin/systemd-run /usr/bin/systemd-run.away");
      const answer = await repair(bed, noPassword, limited(seconds));
      await bed.sh("mv /usr/bin/systemd-run.away /usr/bin/systemd-run");
      assert.match(answer.groups[0]?.reason ?? "", /dead man's switch could not be armed/);
      assert.ok(await getsIn(bed, byPassword));
    },
  ],
  [
    "a program that others could replace arms nothing",
    async (bed) => {
      await bed.sh(`chmod 777 ${program.inside}`);
      const answer = await repair(bed, noPassword, limited(seconds));
      await bed.sh(`chmod 755 ${program.inside}`);
      assert.match(answer.groups[0]?.reason ?? "", /can be written by everybody/);
      assert.ok(await getsIn(bed, byPassword));
    },
  ],
  [
    "a firewall that nobody confirms is off again",
    async (bed) => {
      await bed.sh("ufw allow 22/tcp >/dev/null");
      const answer = await repair(bed, ["ufw.enabled"], limited(seconds));
      assert.match(answer.ended, /unless it is confirmed/);
      assert.match(await bed.sh("ufw status"), /Status: active/);
      await within(seconds + 15, async () => /inactive/.test(await bed.sh("ufw status")), "ufw is off again");
      assert.ok(await getsIn(bed));
    },
  ],
  [
    "sudo without a password comes back where nobody confirms",
    async (bed) => {
      await bed.sh(
        `echo '${operator.name} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/x; chmod 440 /etc/sudoers.d/x`,
      );
      await repair(bed, ["sudo.nopasswd"], limited(seconds));
      const free = async () => (await bed.ssh(operator.name, "sudo -n true")).code === 0;
      assert.not(await free());
      await within(seconds + 15, free, "sudo asks for nothing again");
    },
  ],
  [
    "a minute of health confirms where nobody is there",
    async (bed) => {
      const answer = await repair(bed, noPassword, {
        user: undefined,
        more: ["--confirm", "probe", "--confirm-timeout", "100"],
      });
      assert.is(answer.ended, "");
      assert.equal(
        answer.groups.map(({ state }) => state),
        ["done"],
      );
      assert.not(await getsIn(bed, byPassword));
      assert.is(await bed.get("/var/lib/nodeward/pending"), undefined);
    },
  ],
  [
    "sshd dies within the minute: put back at once",
    async (bed) => {
      const more = ["--confirm", "probe", "--confirm-timeout", "90"];
      const running = repair(bed, noPassword, { user: undefined, more });
      await within(60, async () => (await bed.get("/var/lib/nodeward/pending")) !== undefined, "armed");
      await new Promise((resolve) => setTimeout(resolve, 8000));
      await bed.sh("systemctl stop ssh");
      const answer = await running;
      assert.is(answer.code, 5);
      assert.equal(
        answer.groups.map(({ state }) => state),
        ["rolled-back"],
      );
      await bed.sh("systemctl start ssh");
      assert.ok(await getsIn(bed, byPassword));
    },
  ],
  [
    "times that are too short, too long, or no time for a proof",
    async (bed) => {
      for (const time of ["9", "3601", "x"]) {
        const bad = await bed.nodeward(["audit", "--fix", "--yes", "--confirm-timeout", time]);
        assert.is(bad.code, 2, time);
      }
      const probe = ["audit", "--fix", "--yes", "--confirm", "probe", "--confirm-timeout", "60"];
      assert.is((await bed.nodeward(probe)).code, 2);
      assert.is((await bed.nodeward(["confirm"])).code, 1);
    },
  ],
];

const played = apart(scenes.map(([, scene]) => scene));
for (const [index, [name]] of scenes.entries()) test(name, () => played[index]?.());

test.run();
