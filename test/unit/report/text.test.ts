import { test } from "uvu";
import * as assert from "uvu/assert";
import { text } from "../../../src/report/text.js";
import type { View } from "../../../src/report/view.js";
import { widthOf } from "../../../src/report/wrap.js";
import { hostile, realistic, report, result } from "../../support/report.js";

const plain: View = { columns: 80, colour: false, verbose: false, quiet: false };
const shown = (view: Partial<View> = {}, of = report(realistic)) => text(of, { ...plain, ...view });

function inOrder(whole: string, parts: readonly string[]): void {
  let from = 0;
  for (const part of parts) {
    const at = whole.indexOf(part, from);
    assert.ok(at >= 0, `${JSON.stringify(part)} after ${JSON.stringify(whole.slice(from, from + 200))}`);
    from = at + part.length;
  }
}

test("a failure says what was found, where, what is expected and how to put it right", () => {
  inOrder(shown(), [
    "FAIL   high      sshd.permit-root-login\n       Root does not log in over SSH\n",
    "Problem   - everybody may log in as root with a password\n",
    "                 - the Match block for user backup",
    "Found     yes; without-password for user backup\n",
    "Expected  no\n",
    "Where     /etc/ssh/sshd_config.d/50-cloud-init.conf:2\n",
    "                 │ PermitRootLogin   yes  # cloud image default\n",
    "                 /etc/ssh/sshd_config:118 │ PermitRootLogin without-password\n",
    'To fix    Put "PermitRootLogin no" into\n                 /etc/ssh/sshd_config.d/00-nodeward.conf,',
  ]);
});

test("a wide terminal has the title and the text of a line beside what they belong to", () => {
  inOrder(shown({ columns: 160 }), [
    "FAIL   high      sshd.permit-root-login  Root does not log in over SSH\n       Problem",
    "/etc/ssh/sshd_config.d/50-cloud-init.conf:2 │ PermitRootLogin   yes  # cloud image default\n",
  ]);
});

test("grouped by domain, failures first, graver first; then errors, waivers, what does not apply", () => {
  inOrder(shown(), [
    "━━ sshd · 2 failed, 1 waived, 1 passed ━",
    "FAIL   critical  sshd.macs",
    "FAIL   high      sshd.permit-root-login",
    "WAIVED medium    sshd.x11-forwarding",
    "Waiver    bastion for the graphics team (team-x, until 2027-01-01)",
    "━━ sudo · 4 errors ━",
    "━━ kubelet · 3 not applicable ━",
    "N/A    2 checks: no kubelet on this node\n",
    "N/A    1 check: no socket is opened under --root\n",
    "━━ sysctl · 2 passed ━",
    "━━ summary ━",
  ]);
});

test("errors for reasons of one kind are one entry, each reason once", () => {
  inOrder(shown(), [
    "ERROR  3 checks could not be decided\n",
    "Reason    permission denied: /etc/sudoers\n       Checks    sudo.nopasswd, sudo.use-pty\n",
    "Reason    permission denied: /etc/sudoers.d/90-cloud-init-users\n       Checks    sudo.includes\n",
    "ERROR  medium    sudo.binary\n",
    "Reason    /usr/bin/sudo: the version could not be told\n",
  ]);
  assert.is(shown().split("permission denied: /etc/sudoers\n").length, 2);
});

test("the header names node, system, role, profile, root, time and program", () => {
  inOrder(shown(), [
    "Node     node-7\n",
    "System   Debian GNU/Linux 12 (bookworm), kernel 6.1.0-18-amd64\n",
    "Role     worker, kubelet 1.31.2\n",
    "Profile  baseline\n",
    "Root     /\n",
    "Run      2026-11-21 13:10:00 UTC, 187 ms, 20261121T131000Z-9f2c41\n",
    "Tool     nodeward 1.2.3\n",
  ]);
});

test("the summary counts by status and severity, gives the score, the exit code and the next step", () => {
  inOrder(shown({ closing: "Exit code 1: something failed." }), [
    "critical      high    medium       low     total\n",
    "failed                   1         1         -         -         2\n",
    "error                    -         1         3         -         4\n",
    "Score 21.2 of 100",
    "3 checks could not be decided for lack of permission: run as root",
    "Exit code 1: something failed.",
    "Next  nodeward explain sshd.macs ",
  ]);
});

test("passes are a count; with --verbose they are shown, and which checks do not apply", () => {
  assert.not.match(shown(), "sshd.ciphers");
  inOrder(shown({ verbose: true }), [
    "PASS   high      sshd.ciphers\n       Only strong ciphers are offered\n",
    "no kubelet on this node (kubelet.anonymous-auth,\n",
    "PASS   low       sysctl.kernel.kptr_restrict\n",
    "Found     1\n",
  ]);
});

test("--quiet prints the summary alone", () => {
  const quiet = shown({ quiet: true });
  assert.match(quiet, /^ +critical +high/);
  assert.match(quiet, "Score 21.2");
  assert.not.match(quiet, "sshd");
  assert.not.match(quiet, "Next");
});

test("colour only where the view has it, and never a different text", () => {
  assert.not.match(shown(), "\u001b");
  const coloured = shown({ colour: true, verbose: true });
  assert.match(coloured, "\u001b[");
  assert.is(coloured.replaceAll(/\u001b\[[0-9;]*m/g, ""), shown({ verbose: true }));
});

test("no line is wider than the terminal unless it holds what may not be broken", () => {
  for (const columns of [70, 80, 120, 160, 300])
    for (const line of shown({ columns, verbose: true }).split("\n"))
      if (widthOf(line) > Math.min(columns, 160)) assert.match(line.trim(), /^\S+$/, line);
});

test("many places and many sentences are cut, and --verbose shows all", () => {
  const evidence = Array.from({ length: 8 }, (_, line) => ({ source: "/etc/x", line: line + 1, text: "y" }));
  const details = evidence.map(({ line }) => `wrong in line ${line}`);
  const many = report([result({ id: "a.b", status: "fail", evidence, details })]);
  assert.is(shown({}, many).match(/wrong in line/g)?.length, 5);
  assert.match(shown({}, many), "\n                 … (--verbose shows more)\n");
  assert.match(shown({ verbose: true }, many), "/etc/x:8 │ y");
});

test("a report without results, and one where nothing is wrong", () => {
  assert.match(shown({}, report([])), "Score 0 of 100");
  const fine = shown({}, report([result({ id: "a.b", status: "pass" })]));
  assert.match(fine, "Score 100 of 100");
  assert.not.match(fine, "Next");
});

test("hostile text reaches the terminal without control characters or reordering", () => {
  for (const columns of [40, 80]) {
    const out = shown({ columns, verbose: true }, hostile());
    assert.not.match(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    assert.ok(out.isWellFormed());
  }
});

test.run();
