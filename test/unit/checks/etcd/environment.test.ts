// etcd's settings by its environment: of a unit, its environment files, a container, a process; below the command line,
// and not at all beside a configuration file.
import { test } from "uvu";
import * as assert from "uvu/assert";
import dataDir from "../../../../src/checks/etcd/data-dir.js";
import { flags } from "../../../../src/checks/etcd/flags.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { statusOf, verdictOf } from "../../../support/check.js";
import { processFiles } from "../../../support/proc-net.js";

const open = "ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379\nETCD_CLIENT_CERT_AUTH=false\n";
const shut = "ETCD_LISTEN_CLIENT_URLS=https://10.0.0.5:2379\nETCD_CLIENT_CERT_AUTH=true\n";

const unit = (service: string): MemoryFiles => ({
  "/etc/systemd/system/etcd.service": `[Service]\n${service}\n[Install]\nWantedBy=multi-user.target\n`,
});
const byFile = (text: string, command = "/usr/bin/etcd"): MemoryFiles => ({
  ...unit(`EnvironmentFile=/etc/etcd/etcd.env\nExecStart=${command}`),
  "/etc/etcd/etcd.env": text,
});
const byPod = (value: string): MemoryFiles => ({
  "/etc/kubernetes/manifests/etcd.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: etcd}\nspec:\n  containers:\n  - name: etcd\n    command: [etcd]\n    env:\n    - {name: ETCD_LISTEN_CLIENT_URLS, value: "${value}"}\n`,
});
const byProcess = (environ: MemoryFiles[string]): MemoryFiles => ({
  ...processFiles({ pid: 700, program: "/usr/bin/etcd" }),
  "/proc/700/environ": environ,
});

async function judged(name: string, files: MemoryFiles): Promise<string> {
  const check = flags.find(({ id }) => id === `etcd.${name}`);
  assert.ok(check);
  return statusOf(await verdictOf(check, { files }));
}

const listens = (files: MemoryFiles) => judged("listen-addresses", files);
const asks = (files: MemoryFiles) => judged("client-cert-auth", files);

test("a unit's variables count, where nothing else is said", async () => {
  assert.is(await listens(byFile(open)), "fail");
  assert.is(await asks(byFile(open)), "fail");
  assert.is(await listens(byFile(shut)), "pass");
  assert.is(await asks(byFile(shut)), "pass");
  const own = unit('Environment="ETCD_CLIENT_CERT_AUTH=true" PATH=/x\nExecStart=/usr/bin/etcd');
  assert.is(await asks(own), "pass");
});

test("the command line comes before the environment", async () => {
  assert.is(await listens(byFile(open, "/usr/bin/etcd --listen-client-urls=https://10.0.0.5:2379")), "pass");
  assert.is(await asks(byFile(shut, "/usr/bin/etcd --client-cert-auth=false")), "fail");
});

test("a configuration file, named by either, leaves no word to both", async () => {
  const config = { "/etc/etcd/etcd.yaml": "listen-client-urls: https://10.0.0.5:2379\n" };
  const named = `${open}ETCD_CONFIG_FILE=/etc/etcd/etcd.yaml\n`;
  assert.is(await listens({ ...byFile(named), ...config }), "pass");
  assert.is(await asks({ ...byFile(`${shut}ETCD_CONFIG_FILE=/etc/etcd/etcd.yaml\n`), ...config }), "fail");
  assert.is(await listens(byFile(named)), "error");
});

test("the variables of a container and of a process count as well", async () => {
  assert.is(await listens(byPod("http://0.0.0.0:2379")), "fail");
  assert.is(await listens(byPod("https://10.0.0.5:2379")), "pass");
  assert.is(await listens(byProcess("A=b\0ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379\0")), "fail");
  assert.is(await listens(byProcess("ETCD_LISTEN_CLIENT_URLS=https://10.0.0.5:2379\0")), "pass");
  assert.is(await listens(byProcess({ error: "denied" })), "error");
});

test("a process in a container has its data elsewhere", async () => {
  const started = {
    ...byProcess("ETCD_DATA_DIR=/rootfs/data\0"),
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
  };
  assert.is(statusOf(await verdictOf(dataDir, { files: started })), "error");
  const seen = { ...started, "/rootfs/data": { kind: "directory" as const, mode: 0o755 } };
  assert.is(statusOf(await verdictOf(dataDir, { files: seen })), "fail");
});

test("an environment file that cannot be read hides what it may say", async () => {
  assert.is(await listens({ ...byFile(""), "/etc/etcd/etcd.env": { error: "denied" } }), "error");
});

test.run();
