// Does a plan hold what the checks want, each file once, in groups, in order, and say what it leaves out and why?
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Risk } from "../../../src/core/outcome.js";
import type { Plan } from "../../../src/core/plan.js";
import type { Step } from "../../../src/core/step.js";
import { asker } from "../../../src/engine/gather.js";
import { type MemoryFiles, type MemoryOptions, memoryHost } from "../../../src/host/memory.js";
import { makePlan } from "../../../src/remedy/plan.js";
import type { Repair } from "../../../src/remedy/repair.js";

function repair(check: string, steps: readonly Step[], risk: Risk = "none"): Repair {
  return { check, risk, problem: `${check} fails`, steps };
}

async function planOf(
  files: MemoryFiles,
  repairs: readonly Repair[],
  options: MemoryOptions & { readonly maxRisk?: Risk } = {},
): Promise<Plan> {
  const host = memoryHost(files, { live: true, ...options });
  const planned = await makePlan({ host, ask: asker(host), repairs, maxRisk: options.maxRisk ?? "reboot" });
  return planned.plan;
}

function insert(file: string, text: string): Step {
  return { kind: "edit", file, edits: [{ span: { start: 0, end: 0 }, text }] };
}

function action(action: (Step & { readonly kind: "action" })["action"], ...args: readonly string[]): Step {
  return { kind: "action", action, args };
}

test("a file is changed once for all checks, with before, after and diff", async () => {
  const plan = await planOf({ "/etc/ssh/sshd_config": { text: "a\n", mode: 0o644, gid: 7 } }, [
    repair("sshd.a", [insert("/etc/ssh/sshd_config", "x 1\n")], "reload"),
    repair("sshd.b", [insert("/etc/ssh/sshd_config", "y 2\n")]),
    repair("sshd.config-permissions", [
      { kind: "chmod", file: "/etc/ssh/sshd_config", mode: 0o600, owner: "root:root" },
    ]),
  ]);
  const [group] = plan.groups;
  assert.is(plan.groups.length, 1);
  assert.equal([group?.name, group?.risk], ["sshd", "reload"]);
  assert.equal(group?.checks, ["sshd.a", "sshd.b", "sshd.config-permissions"]);
  const [change] = group?.files ?? [];
  assert.equal(change?.wanted, {
    state: "file",
    content: "x 1\ny 2\na\n",
    encoding: "utf8",
    mode: 0o600,
    owner: "0:0",
  });
  assert.is(change?.before.state === "file" ? change.before.gid : 0, 7);
  assert.is(
    change?.diff,
    "--- a/etc/ssh/sshd_config\n+++ b/etc/ssh/sshd_config\n@@ -1 +1,3 @@\n+x 1\n+y 2\n a\n",
  );
});

test("groups stand in the order in which they are applied", async () => {
  const plan = await planOf({ "/etc/shadow": { text: "root:x:1::::::\n", mode: 0o640 } }, [
    repair("kubelet.protect-kernel-defaults", [insert("/var/lib/kubelet/config.yaml", "a: b\n")], "restart"),
    repair("ufw.enabled", [insert("/etc/ufw/ufw.conf", "ENABLED=yes\n"), action("enable-ufw")], "lockout"),
    repair("kmod.sctp", [insert("/etc/modprobe.d/x.conf", "install sctp /bin/false\n")]),
    repair("sysctl.kernel.panic", [action("set-sysctl", "kernel.panic", "10")]),
    repair("ufw.ssh-allowed", [insert("/etc/ufw/user.rules", "x\n")], "lockout"),
    repair("files.shadow", [{ kind: "chmod", file: "/etc/shadow", mode: 0o600, owner: "root:root" }]),
    repair("services.auditd", [action("enable-unit", "auditd.service")], "restart"),
    repair("other.x", [insert("/etc/other", "x\n")]),
  ]);
  assert.equal(
    plan.groups.map(({ name }) => name),
    ["file-modes", "sysctl", "modules-blocked", "ufw-rules", "ufw-enable", "logging", "kubelet", "other"],
  );
  assert.equal(plan.groups.find(({ name }) => name === "ufw-enable")?.live, [
    { action: "enable-ufw", args: [], checks: ["ufw.enabled"] },
  ]);
});

test("missing directories are made first, and once", async () => {
  const plan = await planOf({ "/etc/x": "" }, [
    repair("journald.a", [insert("/etc/systemd/journald.conf.d/90-a.conf", "a\n")]),
    repair("journald.b", [insert("/etc/systemd/journald.conf.d/90-b.conf", "b\n")]),
  ]);
  assert.equal(
    plan.groups[0]?.files.map(({ path, wanted }) => `${wanted.state} ${path}`),
    [
      "directory /etc/systemd",
      "directory /etc/systemd/journald.conf.d",
      "file /etc/systemd/journald.conf.d/90-a.conf",
      "file /etc/systemd/journald.conf.d/90-b.conf",
    ],
  );
});

test("checks that contradict each other are both left, and the rest is planned", async () => {
  const replace = (text: string): Step => ({
    kind: "edit",
    file: "/etc/login.defs",
    edits: [{ span: { start: 0, end: 1 }, text }],
  });
  const plan = await planOf({ "/etc/login.defs": "abc\n" }, [
    repair("accounts.a", [replace("x"), action("set-sysctl", "a.b", "1")]),
    repair("accounts.b", [replace("y")]),
    repair("accounts.c", [insert("/etc/profile.d/z.sh", "z\n")]),
  ]);
  assert.equal(
    plan.left.map(({ check, answer, because }) => [check, answer, because]),
    ["accounts.a", "accounts.b"].map((check) => [
      check,
      "defer",
      "accounts.a and accounts.b want different things of /etc/login.defs",
    ]),
  );
  assert.equal([...new Set(plan.groups.flatMap(({ checks }) => checks))], ["accounts.c"]);
});

test("what is riskier than asked for is left, with the command that would do it", async () => {
  const plan = await planOf(
    {},
    [
      repair("sshd.permit-root-login", [insert("/etc/ssh/sshd_config", "x\n")], "lockout"),
      repair("ufw.logging", [insert("/etc/ufw/ufw.conf", "LOGLEVEL=low\n")]),
    ],
    { maxRisk: "restart" },
  );
  assert.equal(plan.left, [
    {
      check: "sshd.permit-root-login",
      answer: "defer",
      because: "its repair has the risk lockout, and no more than restart was asked for",
      first: "nodeward audit --fix --only sshd.permit-root-login --max-risk lockout",
    },
  ]);
  assert.equal(
    plan.groups.flatMap(({ checks }) => checks),
    ["ufw.logging"],
  );
});

test("a link is followed within its tree and no further; the file behind it is what changes", async () => {
  const files = {
    "/etc/sysctl.conf": "a=1\n",
    "/etc/sysctl.d/99-sysctl.conf": { link: "../sysctl.conf" },
    "/opt/y": "y\n",
    "/etc/y": { link: "/opt/y" },
    "/etc/z": { link: "/nowhere" },
  };
  const plan = await planOf(files, [
    repair("a.in", [insert("/etc/sysctl.d/99-sysctl.conf", "b=2\n")]),
    repair("a.out", [insert("/etc/y", "b=2\n")]),
    repair("a.nowhere", [insert("/etc/z", "b=2\n")]),
  ]);
  assert.equal(
    plan.groups.flatMap((group) => group.files.map(({ path }) => path)),
    ["/etc/sysctl.conf"],
  );
  assert.equal(
    plan.left.map(({ check, answer, because }) => [check, answer, because]),
    [
      ["a.out", "refuse", "/etc/y leads to /opt/y, out of the directory that it belongs to"],
      ["a.nowhere", "refuse", "/etc/z: is a link that leads nowhere"],
    ],
  );
});

test("a socket's mode is changed in the running system", async () => {
  const plan = await planOf({ "/run/docker.sock": { kind: "socket", mode: 0o666, uid: 0, gid: 0 } }, [
    repair("docker.socket-permissions", [
      { kind: "chmod", file: "/run/docker.sock", mode: 0o660, owner: "0:0" },
    ]),
  ]);
  assert.equal(plan.groups[0]?.live, [
    { action: "set-socket-mode", args: ["/run/docker.sock", "0660"], checks: ["docker.socket-permissions"] },
  ]);
});

test("in an image only files change; a check that needs the running system is left", async () => {
  const plan = await planOf(
    {},
    [
      repair("kmod.x", [insert("/etc/modprobe.d/x.conf", "x\n"), action("unload-module", "x")]),
      repair("services.y", [action("enable-unit", "y.service")]),
    ],
    { live: false },
  );
  assert.equal(
    plan.groups.flatMap(({ live }) => live),
    [],
  );
  assert.equal(
    plan.groups.flatMap(({ files }) => files.map(({ path }) => path)).at(-1),
    "/etc/modprobe.d/x.conf",
  );
  assert.equal(
    plan.left.map(({ check, answer }) => [check, answer]),
    [["services.y", "defer"]],
  );
});

test("the diff of a file with secrets is not made, and elsewhere secrets and control characters are not shown", async () => {
  const plan = await planOf({ "/etc/shadow": "root:$6$abcdefgh$ijklmnop:1::::::\n" }, [
    repair("accounts.root-locked", [
      { kind: "edit", file: "/etc/shadow", edits: [{ span: { start: 5, end: 5 }, text: "!" }] },
    ]),
    repair("a.b", [insert("/etc/x", "password = hunter22\n\u001b[31mred\n")]),
  ]);
  const diffs = plan.groups.flatMap(({ files }) => files.map(({ diff }) => diff));
  assert.is(diffs[0], "");
  assert.not.match(diffs.join(""), /hunter22|\u001b/);
});

test("what is already as wanted is no change, an unknown owner none that can be made", async () => {
  const plan = await planOf({ "/etc/x": { text: "a", mode: 0o600 }, "/etc/y": "" }, [
    repair("a.same", [{ kind: "chmod", file: "/etc/x", mode: 0o600, owner: "root:root" }]),
    repair("a.nobody", [{ kind: "chmod", file: "/etc/y", mode: 0o640, owner: "root:nosuch" }]),
  ]);
  assert.equal(plan.groups, []);
  assert.equal(
    plan.left.map(({ because }) => because),
    ["/etc/y: no such owner on this node: root:nosuch"],
  );
});

test.run();
