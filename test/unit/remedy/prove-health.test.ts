import { test } from "uvu";
import * as assert from "uvu/assert";
import type { HttpResult, RunResult } from "../../../src/host/host.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import type { Machine } from "../../../src/remedy/machine.js";
import { proveHealth } from "../../../src/remedy/prove-health.js";
import { loginNode } from "../../support/guard-node.js";
import { config, configured, process } from "../../support/kubelet.js";
import { SwitchMachine } from "../../support/switch-machine.js";

const refusedWith = (methods: string): RunResult => ({
  state: "ok",
  code: 255,
  stdout: "",
  stderr: `root@127.0.0.1: Permission denied (${methods}).\n`,
});
const answered = (status: number): HttpResult => ({ state: "answered", status, body: "", tls: null });
const words = ["/usr/bin/kubelet", `--config=${config}`, "--kubeconfig=/etc/kubernetes/kubelet.conf"];
const worker: MemoryFiles = { ...loginNode, ...configured(""), ...process(80, words) };
const well = {
  "http://127.0.0.1:10248/healthz": answered(200),
  "https://127.0.0.1:10250/pods": answered(401),
};

interface Given {
  readonly files?: MemoryFiles;
  readonly methods?: string;
  readonly http?: Readonly<Record<string, HttpResult>>;
  /** Seconds after which sshd is silent. */
  readonly diesAfter?: number;
  /** The one address that sshd binds. */
  readonly only?: string;
}

async function proof(
  { files = loginNode, methods = "publickey,password", http = {}, diesAfter = 1e9, only }: Given,
  seconds = 120,
  firstBoot = false,
) {
  const on = new SwitchMachine();
  const begin = on.now;
  const machine: Machine = {
    ...on.machine,
    open: () =>
      memoryHost(files, { live: true, now: on.now, http, runs: { "ssh-methods": refusedWith(methods) } }),
    greeting: async (address) =>
      on.now - begin > diesAfter * 1000 || (only !== undefined && address !== only)
        ? { state: "failed", reason: "connection refused" }
        : { state: "ok", line: "SSH-2.0-OpenSSH_9.2p1" },
  };
  return await proveHealth(machine, { deadline: begin + seconds * 1000, firstBoot });
}

test("a minute in which sshd and the kubelet answer as they are told to is a proof", async () => {
  assert.is(await proof({}), undefined);
  assert.is(await proof({ files: worker, http: well }), undefined);
});

test("sshd is asked where it is told to listen, which need not be the loopback", async () => {
  const files = {
    ...loginNode,
    "/etc/ssh/sshd_config": "Port 2222\nListenAddress 192.0.2.7\nKbdInteractiveAuthentication no\n",
  };
  assert.is(await proof({ files, only: "192.0.2.7" }), undefined);
  assert.match((await proof({ files, only: "127.0.0.1" })) ?? "", /does not answer: connection refused/);
});

test("sshd must offer the methods that it is told to, no less and no more", async () => {
  assert.match(
    (await proof({ methods: "password" })) ?? "",
    /offers password, and is told publickey, password/,
  );
  assert.match(
    (await proof({ methods: "publickey,password,keyboard-interactive" })) ?? "",
    /offers publickey/,
  );
});

test("sshd must go on to answer", async () => {
  assert.match((await proof({ diesAfter: 20 })) ?? "", /sshd does not answer: connection refused/);
});

test("the kubelet must be well, and let nobody in without credentials", async () => {
  const with_ = (more: Readonly<Record<string, HttpResult>>) =>
    proof({ files: worker, http: { ...well, ...more } });
  assert.match((await with_({ "http://127.0.0.1:10248/healthz": answered(500) })) ?? "", /healthz: 500/);
  assert.match(
    (await with_({ "https://127.0.0.1:10250/pods": answered(200) })) ?? "",
    /without credentials: 200/,
  );
});

test("a minute does not fit into less", async () => {
  assert.match((await proof({}, 40)) ?? "", /time was over/);
});

test("a kubelet that does not run yet is waited for by nobody at a first boot", async () => {
  const unjoined: MemoryFiles = { ...loginNode, ...configured("") };
  assert.match((await proof({ files: unjoined })) ?? "", /the kubelet/);
  assert.is(await proof({ files: unjoined }, 120, true), undefined);
  const ill = { ...well, "http://127.0.0.1:10248/healthz": answered(500) };
  assert.match((await proof({ files: worker, http: ill }, 120, true)) ?? "", /healthz: 500/);
});

test.run();
