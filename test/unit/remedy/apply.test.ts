// Groups are made whole or not at all: what is called in which order, and what is there after each kind of failure?
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Step } from "../../../src/core/step.js";
import type { GroupOutcome } from "../../../src/remedy/apply-run.js";
import { refuses, said } from "../../support/machine.js";
import { ran, treeFiles } from "../../support/played-run.js";
import type { Tree } from "../../support/tree.js";

function rootTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    if (process.getuid?.() !== 0) console.log(`SKIPPED ${name}: only root writes root's files`);
    else await run();
  });
}

function put(file: string, text: string): Step {
  return { kind: "edit", file, edits: [{ span: { start: 0, end: 0 }, text }] };
}

function act(action: (Step & { readonly kind: "action" })["action"], ...args: readonly string[]): Step {
  return { kind: "action", action, args };
}

const main = "/etc/ssh/sshd_config";
const sshd = { "sshd.a": [put(main, "MaxAuthTries 4\n")] };
const reasonOf = ([outcome]: readonly GroupOutcome[]) =>
  outcome === undefined || outcome.applied.state === "done" ? "" : outcome.applied.reason;
const statesOf = (groups: readonly GroupOutcome[]) => groups.map(({ applied }) => applied.state);

rootTest("judged before and in place, reloaded once, asked whether it is well", () =>
  ran(sshd, {}, ({ groups, done, events, read }) => {
    assert.equal(statesOf(groups), ["done"]);
    const validate = ["make-sshd-directory", "check-sshd"];
    assert.equal(done, [...validate, ...validate, "reload-unit ssh.service"]);
    assert.equal(events, ["begin", "file-done", "group-done", "end"]);
    assert.match(read(main), /^MaxAuthTries 4\n/);
  }),
);

rootTest("what is wrong already is left alone", () =>
  ran(sshd, { acts: { "check-sshd": refuses("line 7: Bad") } }, ({ groups, done, read }) => {
    assert.equal(statesOf(groups), ["skipped"]);
    assert.match(reasonOf(groups), "it is wrong already: /usr/sbin/sshd -t: line 7: Bad");
    assert.not.ok(done.includes("reload-unit ssh.service"));
    assert.is(read(main), treeFiles[main]);
  }),
);

rootTest("what the validator refuses in place is put back, and the service told again", () =>
  ran(
    sshd,
    { acts: { "check-sshd": (times) => (times === 2 ? refuses("line 1: Bad") : said("")) } },
    ({ groups, done, events, read }) => {
      assert.equal(statesOf(groups), ["rolled-back"]);
      assert.is(done.at(-1), "reload-unit ssh.service");
      assert.equal(events.slice(-2), ["group-rolled-back", "end"]);
      assert.is(read(main), treeFiles[main]);
    },
  ),
);

rootTest("a service that is not well after the change is put back, in the end", () =>
  ran(sshd, { greets: (times) => times < 2 || times > 40 }, ({ groups, read }) => {
    assert.equal(statesOf(groups), ["rolled-back"]);
    assert.match(reasonOf(groups), "sshd does not answer");
    assert.is(read(main), treeFiles[main]);
  }),
);

rootTest("a repair without effect is put back", () =>
  ran(sshd, { verify: async () => ({ reason: "still so", checks: ["sshd.a"] }) }, ({ groups, read }) => {
    assert.equal([statesOf(groups), reasonOf(groups)], [["rolled-back"], "still so"]);
    assert.is(read(main), treeFiles[main]);
  }),
);

rootTest("nothing is begun when a file was changed since the plan was made", async () => {
  const meanwhile = (tree: Tree) => tree.plant(main, "X11Forwarding no # mine\n");
  await assertRefused(
    ran(sshd, { meanwhile }, () => {}),
    `${main}: was changed since the plan was made`,
  );
});

async function assertRefused(run: Promise<void>, reason: string): Promise<void> {
  const error = await run.then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  assert.is(error?.message, reason);
}

rootTest("a configuration that the kubelet would exit over never gets into its place", () =>
  ran(
    {
      "kubelet.x": [
        put(
          "/var/lib/kubelet/config.yaml",
          "readOnlyPort: much\nkind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\n",
        ),
      ],
    },
    {},
    ({ groups, done }) => {
      assert.equal(statesOf(groups), ["rolled-back"]);
      assert.match(reasonOf(groups), "config.yaml:1: the kubelet would not start: readOnlyPort takes");
      assert.equal(done, []);
    },
  ),
);

rootTest("manifests go one after the other, and one that holds no pod not at all", () => {
  const pod = (name: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: c}]}\n`;
  const folder = "/etc/kubernetes/manifests";
  return ran(
    {
      "etcd.x": [put(`${folder}/etcd.yaml`, pod("etcd"))],
      "scheduler.x": [put(`${folder}/kube-scheduler.yaml`, "kind: Pod: x\n")],
    },
    {},
    ({ groups, events }) => {
      const [first] = groups;
      assert.equal(first?.applied.state === "rolled-back" ? first.applied.checks : [], ["scheduler.x"]);
      assert.equal(events.filter((event) => event === "file-done").length, 3);
    },
  );
});

rootTest("what visudo refuses never gets into its place, and only its checks are to blame", () =>
  ran(
    { "sudo.bad": [put("/etc/sudoers", "x\n")], "sudo.good": [put("/etc/sudoers.d/y", "y\n")] },
    { acts: { "check-sudoers-file": (times) => (times === 1 ? refuses("syntax error") : said("")) } },
    ({ groups, read }) => {
      const [first] = groups;
      assert.is(first?.applied.state, "rolled-back");
      assert.equal(first?.applied.state === "rolled-back" ? first.applied.checks : [], ["sudo.bad"]);
      assert.is(read("/etc/sudoers"), treeFiles["/etc/sudoers"]);
    },
  ),
);

rootTest("live changes: journalled with their undo, taken back in reverse, the failing one to blame", () =>
  ran(
    {
      "sysctl.a": [act("set-sysctl", "kernel.panic", "10")],
      "sysctl.b": [act("set-sysctl", "kernel.panic_on_oops", "1")],
    },
    { acts: { "set-sysctl kernel.panic_on_oops 1": refuses("no") } },
    ({ groups, done, events }) => {
      const [first] = groups;
      assert.equal(first?.applied.state === "rolled-back" ? first.applied.checks : [], ["sysctl.b"]);
      // The tree never changed, so that there is nothing to take back: the acts are only played.
      assert.equal(done, ["set-sysctl kernel.panic 10", "set-sysctl kernel.panic_on_oops 1"]);
      assert.equal(events.filter((event) => event === "live").length, 2);
    },
  ),
);

rootTest("what is so already is not done again; what cannot be put back is not begun", () =>
  ran(
    {
      "kmod.a": [act("unload-module", "dccp")],
      "services.x": [act("enable-unit", "x.service")],
    },
    {},
    ({ groups, done }) => {
      assert.equal(statesOf(groups), ["done", "rolled-back"]);
      assert.equal(done, []);
    },
  ),
);

const pamFile = "/etc/pam.d/su";
const login = { "su.a": [put(pamFile, "account required pam_access.so\n")] };
const checked = "check-login";

rootTest("a stack of PAM by which a login fails that worked before is put back", () =>
  ran(
    login,
    { acts: { [checked]: (times) => (times === 1 ? said("") : refuses("su: Permission denied")) } },
    ({ groups, read }) => {
      assert.equal(statesOf(groups), ["rolled-back"]);
      assert.match(reasonOf(groups), /^worked before the change: .*su: Permission denied/);
      assert.is(read(pamFile), treeFiles[pamFile]);
    },
  ),
);

rootTest("a login that does not work before the change tells nothing of it", () =>
  ran(login, { acts: { [checked]: refuses("su: no") } }, ({ groups, done }) => {
    assert.equal([statesOf(groups), done], [["done"], [checked]]);
  }),
);

rootTest("a line that PAM could not use never gets into its place", () =>
  ran({ "su.a": [put(pamFile, "account requird pam_access.so\n")] }, {}, ({ groups, events, read }) => {
    assert.match(reasonOf(groups), "/etc/pam.d/su:1: PAM would refuse everybody: ");
    assert.not.ok(events.includes("file-done"));
    assert.is(read(pamFile), treeFiles[pamFile]);
  }),
);

test.run();
