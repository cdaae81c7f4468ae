import { test } from "uvu";
import { kernelDefaults } from "../../../../src/facts/kubelet-surroundings.js";
import type { MemoryFiles, MemoryOptions } from "../../../../src/host/memory.js";
import { configAt, id, ociConfig, processFiles, task } from "../../../support/containers.js";
import { allows, group, loginNode, stops } from "../../../support/guard-node.js";
import { config, configured, head, process } from "../../../support/kubelet.js";

const kubelet = (lines: string, check: string) =>
  group("kubelet", [check], { files: { [config]: `${head}${lines}` }, risk: "restart" });
const words = ["/usr/bin/kubelet", `--config=${config}`, "--kubeconfig=/etc/kubernetes/kubelet.conf"];
const node: MemoryFiles = { ...loginNode, ...configured(""), ...process(80, words) };

const manifest = (name: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n  namespace: kube-system\nspec:\n  containers:\n  - name: main\n    image: x\n`;
const folder = "/etc/kubernetes/manifests";
const running = (pod: string, pid = 4242): MemoryFiles => ({
  [configAt()]: ociConfig({ pod: `kube-system/${pod}` }),
  [`${task}/${id}/init.pid`]: String(pid),
  ...processFiles(pid),
});

test("the kubelet is restarted with a configuration with which it starts", async () => {
  await allows(node, kubelet("eventRecordQPS: 5\n", "kubelet.event-qps"));
});

test("the kubelet is not restarted with a configuration with which it would not start", async () => {
  await stops(
    node,
    /^refuse kubelet.event-qps: the kubelet would not start: .*config.yaml:3/,
    kubelet("eventRecordQPS: much\n", "kubelet.event-qps"),
  );
});

test("protectKernelDefaults waits for the kernel's values, now and at the next boot", async () => {
  const on = kubelet("protectKernelDefaults: true\n", "kubelet.protect-kernel-defaults");
  const values: MemoryFiles = {
    "/proc/sys/kernel": { kind: "directory" },
    ...Object.fromEntries(
      [...kernelDefaults].map(([key, value]) => [`/proc/sys/${key.replaceAll(".", "/")}`, `${value}\n`]),
    ),
  };
  const lines = [...kernelDefaults].map(([key, value]) => `${key} = ${value}\n`).join("");
  const ready = { ...node, ...values, "/etc/sysctl.d/90-kubelet.conf": lines };
  await allows(ready, on);
  await stops(
    { ...ready, "/proc/sys/kernel/panic": "0\n" },
    /^(?:defer|refuse) kubelet.protect-kernel-defaults: the kubelet would not start: .*kernel.panic/,
    on,
  );
  await stops(
    { ...ready, "/etc/sysctl.d/90-kubelet.conf": lines.replace("kernel.panic = 10\n", "") },
    /^defer .*First: nodeward audit --fix --only sysctl.kubelet-defaults/,
    on,
  );
  const first = group("sysctl", ["sysctl.kubelet-defaults"], {
    files: { "/etc/sysctl.d/91-nodeward.conf": lines },
    live: [["set-sysctl", "kernel.panic", "10"]],
    risk: "none",
  });
  await allows(
    { ...node, ...values, "/proc/sys/kernel/panic": "0\n", "/etc/sysctl.d": { kind: "directory" } },
    on,
    { earlier: [first] },
  );
});

test("the kubelet is not restarted while a static pod is not well", async () => {
  const change = kubelet("eventRecordQPS: 5\n", "kubelet.event-qps");
  const pods = { ...node, [`${folder}/etcd.yaml`]: manifest("etcd") };
  await stops(
    pods,
    /^refuse kubelet.event-qps: the node is not well.*no container runs of etcd \(\/etc\/kubernetes\/manifests\/etcd.yaml\)/,
    change,
  );
  await allows({ ...pods, ...running("etcd-node1") }, change);
});

test("a kubelet that says itself that it is not well is not restarted", async () => {
  const change = kubelet("eventRecordQPS: 5\n", "kubelet.event-qps");
  const healthz = (status: number): MemoryOptions => ({
    http: { "http://127.0.0.1:10248/healthz": { state: "answered", status, body: "", tls: null } },
  });
  await stops(node, /healthz answers 127.0.0.1:10248: 500/, change, healthz(500));
  await allows(node, change, healthz(200));
});

const change = (files: Readonly<Record<string, string>>, check = "apiserver.profiling") =>
  group("control-plane", [check], { files, risk: "restart" });

test("a part of the control plane is changed while all of them are well", async () => {
  const files = { [`${folder}/kube-apiserver.yaml`]: `${manifest("kube-apiserver")}# x\n` };
  const pods = { ...node, [`${folder}/kube-apiserver.yaml`]: manifest("kube-apiserver") };
  await allows({ ...pods, ...running("kube-apiserver-node1") }, change(files));
  await stops(pods, /^refuse apiserver.profiling: a part of the control plane is not well/, change(files));
});

test("one part of the control plane at a time", async () => {
  const one = change({ [`${folder}/kube-scheduler.yaml`]: "x" }, "scheduler.profiling");
  const two = change({ [`${folder}/etcd.yaml`]: "x" }, "etcd.auto-tls");
  const both = { ...one, files: [...one.files, ...two.files], checks: [...one.checks, ...two.checks] };
  const known = {
    ...node,
    [`${folder}/kube-scheduler.yaml`]: "kind: List\napiVersion: v1\nitems: []\n",
    [`${folder}/etcd.yaml`]: "kind: List\napiVersion: v1\nitems: []\n",
  };
  await stops(
    known,
    /^defer scheduler.profiling: .*kube-scheduler.yaml: .*etcd.yaml is changed by this run/,
    both,
  );
  await allows(known, two);
});

test("no copy of a manifest lies where the kubelet would run it", async () => {
  await stops(
    node,
    /^refuse apiserver.profiling: .*kube-apiserver.yaml.bak would be a second pod/,
    change({ [`${folder}/kube-apiserver.yaml.bak`]: "x" }),
  );
  await allows(node, change({ [`${folder}/.kube-apiserver.yaml.nw-1`]: "x" }));
});

const daemon = group("runtime", ["docker.x"], {
  files: { "/etc/docker/daemon.json": '{"icc": false}' },
  risk: "restart",
});
const container: MemoryFiles = {
  "/usr/bin/dockerd": { text: "", mode: 0o755 },
  "/etc/docker/daemon.json": "{}",
  [`/var/lib/docker/containers/${id}/config.v2.json`]: JSON.stringify({
    ID: id,
    Name: "/web",
    State: { Running: true, Pid: 4242 },
    Config: {},
  }),
  [`/var/lib/docker/containers/${id}/hostconfig.json`]: "{}",
  ...processFiles(4242),
};

test("dockerd is restarted where no container ends with it", async () => {
  const { [`/var/lib/docker/containers/${id}/config.v2.json`]: _, ...none } = container;
  await allows({ ...loginNode, ...none }, daemon);
  await allows({ ...loginNode, ...container, "/etc/docker/daemon.json": '{"live-restore": true}' }, daemon);
});

test("dockerd is not restarted under running containers without live-restore", async () => {
  await stops(
    { ...loginNode, ...container },
    /^defer docker.x: dockerd would be restarted, and without live-restore its containers end with it \(1 containers run\).*live-restore/,
    daemon,
  );
});

test.run();
