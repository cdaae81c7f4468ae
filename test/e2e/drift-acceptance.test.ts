// What an intruder or a colleague does to a node, all of it, and putting it back: each told once by every channel, and by whom;
// a full disk and a webhook that is away for long lose nothing and repeat nothing.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";
import { nodePath } from "./beds/recipe.js";
import { install, look, type Message, messages, textfile } from "./watched.js";

const spool = "/var/spool/fakemail";
const profile = "/var/lib/kubelet/seccomp/nodeward/workload.json";
const rootLogin = "/etc/ssh/sshd_config.d/10-root.conf";
const more = `    - syslog
    - mail: {to: ops@example.org, program: /usr/local/sbin/fakemail}
`;

/** As the operator, over ssh and by sudo. */
async function sudo(bed: Bed, command: string): Promise<void> {
  const done = await bed.ssh(operator.name, `sudo -S -p '' ${command}`, { input: `${operator.password}\n` });
  assert.is(done.code, 0, done.stderr);
}

async function prepare(bed: Bed): Promise<void> {
  await install(bed);
  await bed.sh(`cat >>/etc/nodeward/nodeward.yaml <<'E'\n${more}E`);
  // What our unit could not do: it writes nothing there.
  await bed.put("/usr/local/sbin/fakemail", `#!/bin/sh\ncat >"$(mktemp ${spool}/XXXXXX)"\n`, { mode: 0o755 });
  await bed.put("/etc/ssh/sshd_config.d/20-base.conf", "PermitRootLogin no\n");
  await bed.put(profile, '{"defaultAction":"SCMP_ACT_ERRNO"}\n');
  await bed.sh(`mkdir -p ${spool}; ${packed("1")}`);
  await look(bed);
}

function packed(version: string): string {
  return `rm -rf /root/pack; mkdir -p /root/pack/DEBIAN /root/pack/etc/cron.d
    printf 'Package: timed\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: x <x@x>\\nDescription: x\\n' >/root/pack/DEBIAN/control
    for i in $(seq 5); do echo "# ${version}" >/root/pack/etc/cron.d/timed-$i; done
    dpkg-deb --build /root/pack /root/timed.deb >/dev/null; dpkg -i /root/timed.deb >/dev/null`;
}

interface Told {
  readonly change: string;
  readonly by: string;
}

/** What a message says of each thing since the last run, bundled or not. */
function things(message: Message | undefined): ReadonlyMap<string, Told> {
  const { changes = [], bundles = [] } = message?.drifts[0] ?? {};
  return new Map([
    ...changes.map(({ kind, key, change, by }) => [`${kind} ${key}`, { change, by }] as const),
    ...bundles.flatMap(({ by, changes: all }) =>
      all.map(({ kind, key, change }) => [`${kind} ${key}`, { change, by }] as const),
    ),
  ]);
}

function verdict(message: Message | undefined, id: string): string | undefined {
  return message?.drifts[0]?.verdicts.find((one) => one.id === id)?.change;
}

/** How often the journal was told so. */
async function entries(bed: Bed, change: string, ...words: readonly string[]): Promise<number> {
  const log = await bed.sh(
    "journalctl -t nodeward -o json --no-pager --output-fields=MESSAGE,NODEWARD_CHANGE",
  );
  const wanted = [`"NODEWARD_CHANGE":"${change}"`, ...words];
  return log.split("\n").filter((line) => wanted.every((word) => line.includes(word))).length;
}

async function changeAll(bed: Bed): Promise<void> {
  await sudo(bed, `sh -c 'echo PermitRootLogin yes >${rootLogin}'`);
  await sudo(bed, `sh -c 'echo {} >${profile}'`);
  await bed.sh("sleep 3");
  await sudo(bed, "useradd --create-home mallory");
  await bed.sh(
    `systemd-run --unit=backdoor ${nodePath} -e 'require("net").createServer().listen(4444)'; sleep 1`,
  );
  const program = `require("net").createServer().listen(5555); setTimeout(() => process.exit(), 600000)`;
  const opened = await bed.ssh(
    operator.name,
    `setsid ${nodePath} -e '${program}' </dev/null >/dev/null 2>&1 & sleep 2`,
  );
  assert.is(opened.code, 0, opened.stderr);
}

async function restoreAll(bed: Bed): Promise<void> {
  await bed.sh(
    `rm ${rootLogin}; echo '{"defaultAction":"SCMP_ACT_ERRNO"}' >${profile}; userdel -r mallory 2>/dev/null; systemctl stop backdoor; pkill -f '[5]555'`,
  );
}

test("each deed is told once, by every channel, with who did it; putting it back is told as resolved", () =>
  withBed({ image: "debian-12", kind: "container" }, async (bed) => {
    await prepare(bed);
    await changeAll(bed);
    await look(bed);
    const [first, ...others] = await messages(bed);
    assert.equal(others, []);
    const seen = things(first);
    const by = (thing: string) => seen.get(thing)?.by ?? `not told: ${[...seen.keys()].join(", ")}`;
    assert.match(by(`file ${rootLogin}`), /^op by sudo \(/);
    assert.match(by(`file ${profile}`), /^op by sudo \(/);
    assert.match(by("file /etc/passwd"), /while op ran \/usr\/sbin\/useradd --create-home mallory by sudo/);
    assert.is(seen.get("listener tcp [::]:4444")?.change, "appeared", [...seen.keys()].join(", "));
    const noPackage = `with ${nodePath} \\(of no package\\)`;
    const backdoor = by("listener tcp [::]:4444");
    assert.match(backdoor, new RegExp(`^root ${noPackage}, unit backdoor.service$`), backdoor);
    assert.match(
      by("listener tcp [::]:5555"),
      new RegExp(`^op ${noPackage}, (?:login session|unit ssh.service)`),
    );
    const { when = "" } = first?.drifts[0]?.changes.find(({ key }) => key === "tcp [::]:4444") ?? {};
    assert.ok(Math.abs(Date.parse(when) - Date.now()) < 600_000, when);
    assert.is(verdict(first, "sshd.permit-root-login"), "new");
    const metrics = (await bed.get(textfile)) ?? "";
    assert.match(metrics, /nodeward_drift_changes\{kind="listener"\} 2/);
    assert.match(metrics, 'nodeward_check_failed{check="sshd.permit-root-login"');

    await bed.sh(packed("2"));
    await look(bed);
    const [, second, ...none] = await messages(bed);
    assert.equal(none, []);
    assert.match(
      things(second).get("file /etc/cron.d/timed-3")?.by ?? "",
      "dpkg (upgrade of timed:all 1 -> 2)",
    );
    assert.is(things(second).get("package timed:all")?.change, "changed");

    await restoreAll(bed);
    await look(bed);
    const [, , third, ...rest] = await messages(bed);
    assert.equal(rest, []);
    assert.is(things(third).get(`file ${rootLogin}`)?.change, "gone");
    assert.is(things(third).get("listener tcp [::]:4444")?.change, "gone");
    assert.is(things(third).get(`file ${profile}`)?.change, "changed");
    assert.is(verdict(third, "sshd.permit-root-login"), "resolved");
    assert.not.match((await bed.get(textfile)) ?? "", 'nodeward_check_failed{check="sshd.permit-root-login"');

    assert.is(await entries(bed, "new", "sshd.permit-root-login"), 1);
    assert.is(await entries(bed, "resolved", "sshd.permit-root-login"), 1);
    assert.is(await entries(bed, "appeared", rootLogin), 1);
    assert.is(await entries(bed, "appeared", ":4444"), 1);
    assert.is(await entries(bed, "gone", ":4444"), 1);
    assert.is(await entries(bed, "bundle", "dpkg"), 1);
    assert.is((await bed.sh(`ls ${spool} | wc -l`)).trim(), "3", "a mail a look");
    assert.match(await bed.sh(`grep -h ^Subject: ${spool}/*`), /Subject: nodeward: .*: \d+ fail now/);
    const local = await bed.sh("journalctl -o cat --no-pager _TRANSPORT=syslog SYSLOG_IDENTIFIER=nodeward");
    assert.is(local.split("\n").filter((line) => /sshd\.permit-root-login fails now/.test(line)).length, 1);

    await lateButOnce(bed);
  }));

/** A webhook that is away for three looks, and a disk that is full for one of them. */
async function lateButOnce(bed: Bed): Promise<void> {
  const state = "/var/lib/nodeward";
  await bed.sh(
    `touch /root/hook/down; cp -a ${state} /root/state; mount -t tmpfs -o size=16m,mode=0700 tmpfs ${state}; cp -a /root/state/. ${state}`,
  );
  await bed.put("/etc/cron.d/one", "# 1\n");
  await look(bed);
  await bed.sh(`cat /dev/zero >${state}/filler 2>/dev/null || true`);
  await bed.put("/etc/cron.d/two", "# 2\n");
  const full = await bed.run(["systemctl", "start", "nodeward-drift.service"], { timeoutMs: 120_000 });
  assert.is.not(full.code, 0, "what could not be kept is no success");
  assert.match(
    await bed.sh("journalctl -u nodeward-drift.service -n 60 --no-pager -o cat | tr '\\n' ' '"),
    /no\s+space\s+left\s+on\s+the\s+file\s+system/,
  );
  assert.is(await entries(bed, "appeared", "/etc/cron.d/two"), 0, "it is found again, and told then");
  await bed.sh(`rm ${state}/filler`);
  await look(bed);
  assert.is((await messages(bed)).length, 3, "the webhook is away");
  await bed.sh("rm /root/hook/down");
  await look(bed);
  const late = (await messages(bed)).slice(3);
  const keys = late
    .flatMap((message) => [...things(message).keys()])
    .filter((key) => key.startsWith("file /etc/cron.d/"));
  assert.equal(keys, ["file /etc/cron.d/one", "file /etc/cron.d/two"]);
  for (const name of ["one", "two"])
    assert.is(await entries(bed, "appeared", `/etc/cron.d/${name}`), 1, name);
}

test.run();
