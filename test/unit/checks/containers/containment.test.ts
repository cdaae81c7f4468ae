import { test } from "uvu";
import { containment } from "../../../../src/checks/containers/containment.js";
import { type Case, type FailingCase, testCheck } from "../../../support/check.js";
import {
  configAt,
  containerNode,
  everyCapability,
  id,
  type Made,
  type MadeProcess,
  ociConfig,
  sandboxId,
  task,
} from "../../../support/containers.js";

const failing = (
  name: string,
  made: Made,
  process?: MadeProcess,
  says: string | RegExp = "default/web",
): FailingCase => ({ name, files: containerNode(made, process), at: [configAt()], says });
const passing = (name: string, made: Made, process?: MadeProcess): Case => ({
  name,
  files: containerNode(made, process),
});
const mount = (source: string, ...options: readonly string[]) => ({
  mounts: [{ destination: "/x", type: "bind", source, options: ["rbind", ...options] }],
});
const privileged: Made = {
  capabilities: everyCapability,
  masked: [],
  readOnlyPaths: [],
  devices: [{ allow: true, access: "rwm" }],
  seccomp: null,
  appArmor: "",
};
const otherPod = "/var/lib/kubelet/pods/99999999-1111-2222-3333-444455556666/volumes/x";

interface Row {
  readonly fails: readonly FailingCase[];
  readonly passes?: readonly Case[];
  readonly errors?: readonly Case[];
  readonly notApplicable?: readonly Case[];
}

function namespaceRow(type: string, kernel: string): Row {
  return {
    fails: [
      failing("left out of its configuration", { without: [type] }, undefined, "default/web shares"),
      failing("the node's by its path", { paths: { [type]: `/proc/1/ns/${kernel}` } }),
      failing("as /proc says", { paths: { [type]: "/proc/77/ns/x" } }, { shares: [kernel] }),
      {
        name: "that of a sandbox that has none of its own",
        files: {
          ...containerNode({ paths: { [type]: `/proc/77/ns/${kernel}` } }),
          [configAt(sandboxId)]: ociConfig({
            without: [type],
            annotations: { "io.kubernetes.cri.container-type": "sandbox" },
          }),
          [`${task}/${sandboxId}/init.pid`]: "77",
        },
        says: "default/web shares",
      },
    ],
    passes: [
      passing("another than the node's, as /proc says", { paths: { [type]: "/proc/77/ns/x" } }, {}),
      passing("made by CNI", { paths: { [type]: "/var/run/netns/cni-1" } }),
    ],
    errors: [passing("one that nobody knows", { paths: { [type]: `/proc/77/ns/${kernel}` } })],
  };
}

const rows: Readonly<Record<string, Row>> = {
  privileged: {
    fails: [failing("as containerd makes it", privileged, undefined, "container main, is privileged")],
    passes: [
      passing("kube-proxy", { ...privileged, pod: "kube-system/kube-proxy-x7k" }),
      passing("many capabilities, and /proc masked", { capabilities: everyCapability }),
    ],
  },
  "host-pid": namespaceRow("pid", "pid"),
  "host-network": namespaceRow("network", "net"),
  "host-ipc": namespaceRow("ipc", "ipc"),
  "docker-socket": {
    fails: [failing("the socket", mount("/run/containerd/containerd.sock", "ro"), undefined, "(read-only)")],
    passes: [passing("nothing of it", mount("/srv"))],
  },
  "sensitive-hostpath": {
    fails: [
      failing("all of the node", mount("/", "ro")),
      failing("another pod's volumes", mount(otherPod, "ro")),
      failing(
        "as a container of the system too",
        { ...mount("/root"), pod: "kube-system/cilium-1" },
        undefined,
        "/root",
      ),
    ],
    passes: [
      passing("what a network agent needs", {
        ...mount("/run/xtables.lock"),
        pod: "kube-system/kube-proxy-1",
      }),
    ],
  },
  capabilities: {
    fails: [failing("SYS_ADMIN", { capabilities: ["CAP_SYS_ADMIN", "CAP_KILL"] }, undefined, /: SYS_ADMIN$/)],
    passes: [passing("none", { capabilities: [] })],
  },
  "seccomp-unconfined": {
    fails: [
      failing("none", { seccomp: null }),
      failing("an empty one", { seccomp: {} }),
      failing("one that allows everything", {
        seccomp: { defaultAction: "SCMP_ACT_ALLOW", syscalls: [{ names: ["x"], action: "SCMP_ACT_LOG" }] },
      }),
      failing("none in the kernel", {}, { seccomp: 0 }, "process 4242 has none"),
    ],
    passes: [
      passing("as /proc says", {}, { seccomp: 2 }),
      {
        name: "in a virtual machine",
        files: {
          ...containerNode({ seccomp: null }),
          [`${task}/${id}/shim-binary-path`]: "/opt/kata/bin/containerd-shim-kata-v2",
        },
      },
    ],
  },
  "apparmor-unconfined": {
    fails: [
      failing("no profile", { appArmor: "" }),
      failing("said so", { appArmor: "unconfined" }),
      failing("as /proc says", {}, { label: "unconfined" }, "process 4242 is unconfined"),
      failing("only complaining", {}, { label: "web (complain)" }, "only complains"),
    ],
    passes: [passing("as /proc says", { appArmor: "" }, { label: "web (enforce)" })],
    errors: [
      { name: "another root", files: { [configAt()]: ociConfig({ appArmor: "" }) }, host: { live: false } },
    ],
    notApplicable: [
      {
        name: "a kernel without AppArmor",
        files: { [configAt()]: ociConfig({ appArmor: "" }) },
        host: { live: true },
      },
    ],
  },
  "run-as-root": {
    fails: [
      failing("by its configuration", { uid: 0 }),
      failing("by its process", {}, { euid: 0 }, "process 4242 is of user 0"),
    ],
    passes: [
      passing("the system's", { uid: 0, pod: "kube-system/coredns-1" }),
      {
        name: "root of a user namespace",
        files: { ...containerNode({ uid: 0 }, { euid: 70_000 }), "/proc/4242/ns/user": { link: "user:[7]" } },
      },
    ],
  },
  "writable-root": { fails: [failing("writable", { readOnlyRoot: false })] },
  "proc-unmasked": { fails: [failing("nothing masked", { masked: [] })] },
};

for (const check of containment) {
  const row = rows[check.id.replace("containers.", "")];
  if (row === undefined) throw new Error(`no cases for ${check.id}`);
  const good = passing("confined, and running", {}, {});
  testCheck(check, {
    passes: [
      good,
      passing("confined, as far as its configuration says", {}),
      ...(row.passes ?? []),
      {
        name: "one that has stopped is not judged",
        files: { ...containerNode(privileged, {}), [`${task}/${id}/init.pid`]: "4343" },
      },
    ],
    fails: row.fails,
    errors: [
      {
        name: "a configuration that is cut",
        files: { ...good.files, [configAt("ef")]: '{"process": {"env": ["secret' },
        says: /ef\/config\.json: is not valid JSON$/,
      },
      { name: "a pipe in its place", files: { ...good.files, [configAt("ef")]: { kind: "fifo" } } },
      ...(row.errors ?? []),
    ],
    notApplicable: [
      { name: "no container", files: { [task]: { kind: "directory" } }, says: /no container|AppArmor/ },
      ...(row.notApplicable ?? []),
    ],
  });
}

test.run();
