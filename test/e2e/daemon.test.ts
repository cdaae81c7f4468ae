// The daemon's unit on a running node: told within seconds and once, whatever happens to the daemon meanwhile; small, idle,
// ended cleanly; and the repairs that a site allows it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, withBed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";
import { install, type Message, messages, putUnits, site } from "./watched.js";

const unit = "nodeward-daemon.service";
const dropIns = "/etc/ssh/sshd_config.d";
/** A machine that does many things at once is slow; what is told is told, though. */
const patienceMs = 180_000;

async function until(bed: Bed, what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patienceMs; ; ) {
    if (await holds()) return;
    if (Date.now() > end) {
      const log = await bed.sh(`journalctl -u ${unit} -n 60 --no-pager -o short-precise`);
      throw new Error(`not within ${patienceMs / 1000} s: ${what}\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function property(bed: Bed, name: string): Promise<string> {
  return (await bed.sh(`systemctl show -P ${name} ${unit}`)).trim();
}

/** What the last looks were told to have changed since, in order; a message that came twice counts once. */
function distinct(all: readonly Message[]): readonly Message[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** How often a file was told to have changed in this way. */
async function toldOf(bed: Bed, change: string, path: RegExp): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { drifts } of distinct(await messages(bed))) {
    const things = [
      ...(drifts[0]?.changes ?? []),
      ...(drifts[0]?.bundles ?? []).flatMap((one) => one.changes),
    ];
    for (const one of things)
      if (one.change === change && path.test(one.key)) counts.set(one.key, (counts.get(one.key) ?? 0) + 1);
  }
  return counts;
}

async function verdicts(bed: Bed, id: string): Promise<readonly string[]> {
  const all = distinct(await messages(bed)).flatMap(({ drifts }) => drifts[0]?.verdicts ?? []);
  return all.filter((one) => one.id === id).map(({ change }) => change);
}

async function started(bed: Bed): Promise<void> {
  await install(bed);
  await putUnits(bed, [unit, "nodeward-repair.service"]);
  await bed.sh(`systemctl daemon-reload; systemctl start ${unit}`, { timeoutMs: patienceMs });
  await until(bed, "quiet after the start", async () => /^score/.test(await property(bed, "StatusText")));
}

async function tellsAtOnce(bed: Bed): Promise<void> {
  const id = "sshd.permit-empty-passwords";
  await bed.put(`${dropIns}/10-open.conf`, "PermitEmptyPasswords yes\n");
  await until(bed, "the change", async () => (await verdicts(bed, id)).includes("new"));
  await bed.sh(`rm ${dropIns}/10-open.conf`);
  await until(bed, "its end", async () => (await verdicts(bed, id)).includes("resolved"));
  assert.equal(await verdicts(bed, id), ["new", "resolved"]);
  await bed.sh(`systemd-run --unit=door ${nodePath} -e 'require("net").createServer().listen(4444)'`);
  await until(bed, "the listener", async () => (await toldOf(bed, "appeared", /:4444$/)).size > 0);
  await bed.sh("systemctl stop door");
}

async function standsABurst(bed: Bed): Promise<void> {
  const form = /\/many\/\d+$/;
  await bed.sh(`mkdir ${dropIns}/many; for i in $(seq 1000); do echo "$i" >${dropIns}/many/$i; done`);
  await until(bed, "a thousand files", async () => (await toldOf(bed, "appeared", form)).size === 1000);
  // A folder that goes and comes again is watched as before.
  await bed.sh(`rm -r ${dropIns}/many; mkdir ${dropIns}/many`);
  await until(bed, "a thousand files gone", async () => (await toldOf(bed, "gone", form)).size === 1000);
  await bed.sh(`echo x >${dropIns}/many/late`);
  await until(bed, "a file in it", async () => (await toldOf(bed, "appeared", /\/late$/)).size === 1);
  for (const change of ["appeared", "gone"])
    assert.equal(
      [...(await toldOf(bed, change, form)).values()].filter((times) => times !== 1),
      [],
      change,
    );
  const looks = (await bed.sh("wc -l </var/lib/nodeward/scores.ndjson")).trim();
  assert.ok(Number(looks) < 60, `${looks} looks`);
}

async function survivesKills(bed: Bed): Promise<void> {
  for (let time = 0; time < 6; time++) {
    await bed.sh(`echo ${time} >${dropIns}/kill-${time}; sleep ${0.3 + 0.4 * time}`);
    await bed.sh(`systemctl kill --signal=KILL ${unit}; systemctl restart ${unit}`, {
      timeoutMs: patienceMs,
    });
  }
  const form = /\/kill-\d$/;
  await until(bed, "all that changed", async () => (await toldOf(bed, "appeared", form)).size === 6);
  assert.equal([...(await toldOf(bed, "appeared", form)).values()], [1, 1, 1, 1, 1, 1]);
}

async function standsAFullDisk(bed: Bed): Promise<void> {
  await bed.sh(`systemctl stop ${unit}; cp -a /var/lib/nodeward /root/state
    mount -t tmpfs -o size=8m,mode=0700 none /var/lib/nodeward; cp -a /root/state/. /var/lib/nodeward
    systemctl start ${unit}`);
  await bed.sh("dd if=/dev/zero of=/var/lib/nodeward/fill bs=4k 2>/dev/null || true");
  await bed.sh(`echo x >${dropIns}/full`);
  await until(bed, "that it cannot be kept", async () =>
    (await bed.sh(`journalctl -u ${unit} --no-pager -o cat`)).includes("no space left"),
  );
  await bed.sh("rm /var/lib/nodeward/fill");
  await until(bed, "what was not told", async () => (await toldOf(bed, "appeared", /\/full$/)).size === 1);
  await bed.sh(`echo y >${dropIns}/after`);
  await until(bed, "the next", async () => (await toldOf(bed, "appeared", /\/after$/)).size === 1);
  assert.equal([...(await toldOf(bed, "appeared", /\/full$/)).values()], [1]);
}

async function reloads(bed: Bed): Promise<void> {
  await bed.put("/etc/nodeward/nodeward.yaml", "drift: {intervall: 1h}\n");
  await bed.sh(`systemctl reload ${unit}`);
  await until(bed, "the complaint", async () =>
    (await bed.sh(`journalctl -u ${unit} --no-pager -o cat`)).includes("the one before stays in force"),
  );
  await bed.put(`${dropIns}/20-more.conf`, "# told all the same\n");
  await until(bed, "it", async () => (await toldOf(bed, "appeared", /20-more/)).size === 1);
  await bed.put("/etc/nodeward/nodeward.yaml", site);
  await bed.sh(`systemctl reload ${unit}`);
  await until(bed, "active", async () => (await property(bed, "ActiveState")) === "active");
}

/** Logs that are moved, cut or begun anew are no change of the node, and stop nothing. */
async function standsRotation(bed: Bed): Promise<void> {
  const looks = async () => Number(await bed.sh("wc -l </var/lib/nodeward/scores.ndjson"));
  const before = await looks();
  await bed.sh(`touch /var/log/dpkg.log /var/log/auth.log
    cp /var/log/dpkg.log /var/log/dpkg.log-20261122; : >/var/log/dpkg.log
    mv /var/log/auth.log /var/log/auth.log.1; touch /var/log/auth.log; journalctl --rotate; sleep 5`);
  assert.is(await looks(), before, "a rotation is looked at");
  await bed.sh(`echo x >${dropIns}/rotated`);
  await until(bed, "what changes then", async () => (await toldOf(bed, "appeared", /\/rotated$/)).size === 1);
}

async function isSmall(bed: Bed): Promise<void> {
  const pid = await property(bed, "MainPID");
  const resident = /VmHWM:\s+(\d+) kB/.exec(await bed.sh(`cat /proc/${pid}/status`))?.[1];
  assert.ok(Number(resident) < 90 * 1024, `${resident} kB`);
  assert.is(await property(bed, "NRestarts"), "0");
}

async function endsCleanly(bed: Bed): Promise<void> {
  const from = Date.now();
  await bed.sh(`systemctl stop ${unit}`);
  assert.ok(Date.now() - from < 30_000);
  assert.is(await property(bed, "Result"), "success");
  assert.is((await bed.sh("pgrep -fc -- '[n]odeward daemon' || true")).trim(), "0");
}

/** An hour passes in the ledger; then the next repair is changed back, too, which is told once, and left as it is. */
async function isContested(bed: Bed, id: string): Promise<void> {
  const ledger = "/var/lib/nodeward/autofix.json";
  const earlier = `const fs = require("fs"); const data = JSON.parse(fs.readFileSync("${ledger}"));
    for (const one of data.attempts) one.at = new Date(Date.parse(one.at) - 7200000).toISOString();
    fs.writeFileSync("${ledger}", JSON.stringify(data))`;
  await bed.run([nodePath, "-e", earlier]);
  const file = `${dropIns}/00-site.conf`;
  const holds = async (word: string) => ((await bed.get(file)) ?? "").includes(`X11Forwarding ${word}`);
  await bed.sh(`echo '# touched' >>${file}`);
  await until(bed, "the second repair", () => holds("no"));
  // What goes back and forth is told no more by then: the ledger knows.
  await until(bed, "that it passes", async () => /"passed":true/.test((await bed.get(ledger)) ?? ""));
  await bed.put(file, "X11Forwarding yes\n");
  const told = async () =>
    (await bed.sh("journalctl -t nodeward --no-pager -o cat"))
      .split("\n")
      .filter((line) => line.includes(`${id}: changed back 2 times`));
  await until(bed, "that it is contested", async () => (await told()).length > 0);
  await bed.sh(`echo '# again' >>${file}; sleep 10`);
  assert.is((await told()).length, 1);
  assert.match((await told()).join(), "it is contested and left as it is");
  assert.ok(await holds("yes"));
}

test("told at once and once: through bursts, kills, a full disk and a wrong configuration", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await started(bed);
    await tellsAtOnce(bed);
    await isSmall(bed);
    await standsABurst(bed);
    await isSmall(bed);
    await standsRotation(bed);
    await reloads(bed);
    await survivesKills(bed);
    await standsAFullDisk(bed);
    await endsCleanly(bed);
  }));

test("one a node; watched by systemd; what drifts is repaired where the site allows it, and the fight is told", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    const id = "sshd.x11-forwarding";
    await bed.put("/etc/systemd/system/nodeward-daemon.service.d/short.conf", "[Service]\nWatchdogSec=10\n");
    await bed.put(`${dropIns}/00-site.conf`, "X11Forwarding no\n");
    await started(bed);
    await bed.put("/etc/nodeward/nodeward.yaml", `${site}  autofix: reload\n`);
    assert.is((await bed.nodeward(["baseline", "accept"], { timeoutMs: patienceMs })).code, 0);
    await bed.sh(`systemctl reload ${unit}`);
    const second = await bed.nodeward(["daemon"], { timeoutMs: patienceMs });
    assert.is(second.code, 3);
    assert.match(second.stderr, "one is running: nodeward daemon, process");

    await bed.put(`${dropIns}/00-site.conf`, "X11Forwarding yes\n");
    await until(bed, "the repair", async () => (await verdicts(bed, id)).includes("resolved"));
    assert.match((await bed.get(`${dropIns}/00-site.conf`)) ?? "", "X11Forwarding no");
    assert.match(await bed.sh(`${nodePath} ${program.inside} history`), "fix");
    await bed.put(`${dropIns}/00-site.conf`, "X11Forwarding yes\n");
    await until(bed, "the fight", async () =>
      (await bed.sh(`journalctl -u ${unit} --no-pager -o cat`)).includes(`${id}: changed back once`),
    );
    assert.match((await bed.get(`${dropIns}/00-site.conf`)) ?? "", "X11Forwarding yes", "one repair an hour");
    await isContested(bed, id);
    await bed.sh("sleep 15");
    assert.equal([await property(bed, "NRestarts"), await property(bed, "ActiveState")], ["0", "active"]);
    await endsCleanly(bed);
  }));

test.run();
