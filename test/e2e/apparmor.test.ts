// The shipped AppArmor profiles in a kernel that has AppArmor: loaded, in their mode, refusing what they say and no more; changed
// behind nodeward's back, found and put right; taken out again. One boot for all.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Bed, operator, withBed } from "./bed.js";
import { program } from "./beds/program.js";
import { nodePath } from "./beds/recipe.js";

const list = "/sys/kernel/security/apparmor/profiles";
const restricted = "/etc/apparmor.d/nodeward-restricted";
const only = ["--only", "apparmor.profiles.*"];

/** As somebody who has logged in: what a timer repairs is not repaired again within the hour. */
async function nodeward(bed: Bed, ...argv: readonly string[]) {
  const operators = ["env", `SUDO_USER=${operator.name}`, nodePath, program.inside];
  const { code, stdout, stderr } = await bed.run([...operators, ...argv], { timeoutMs: 300_000 });
  return { code, out: stdout, err: stderr, words: `${stdout}${stderr}`.replace(/\s+/g, " ") };
}

function runIn(out: string): string {
  return /nodeward undo (\S+)/.exec(out)?.[1] ?? "";
}

async function ours(bed: Bed): Promise<string> {
  return (await bed.sh(`grep ^nodeward- ${list} | sort || true`)).trim().replaceAll("\n", ", ");
}

/** Each line is a command under the profile, `+` for one that works, `-` for one that is refused. */
async function behaves(bed: Bed, profile: string, lines: readonly string[]): Promise<void> {
  const script = lines
    .map((line) => `( ${line.slice(2)} ) >/dev/null 2>&1 && echo '+' || echo '-'`)
    .join("\n");
  await bed.put("/run/tried.sh", `${script}\n`);
  const { stdout } = await bed.run(["aa-exec", "-p", profile, "--", "sh", "/run/tried.sh"]);
  const found = stdout.trim().split("\n");
  assert.equal(
    lines.map((line, index) => `${found[index] ?? "?"} ${line.slice(2)}`),
    lines,
    profile,
  );
}

const perl = (program: string) => `perl -e '${program}'`;

const everybody = [
  "+ cat /etc/hostname",
  "+ cat /proc/self/status",
  "+ echo x >/dev/null",
  "+ echo x | cat",
  "+ ls -l /proc/self/exe",
  `+ ${perl("socket(S, 2, 1, 0) or exit 1")}`,
  `+ ${perl("socket(S, 10, 2, 0) or exit 1")}`,
  `+ ${perl("socketpair(A, B, 1, 1, 0) or exit 1")}`,
  "+ sh -c 'sleep 60 & kill $!'",
  "- mount -t tmpfs none /mnt",
  "- mount --bind /etc /mnt",
  "- umount /mnt",
  "- echo 1 >/proc/sys/kernel/sysrq",
  "- kill $(cat /run/outside.pid)",
] as const;

const denyWrite = [
  ...everybody,
  "+ strace -o /dev/null true",
  "- touch /tmp/x",
  "- mkdir /tmp/y",
  "- rm /tmp/there",
  "- mv /tmp/there /tmp/z",
  "- ln /tmp/there /tmp/z",
  "- echo x >>/tmp/there",
  "- echo x >/dev/shm/x",
] as const;

const restrictedDoes = [
  ...everybody,
  "+ touch /tmp/x",
  "+ mv /tmp/x /tmp/z",
  "+ chown 1 /tmp/z",
  "+ rm /tmp/z",
  "+ cat /proc/sys/kernel/sysrq",
  "+ ls /sys/class/net",
  `+ ${perl("socket(S, 16, 3, 0) or exit 1")}`,
  `- ${perl("socket(S, 2, 3, 1) or exit 1")}`,
  `- ${perl("socket(S, 17, 3, 768) or exit 1")}`,
  `- ${perl("socket(S, 17, 2, 768) or exit 1")}`,
  `- ${perl("socket(S, 40, 1, 0) or exit 1")}`,
  "- strace -o /dev/null true",
  "- ls -l /proc/$(cat /run/outside.pid)/exe",
  "- hostname other",
  "- chroot / true",
  "- mknod /tmp/n c 1 3",
  "- echo x >/proc/self/comm",
  "- echo 1 >/sys/kernel/mm/ksm/run",
  "- echo 1 >/mnt/host/proc/sys/kernel/sysrq",
  "- echo 1 >/mnt/host/sys/kernel/mm/ksm/run",
  "- head -c1 /proc/kcore",
  "- ls /sys/kernel/security",
  "- cat /var/lib/kubelet/secret",
  "- ls /var/lib/kubelet",
  "- cat /mnt/host/var/lib/kubelet/secret",
  "- cat /etc/kubernetes/admin.conf",
  "- ls /run/containerd",
  "- touch /var/lib/containerd/x",
] as const;

/** What runc is given: sleep, with the machine's own files. */
function bundle(profile: string): string {
  const namespaces = ["pid", "mount", "ipc", "uts", "network"].map((type) => ({ type }));
  const process = {
    args: ["sleep", "600"],
    cwd: "/",
    env: ["PATH=/usr/bin:/bin"],
    user: { uid: 0, gid: 0 },
    apparmorProfile: profile,
  };
  const mounts = [{ destination: "/proc", type: "proc", source: "proc" }];
  return JSON.stringify({
    ociVersion: "1.0.2",
    root: { path: "root" },
    process,
    mounts,
    linux: { namespaces },
  });
}

/** A container of runc under a profile: started, looked into, told of, killed. */
async function inContainer(bed: Bed, profile: string): Promise<void> {
  await bed.put("/run/made/config.json", bundle(profile));
  await bed.sh(`
mkdir -p /run/made/root; mountpoint -q /run/made/root || mount --bind / /run/made/root
cd /run/made; runc run --detach --pid-file pid made </dev/null >log 2>&1 || { cat log >&2; exit 1; }`);
  assert.match(await bed.sh("cat /proc/$(cat /run/made/pid)/attr/current"), profile);
  const inside = await bed.run(["runc", "exec", "made", "cat", "/etc/hostname"]);
  assert.is(inside.code, 0, inside.stderr);
  const status = await nodeward(bed, "apparmor", "status", "--format", "json");
  const row = JSON.parse(status.out).policies.find((one: { name: string }) => one.name === profile);
  assert.ok(row.usedBy.length > 0, "who uses it");
  const gone = "while kill -0 $(cat /run/made/pid) 2>/dev/null; do sleep 1; done";
  await bed.sh(`runc kill made KILL; timeout 60 sh -c '${gone}'; runc delete made`);
}

async function prepare(bed: Bed): Promise<void> {
  await bed.sh(`
mkdir -p /var/lib/kubelet /etc/kubernetes /mnt/host/var/lib/kubelet /mnt/host/proc /mnt/host/sys
echo x >/var/lib/kubelet/secret; echo x >/etc/kubernetes/admin.conf; echo x >/mnt/host/var/lib/kubelet/secret
mount --bind /proc /mnt/host/proc; mount --bind /sys /mnt/host/sys
mkdir -p /run/containerd /var/lib/containerd; echo x >/tmp/there
(setsid sleep 3600 & echo $! >/run/outside.pid) </dev/null >/dev/null 2>&1`);
}

async function installs(bed: Bed): Promise<string> {
  const before = await nodeward(bed, "apparmor", "status");
  assert.equal([before.code, /3 profiles, 3 not/.test(before.words)], [1, true], before.words);
  const made = await nodeward(bed, "apparmor", "install", "--yes");
  assert.is(made.code, 0, made.words);
  assert.is(
    await ours(bed),
    "nodeward-audit (complain), nodeward-deny-write (enforce), nodeward-restricted (enforce)",
  );
  const after = await nodeward(bed, "apparmor", "status");
  assert.is(after.code, 0, after.words);
  assert.is(runIn((await nodeward(bed, "apparmor", "install", "--yes")).out), "");
  return runIn(made.out);
}

async function audits(bed: Bed): Promise<void> {
  await bed.sh(
    "aa-exec -p nodeward-audit -- sh -c 'echo x >/tmp/audited; rm /tmp/audited; echo 1 >/proc/sys/kernel/sysrq'",
  );
  const log = await bed.sh("cat /var/log/audit/audit.log; dmesg");
  assert.match(log, /apparmor="ALLOWED".*profile="nodeward-audit.*name="\/tmp\/audited"/);
  assert.match(log, /apparmor="DENIED".*profile="nodeward-restricted".*name="\/var\/lib\/kubelet\/secret"/);
  assert.match(log, /apparmor="DENIED".*profile="nodeward-deny-write".*name="\/tmp\/x"/);
}

/** Says what is wrong, and puts it right. */
async function repairs(bed: Bed, damage: string, ...says: readonly RegExp[]): Promise<void> {
  await bed.sh(damage);
  const found = await nodeward(bed, "audit", ...only);
  assert.is(found.code, 1, damage);
  for (const one of says) assert.match(found.words, one);
  const fixed = await nodeward(bed, "audit", "--fix", "--yes", ...only);
  assert.is(fixed.code, 0, fixed.words);
}

/** What a process is under stays; the rest goes out of the kernel with its file. */
async function undoes(bed: Bed, run: string): Promise<void> {
  await bed.sh(`
(setsid aa-exec -p nodeward-restricted -- sleep 3600 & echo $! >/run/held.pid) </dev/null >/dev/null 2>&1
timeout 60 sh -c 'until grep -q restricted /proc/$(cat /run/held.pid)/attr/current; do sleep 1; done'`);
  const refused = await nodeward(bed, "undo", run);
  assert.match(
    refused.words,
    /nodeward-restricted is used by process \d+: without it these run on unconfined/,
  );
  assert.is(await ours(bed), "nodeward-restricted (enforce)");
  assert.is((await bed.sh("ls /etc/apparmor.d | grep ^nodeward-")).trim(), "nodeward-restricted");
}

test("shipped AppArmor profiles hold what they say, and are kept so", () =>
  withBed({ image: "debian-12", kind: "machine" }, async (bed) => {
    await prepare(bed);
    const run = await installs(bed);
    await behaves(bed, "nodeward-deny-write", denyWrite);
    await behaves(bed, "nodeward-restricted", restrictedDoes);
    await audits(bed);
    await inContainer(bed, "nodeward-restricted");
    await inContainer(bed, "nodeward-deny-write");
    const opened = `sed -i 's|^  unix,|  unix,\\n  mount,|; /var\\/lib/d' ${restricted}`;
    await repairs(
      bed,
      opened,
      /not the one shipped with nodeward: it allows mount, what was denied: .*var\/lib/,
    );
    const weak =
      "printf 'profile nodeward-restricted {\\n  file,\\n}\\n' >/run/weak; apparmor_parser -r -K /run/weak";
    await repairs(bed, weak, /the kernel holds something else/);
    const several = `aa-complain nodeward-restricted; apparmor_parser -R /etc/apparmor.d/nodeward-audit
ln -s /etc/apparmor.d/nodeward-deny-write /etc/apparmor.d/disable/`;
    await repairs(bed, several, /its mode is complain/, /nodeward-audit is not in the kernel/, /keeps/);
    const status = await nodeward(bed, "apparmor", "status");
    assert.is(status.code, 0, status.words);
    await undoes(bed, run);
    assert.is((await nodeward(bed, "history", "--verify")).code, 0);
  }));

test.run();
