// Which change needs which validator, reload, restart and proof of health? And how is each live change taken back?
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Group, GroupName, LiveChange, Wanted } from "../../../src/core/plan.js";
import { asker } from "../../../src/engine/gather.js";
import { commandOf } from "../../../src/host/actions.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";
import { undoOf } from "../../../src/remedy/live-undo.js";
import { type Call, type Reaction, reactionOf } from "../../../src/remedy/reactions.js";

function reaction(
  name: GroupName,
  paths: readonly string[],
  running: readonly string[] = [],
  more: { readonly live?: readonly LiveChange[]; readonly wanted?: Wanted } = {},
): Reaction {
  const wanted = more.wanted ?? { state: "file", content: "", encoding: "utf8" };
  const files = paths.map((path) => ({
    path,
    before: { state: "absent" as const },
    wanted,
    checks: [],
    diff: "",
  }));
  const group: Group = { name, risk: "none", files, live: more.live ?? [], checks: [] };
  return reactionOf(group, (unit) => running.includes(unit));
}

const words = (calls: readonly Call[]) => calls.map(({ action, args }) => [action, ...args].join(" "));

test("sshd is reloaded where it runs, under the name it has here; not for a mode", () => {
  const paths = ["/etc/ssh/sshd_config.d/00-nodeward.conf", "/etc/ssh/sshd_config"];
  for (const unit of ["ssh.service", "sshd.service"]) {
    const { validate, react, health } = reaction("sshd", paths, [unit]);
    assert.equal(words(validate), ["make-sshd-directory", "check-sshd"]);
    assert.equal(words(react), [`reload-unit ${unit}`]);
    assert.equal(health, [{ kind: "unit", unit }, { kind: "sshd" }]);
  }
  assert.equal(reaction("sshd", paths).react, []);
  const mode = reaction("sshd", paths, ["ssh.service"], { wanted: { state: "attributes", mode: 0o600 } });
  assert.equal([mode.validate, mode.react], [[], []]);
});

test("sshd that only starts when somebody comes has nothing to reload, and must greet all the same", () => {
  for (const socket of ["ssh.socket", "sshd.socket"]) {
    const { react, health } = reaction("sshd", ["/etc/ssh/sshd_config"], [socket]);
    assert.equal([react, health], [[], [{ kind: "sshd" }]]);
  }
  const both = reaction("sshd", ["/etc/ssh/sshd_config"], ["ssh.socket", "ssh.service"]);
  assert.equal(words(both.react), ["reload-unit ssh.service"]);
  assert.equal(both.health, [{ kind: "unit", unit: "ssh.service" }, { kind: "sshd" }]);
});

test("sudoers are judged before they are in place, each and then together", () => {
  const { staged, validate, react } = reaction("sudo", ["/etc/sudoers.d/nodeward"]);
  assert.equal(staged("/etc/sudoers.d/nodeward", "/x"), { action: "check-sudoers-file", args: ["/x"] });
  assert.equal([words(validate), react], [["check-sudoers"], []]);
});

test("ufw: rules are parsed by iptables-restore of their family, and loaded once", () => {
  const { staged, react } = reaction("ufw-rules", ["/etc/ufw/user.rules", "/etc/default/ufw"]);
  assert.is(staged("/etc/ufw/user.rules", "/x")?.action, "check-ufw-rules");
  assert.is(staged("/etc/ufw/user6.rules", "/x")?.action, "check-ufw-rules6");
  assert.is(staged("/etc/default/ufw", "/x"), undefined);
  assert.equal(words(react), ["reload-ufw"]);
  const enable = { action: "enable-ufw" as const, args: [], checks: [] };
  assert.equal(reaction("ufw-enable", ["/etc/ufw/ufw.conf"], [], { live: [enable] }).react, []);
  assert.equal(words(reaction("ufw-enable", ["/etc/ufw/ufw.conf"]).react), ["reload-ufw"]);
});

test("the kubelet: units read again, restarted once, waited for", () => {
  const paths = ["/var/lib/kubelet/config.yaml", "/etc/systemd/system/kubelet.service.d/x.conf"];
  const { react, health } = reaction("kubelet", paths, ["kubelet.service"]);
  assert.equal(words(react), ["reload-systemd", "restart-unit kubelet.service"]);
  assert.equal(health, [{ kind: "unit", unit: "kubelet.service" }, { kind: "kubelet" }]);
  assert.equal(words(reaction("kubelet", ["/etc/rancher/k3s/config.yaml"], ["k3s.service"]).react), [
    "restart-unit k3s.service",
  ]);
  assert.equal(reaction("kubelet", paths).health, []);
});

test("logging: each daemon in its own way, and only where it runs", () => {
  const paths = [
    "/etc/audit/rules.d/x.rules",
    "/etc/audit/auditd.conf",
    "/etc/systemd/journald.conf",
    "/etc/rsyslog.conf",
  ];
  const all = ["auditd.service", "systemd-journald.service", "rsyslog.service"];
  assert.equal(words(reaction("logging", paths, all).react), [
    "load-audit-rules",
    "hang-up-unit auditd.service",
    "restart-unit systemd-journald.service",
    "restart-unit rsyslog.service",
  ]);
  assert.equal(reaction("logging", paths).react, []);
});

test("fstab is verified, profiles are compiled, manifests are waited for", () => {
  assert.equal(words(reaction("mounts", ["/etc/fstab"]).validate), ["check-fstab"]);
  assert.is(reaction("profiles", []).staged("/etc/apparmor.d/x", "/y")?.action, "check-apparmor");
  assert.is(reaction("profiles", []).staged("/var/lib/kubelet/seccomp/nodeward/x.json", "/y"), undefined);
  const { health } = reaction("control-plane", ["/etc/kubernetes/manifests/etcd.yaml"], ["kubelet.service"]);
  assert.equal(health, [{ kind: "control-plane" }]);
});

const ok = (stdout: string) => ({ state: "ok" as const, code: 0, stdout, stderr: "" });

async function undo(
  action: LiveChange["action"],
  args: readonly string[],
  files: MemoryFiles = {},
  runs: MemoryOptions["runs"] = {},
): Promise<string> {
  const host = memoryHost(files, { live: true, runs });
  const found = await undoOf({ action, args, checks: [] }, { host, ask: asker(host) });
  if (found.state !== "ok") return found.state;
  return found.undo.map((one) => [one.action, ...one.args].join(" ")).join("; ");
}

test("a kernel value goes back to what it was, unless the kernel keeps it for good", async () => {
  const panic = { "/proc/sys/kernel/panic": "0\n" };
  assert.is(await undo("set-sysctl", ["kernel.panic", "10"], panic), "set-sysctl kernel.panic 0");
  assert.is(await undo("set-sysctl", ["kernel.panic", "0"], panic), "same");
  assert.is(await undo("set-sysctl", ["kernel.nosuch", "0"], panic), "unknown");
  const kexec = { "/proc/sys/kernel/kexec_load_disabled": "0\n" };
  assert.is(await undo("set-sysctl", ["kernel.kexec_load_disabled", "1"], kexec), "");
});

test("modules, units, mounts, sockets, ufw: back to the state that was there, nothing where it is so", async () => {
  const modules = { "/proc/modules": "usb_storage 1 0 - Live 0x0\n" };
  assert.is(await undo("unload-module", ["usb-storage"], modules), "load-module usb-storage");
  assert.is(await undo("unload-module", ["sctp"], modules), "same");
  assert.is(await undo("load-module", ["sctp"], modules), "unload-module sctp");
  const state = (word: string) => ({ "unit-enabled": ok(`${word}\n`), "unit-active": ok(`${word}\n`) });
  assert.is(await undo("enable-unit", ["x"], {}, state("disabled")), "disable-unit x");
  assert.is(await undo("enable-unit", ["x"], {}, state("enabled")), "same");
  assert.is(await undo("stop-unit", ["x"], {}, state("active")), "start-unit x");
  assert.is(await undo("stop-unit", ["x"], {}, state("inactive")), "same");
  assert.is(await undo("stop-unit", ["x"]), "unknown");
  const mountinfo = {
    "/proc/1/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /tmp rw,nosuid - tmpfs tmpfs rw\n",
  };
  assert.is(await undo("remount", ["/tmp", "nodev,nosuid"], mountinfo), "remount /tmp dev");
  assert.is(await undo("remount", ["/tmp", "nosuid"], mountinfo), "same");
  const socket = { "/run/s": { kind: "socket" as const, mode: 0o666, uid: 0, gid: 7 } };
  assert.is(await undo("set-socket-mode", ["/run/s", "0660"], socket), "set-socket-mode /run/s 0666");
  assert.is(await undo("set-socket-owner", ["/run/s", "0:0"], socket), "set-socket-owner /run/s 0:7");
  assert.is(await undo("enable-ufw", [], {}, { "iptables-save": ok("*filter\n") }), "unload-ufw");
  const off = { "iptables-save": ok("-A INPUT -j ufw-before-input\n") };
  assert.is(await undo("enable-ufw", [], {}, off), "unload-ufw");
  const on = { "iptables-save": ok("-A INPUT -j ufw-before-input\n-A ufw-before-input -i lo -j ACCEPT\n") };
  assert.is(await undo("enable-ufw", [], {}, on), "");
});

test("AppArmor: a new profile is taken out again, one that was loaded is loaded from its old file", async () => {
  const list = "/sys/kernel/security/apparmor/profiles";
  const file = "/etc/apparmor.d/x";
  const loaded = { [list]: "old (enforce)\n/usr/bin/man (enforce)\n", [file]: "" };
  const names = { "apparmor-names": ok("old\nnew\nnew//child\n") };
  assert.is(
    await undo("load-apparmor-profile", [file], loaded, names),
    `load-apparmor-profile ${file}; unload-apparmor-profile new ${file}`,
  );
  // Taken back after the file is gone.
  assert.is(await undo("load-apparmor-profile", [file], { [list]: "old (enforce)\n" }, names), "same");
  assert.is(
    await undo("unload-apparmor-profile", ["old", file], loaded, names),
    `load-apparmor-profile ${file}`,
  );
  assert.is(await undo("unload-apparmor-profile", ["new", file], loaded, names), "same");
  assert.is(await undo("unload-apparmor-profile", ["old"], loaded, names), "");
});

test("commands are shown as people would type them", () => {
  assert.is(commandOf("set-sysctl", ["net.ipv4.ip_forward", "1"]), "echo 1 > /proc/sys/net/ipv4/ip_forward");
  assert.is(commandOf("reload-unit", ["ssh.service"]), "/usr/bin/systemctl reload -- ssh.service");
  // A key that would lead elsewhere is not written.
  assert.is(commandOf("set-sysctl", ["../x", "1"]), "set-sysctl");
});

test("units of which a file is written are verified; a mask is not", () => {
  const paths = ["/etc/systemd/system/kubelet.service.d/x.conf", "/etc/systemd/system/kubelet.service"];
  assert.equal(words(reaction("kubelet", paths, ["kubelet.service"]).proofs), ["check-unit kubelet.service"]);
  assert.equal(words(reaction("mounts", ["/etc/systemd/system/tmp.mount.d/zz-nodeward.conf"]).proofs), [
    "check-unit tmp.mount",
  ]);
  const mask = reaction("services", ["/etc/systemd/system/x.service"], [], {
    wanted: { state: "symlink", target: "/dev/null" },
  });
  assert.equal(words(mask.proofs), []);
});

test("a login is tried where PAM's stacks or what their modules read is changed", () => {
  for (const path of ["/etc/pam.d/common-auth", "/etc/security/faillock.conf", "/etc/login.defs"])
    assert.equal(words(reaction("accounts", [path]).proofs), ["check-login"], path);
  assert.equal(words(reaction("accounts", ["/etc/profile"]).proofs), []);
});

test("ufw's rules must be in the kernel once they are loaded, and need not be before", () => {
  const { health, effects } = reaction("ufw-enable", ["/etc/ufw/ufw.conf"]);
  assert.equal([health, effects], [[], [{ kind: "ufw" }]]);
});

test.run();
