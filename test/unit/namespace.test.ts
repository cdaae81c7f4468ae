// The scenarios of test/e2e that need neither a kernel nor systemd of their own: kubelet, sshd, sudo, good and weak, over this
// machine's files under a layer that takes every change, with a stand-in kubelet that answers.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Namespace, namespaceMissing, withNamespace } from "../e2e/beds/namespace.js";
import { builtFrom, top } from "../e2e/beds/program.js";
import { nodePath } from "../e2e/beds/recipe.js";
import { goodPaths, hardenedKubelet, hardenedSshd } from "../e2e/nodes/good.js";
import { kubeletFiles } from "../e2e/nodes/kubelet-package.js";
import { type Files, lay } from "../e2e/nodes/lay.js";
import { authority, serverUse } from "../e2e/nodes/pki.js";
import { assertFound, those, type Verdicts, verdictsOf } from "../e2e/nodes/verdicts.js";
import { found, foundInKubelet, type Planted, weakFiles, weakKubelet } from "../e2e/nodes/weak-worker.js";
import { kubeletConfig, paths, workerFiles } from "../e2e/nodes/worker.js";

/** What is judged here; the rest of the machine is whatever it is. */
const judged = [
  "kubelet.*",
  "sshd.permit-*",
  "sshd.password-authentication",
  "sshd.x11-forwarding",
  "sudo.nopasswd",
];
const words = [
  "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
  `--kubeconfig=${paths.kubeconfig}`,
];

const kubeletText = kubeletConfig(hardenedKubelet(false));
// The kernel is this machine's.
const skipped = ["kubelet.protect-kernel-defaults"];

async function goodFiles(): Promise<Files> {
  const ca = await authority("kubernetes");
  const server = await ca.issue("/O=system:nodes/CN=system:node:bed", serverUse("DNS:bed,IP:127.0.0.1"));
  const installed = Object.entries(await kubeletFiles()).map(([path, text]) => {
    const mode = text.startsWith("#!") ? 0o755 : 0o644;
    return [`/${path}`, { text, mode }] as const;
  });
  return {
    ...(await workerFiles(ca)),
    ...Object.fromEntries(installed),
    "/var/lib/kubelet/pki/server.crt": server.certificate,
    "/var/lib/kubelet/pki/server.key": { text: server.key, mode: 0o600 },
    [paths.config]: { text: kubeletText, mode: 0o600 },
    "/etc/ssh/sshd_config": { text: "Include /etc/ssh/sshd_config.d/*.conf\n", mode: 0o600 },
    [goodPaths.sshd]: { text: hardenedSshd, mode: 0o600 },
    "/etc/sudoers": {
      text: "Defaults use_pty\nroot ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n",
      mode: 0o440,
    },
  };
}

async function done(inside: Namespace, script: string): Promise<void> {
  const result = await inside.run(["sh", "-euc", script]);
  assert.is(result.code, 0, `${script}\n${result.stdout}${result.stderr}`);
}

/** Starts the kubelet as its unit would, and waits until it answers. */
async function restart(inside: Namespace, more: readonly string[]): Promise<void> {
  const line = [
    "/usr/bin/kubelet",
    ...words,
    `--config=${paths.config}`,
    "--node-ip=127.0.0.1",
    ...more,
  ].join(" ");
  const ask =
    'fetch("http://127.0.0.1:10248/healthz").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))';
  await done(
    inside,
    `if [ -e /run/kubelet.pid ]; then kill $(cat /run/kubelet.pid); fi
for i in $(seq 60); do [ -e /run/kubelet.pid ] && kill -0 $(cat /run/kubelet.pid) 2>/dev/null || break; sleep 0.1; done
setsid sh -c 'echo $$ >/run/kubelet.pid; exec ${line}' >/run/kubelet.log 2>&1 </dev/null &
for i in $(seq 60); do ${nodePath} -e '${ask}' && exit 0; sleep 0.2; done; cat /run/kubelet.log; exit 1`,
  );
}

async function audited(inside: Namespace, program: string): Promise<Verdicts> {
  const asked = ["--only", ...judged, "--skip", ...skipped];
  const run = await inside.run([process.execPath, program, "audit", "--format", "json", ...asked]);
  assert.ok(run.code <= 1, run.stderr);
  return verdictsOf(run.stdout);
}

function plantedHere(verdicts: Verdicts, text: string): Planted {
  const all = { ...found, ...foundInKubelet(text) };
  return Object.fromEntries(Object.entries(all).filter(([id]) => verdicts.has(id)));
}

test("a worker, good and weak, in namespaces of its own", async () => {
  const lacking = await namespaceMissing();
  if (lacking !== undefined) {
    console.log(`SKIPPED the worker in namespaces: ${lacking}`);
    return;
  }
  const program = await builtFrom(top);
  await withNamespace(async (inside) => {
    await done(
      inside,
      `mkdir -p "$(dirname ${nodePath})"; [ -e ${nodePath} ] || ln -s ${process.execPath} ${nodePath}
rm -rf /etc/ssh/sshd_config.d /etc/sudoers.d /etc/default/kubelet; mkdir -p /etc/kubernetes/manifests /etc/sudoers.d; chmod 750 /etc/sudoers.d`,
    );
    await lay(inside, await goodFiles());
    await restart(inside, []);
    const good = await audited(inside, program);
    assert.equal([those(good, "fail"), those(good, "error")], [[], []]);
    assert.is(good.get("kubelet.probe-10250")?.status, "pass");

    const text = weakKubelet(kubeletText);
    await lay(inside, { ...weakFiles, [paths.config]: { text, mode: 0o600 } });
    await done(inside, `chmod 644 ${paths.kubeconfig}`);
    await restart(inside, ["--read-only-port=10255"]);
    const weak = await audited(inside, program);
    assertFound(weak, plantedHere(weak, text), []);
  });
});

test.run();
