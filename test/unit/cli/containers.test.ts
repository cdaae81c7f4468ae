// `nodeward containers`: the table, JSON, what could not be read, and that no secret comes out.
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  configAt,
  containerNode,
  everyCapability,
  id,
  ociConfig,
  processFiles,
  sandboxId,
  task,
} from "../../support/containers.js";
import { runIn } from "../../support/context.js";

const sandbox = {
  [configAt(sandboxId)]: ociConfig({ annotations: { "io.kubernetes.cri.container-type": "sandbox" } }),
};
const bad = {
  pod: "default/bad",
  uid: 0,
  capabilities: everyCapability,
  seccomp: null,
  readOnlyRoot: false,
  masked: [],
  readOnlyPaths: [],
  mounts: [{ destination: "/host", type: "bind", source: "/", options: ["rbind", "ro"] }],
};

test("each container with its pod, user, confinement and what it has of the node", async () => {
  const files = { ...containerNode({}, {}), ...sandbox, [configAt("ef".repeat(32))]: ociConfig(bad) };
  const ran = await runIn(["containers"], { files, terminal: 160 });
  assert.is(ran.code, 0, ran.err);
  assert.match(ran.out, /default\/web +main +running +runc +1000 +yes +yes$/m);
  assert.match(ran.out, /default\/bad +main +unknown +runc +0 +NO +yes +privileged proc-unmasked/);
  assert.match(ran.out, "SYS_ADMIN");
  assert.match(ran.out, "/:ro");
  assert.match(ran.out, "2 containers and 1 sandboxes: 1 privileged, 1 without seccomp, 1 as root");
});

test("JSON has every container, sandboxes too, and neither environment nor arguments", async () => {
  const files = { ...containerNode({}, {}), ...sandbox };
  const ran = await runIn(["containers", "--format", "json"], { files });
  assert.is(ran.code, 0, ran.err);
  assert.not.match(ran.out, "secret=");
  assert.not.match(ran.out, "token=");
  assert.not.match(ran.out, "PASSWORD");
  const { containers } = JSON.parse(ran.out);
  assert.equal(
    containers.map((one: { id: string; sandbox: boolean; pid: number | null }) => [
      one.id,
      one.sandbox,
      one.pid,
    ]),
    [
      [id, false, 4242],
      [sandboxId, true, null],
    ],
  );
});

test("another root, and none there", async () => {
  const roots = { "/mnt": containerNode({ pod: "a/b" }) };
  assert.match((await runIn(["containers", "--root", "/mnt"], { roots })).out, "a/b");
  const none = await runIn(["containers"], { files: { "/etc/hostname": "x" } });
  assert.is(none.code, 0);
  assert.is(none.out, "no container on this node\n");
});

test("what could not be read is said, and is exit 3", async () => {
  const files = { ...containerNode(), [configAt("ef")]: { error: "denied" as const } };
  const ran = await runIn(["containers"], { files });
  assert.is(ran.code, 3);
  assert.match(ran.out, /^not read: permission denied/m);
  const all = await runIn(["containers"], { files: { [task]: { kind: "directory", error: "denied" } } });
  assert.is(all.code, 3);
});

test("a number left behind that is another process's by now proves nothing", async () => {
  const files = { ...containerNode({ uid: 7 }, { euid: 0 }), ...processFiles(4242, { of: "other" }) };
  const ran = await runIn(["containers", "--format", "json"], { files });
  const [one] = JSON.parse(ran.out).containers;
  assert.equal([one.state, one.pid, one.user], ["unknown", null, 7]);
});

const overlay = "/run/containers/storage/overlay-containers";
const annotations = {
  "io.kubernetes.cri.sandbox-name": "kube-proxy",
  "io.kubernetes.cri.sandbox-namespace": "kube-system",
  "io.kubernetes.pod.name": "true-name",
  "io.kubernetes.pod.namespace": "team",
  "io.kubernetes.container.name": "app",
  "io.kubernetes.cri-o.ContainerType": "container",
};

test("CRI-O's names are its own annotations, never containerd's, which a pod can write there", async () => {
  const files = {
    [`${overlay}/${id}/userdata/config.json`]: ociConfig({ annotations }),
    [`${overlay}/${id}/userdata/pidfile`]: "4242\n",
    ...processFiles(4242),
  };
  const ran = await runIn(["containers", "--format", "json"], { files });
  const [one] = JSON.parse(ran.out).containers;
  assert.equal(
    [one.engine, one.namespace, one.pod, one.container, one.state],
    ["cri-o", "team", "true-name", "app", "running"],
  );
});

test("Docker's containers are containerd's under the names that Docker gives", async () => {
  const folder = `/var/lib/docker/containers/${id}`;
  const own = {
    Name: "/k8s_main_web_team_0f4e5c6d-1111-2222-3333-444455556666_0",
    State: { Running: true, Pid: 4242 },
    Config: { Image: "web:1", Env: ["PASSWORD=x"], Labels: { "io.kubernetes.pod.namespace": "kube-system" } },
  };
  const docker = {
    [`${folder}/config.v2.json`]: JSON.stringify(own),
    [`${folder}/hostconfig.json`]: JSON.stringify({ NetworkMode: "host" }),
  };
  const shown = async (files: Parameters<typeof runIn>[1]) => {
    const ran = await runIn(["containers", "--format", "json"], files);
    const { containers } = JSON.parse(ran.out);
    assert.is(containers.length, 1);
    return containers[0];
  };
  const alone = await shown({ files: { ...docker, ...processFiles(4242, { shares: ["net"] }) } });
  assert.equal([alone.engine, alone.namespace, alone.pod, alone.state], ["docker", "team", "web", "running"]);
  assert.ok(alone.grants.some(({ kind }: { kind: string }) => kind === "host-network"));
  const moby = { [`/run/containerd/io.containerd.runtime.v2.task/moby/${id}/config.json`]: ociConfig() };
  const both = await shown({ files: { ...docker, ...moby } });
  assert.match(both.configuration, "/moby/");
  assert.is(both.pod, "web");
  const stopped = { ...own, State: { Running: false, Pid: 0 } };
  const past = { ...docker, [`${folder}/config.v2.json`]: JSON.stringify(stopped) };
  assert.is((await shown({ files: past })).state, "stopped");
});

test.run();
