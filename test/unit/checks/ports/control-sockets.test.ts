import { test } from "uvu";
import dockerApi from "../../../../src/checks/ports/docker-api.js";
import etcd from "../../../../src/checks/ports/etcd.js";
import type { MemoryFiles } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { socketFiles } from "../../../support/proc-net.js";

const sshd = { pid: 700, program: "/usr/sbin/sshd" };
const onlySsh = socketFiles({ host: "0.0.0.0", port: 22, by: sshd });
const none = { name: "no running system", files: { "/etc/hostname": "x\n" } };
const unreadTable = {
  name: "a table may not be read",
  files: { ...onlySsh, "/proc/net/tcp6": { error: "denied" as const } },
};

const dockerd = { pid: 900, program: "/usr/bin/dockerd", args: ["/usr/bin/dockerd", "--tlsverify"] };

testCheck(dockerApi, {
  passes: [
    { name: "shut", files: onlySsh },
    {
      name: "over TLS with client certificates",
      files: socketFiles({ host: "::", port: 2376, by: dockerd }),
    },
    {
      name: "the same from daemon.json",
      files: {
        ...socketFiles({ host: "::", port: 2376, by: { ...dockerd, args: ["/usr/bin/dockerd"] } }),
        "/usr/bin/dockerd": "",
        "/etc/docker/daemon.json": '{"tlsverify": true}\n',
      },
    },
    { name: "another program's port", files: socketFiles({ host: "0.0.0.0", port: 2376, by: sshd }) },
  ],
  fails: [
    {
      name: "without TLS",
      files: socketFiles({ host: "0.0.0.0", port: 2375, by: dockerd }),
      at: ["/proc/net/tcp:2"],
      says: /0\.0\.0\.0:2375\/tcp is held by dockerd \(900, 0\): whoever reaches it can become root/,
    },
    {
      name: "without TLS on the loopback",
      files: socketFiles({ host: "127.0.0.1", port: 2375, by: dockerd }),
      says: /every user and pod of the host's network/,
    },
    {
      name: "TLS that asks for no certificate",
      files: socketFiles({ host: "::", port: 2376, by: { ...dockerd, args: ["/usr/bin/dockerd", "--tls"] } }),
      says: /tlsverify is not on/,
    },
  ],
  errors: [
    unreadTable,
    {
      name: "whose port it is cannot be seen",
      files: {
        ...socketFiles({ host: "::", port: 2376, by: dockerd }),
        "/proc/900/fd": { kind: "directory", error: "denied" },
      },
    },
  ],
  notApplicable: [none],
});

const control: MemoryFiles = { "/etc/kubernetes/manifests/kube-apiserver.yaml": "" };
const etcdProcess = (...flags: readonly string[]) => ({
  pid: 950,
  program: "/usr/local/bin/etcd",
  args: ["etcd", ...flags],
});
const mutual = etcdProcess(
  "--client-cert-auth=true",
  "--peer-client-cert-auth=true",
  "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379",
);
const etcdSockets = (by: ReturnType<typeof etcdProcess>) =>
  socketFiles({ host: "10.0.0.1", port: 2379, by }, { host: "10.0.0.1", port: 2380, by });

testCheck(etcd, {
  passes: [
    { name: "with certificates on a control plane", files: { ...etcdSockets(mutual), ...control } },
    {
      name: "built into k3s",
      files: {
        ...socketFiles({
          host: "10.0.0.1",
          port: 2379,
          by: { pid: 5, program: "/usr/local/bin/k3s-server" },
        }),
        ...control,
      },
    },
  ],
  fails: [
    {
      name: "on a worker",
      files: { ...etcdSockets(mutual), "/var/lib/kubelet": { kind: "directory" } },
      says: /on a worker, where etcd has no place/,
    },
    {
      name: "without client certificates",
      files: { ...etcdSockets(etcdProcess("--listen-client-urls=https://10.0.0.1:2379")), ...control },
      says: /asks its clients on 10\.0\.0\.1:2379\/tcp for no certificate.*asks its peers/,
    },
    {
      name: "without TLS",
      files: {
        ...etcdSockets(
          etcdProcess(
            "--client-cert-auth",
            "--peer-client-cert-auth",
            "--listen-client-urls=http://10.0.0.1:2379",
          ),
        ),
        ...control,
      },
      says: /serves its clients without TLS: http:\/\/10\.0\.0\.1:2379/,
    },
  ],
  errors: [
    unreadTable,
    {
      name: "a port whose flags cannot be found",
      files: { ...socketFiles({ host: "10.0.0.1", port: 2379, by: sshd }), ...control },
      says: /whether 10\.0\.0\.1:2379\/tcp \(sshd \(700, 0\)\) asks for certificates/,
    },
  ],
  notApplicable: [none, { name: "nobody listens", files: { ...onlySsh, ...control } }],
});

test.run();
