import { test } from "uvu";
import * as assert from "uvu/assert";
import { asker } from "../../../src/engine/gather.js";
import { type Listening, type Sockets, sockets } from "../../../src/facts/sockets.js";
import { type MemoryFiles, memoryHost } from "../../../src/host/memory.js";
import { processFiles, socketFiles } from "../../support/proc-net.js";

const sshd = { pid: 700, program: "/usr/sbin/sshd" };
const kubelet = { pid: 800, program: "/usr/bin/kubelet", uid: 0 };

async function gathered(files: MemoryFiles): Promise<Sockets> {
  const fact = await asker(memoryHost(files))(sockets);
  if (fact.state !== "known") throw new Error(`${fact.state}: ${fact.reason}`);
  return fact.value;
}

function shown({ protocol, host, port, owner, unit }: Listening & { readonly unit?: string }): string {
  const by =
    owner.state === "known"
      ? owner.holders.map(({ program, pid }) => `${program}/${pid}`).join("+") +
        (owner.unit ? ` ${owner.unit}` : "")
      : owner.state;
  return `${protocol} ${host} ${port} ${by}${unit ?? ""}`;
}

test("sockets, sorted, with the processes that hold them", async () => {
  const { listening, unread } = await gathered(
    socketFiles(
      { host: "::", port: 10250, by: kubelet },
      { host: "0.0.0.0", port: 22, by: sshd },
      { protocol: "udp", host: "0.0.0.0", port: 8472 },
    ),
  );
  assert.equal(unread, []);
  assert.equal(listening.map(shown), [
    "tcp 0.0.0.0 22 sshd/700",
    "tcp :: 10250 kubelet/800",
    "udp 0.0.0.0 8472 kernel",
  ]);
  assert.equal(
    listening.map(({ families }) => families),
    [[4], [6, 4], [4]],
  );
  assert.equal(
    listening.map(({ service }) => service),
    [undefined, "kubelet API", "VXLAN (flannel, cilium)"],
  );
});

test("a socket of :: beside one of 0.0.0.0 is IPv6 alone", async () => {
  const { listening } = await gathered(
    socketFiles({ host: "0.0.0.0", port: 22, by: sshd }, { host: "::", port: 22, by: sshd }),
  );
  assert.equal(
    listening.map(({ families }) => families),
    [[4], [6]],
  );
});

test("workers that share a port are one socket with several holders", async () => {
  const worker = { pid: 901, program: "/usr/sbin/nginx", uid: 33 };
  const files = {
    ...socketFiles({ host: "0.0.0.0", port: 80, by: { pid: 900, program: "/usr/sbin/nginx" } }),
    ...processFiles(worker),
    "/proc/901/fd/3": { link: "socket:[5000]" },
  };
  // The worker runs as another user: it is looked for only while a socket has no holder.
  assert.equal((await gathered(files)).listening.map(shown), ["tcp 0.0.0.0 80 nginx/900"]);
  const same = { ...files, ...processFiles({ ...worker, uid: 0 }) };
  assert.equal((await gathered(same)).listening.map(shown), ["tcp 0.0.0.0 80 nginx/900+nginx/901"]);
});

test("a program says its path, not the name it chose", async () => {
  const files = {
    ...socketFiles({
      host: "0.0.0.0",
      port: 4444,
      by: { pid: 666, program: "/tmp/.x/miner", args: ["sshd: root"] },
    }),
    "/proc/666/exe": { link: "/tmp/.x/miner (deleted)" },
  };
  assert.equal((await gathered(files)).listening.map(shown), ["tcp 0.0.0.0 4444 miner/666"]);
  const noPath = { ...files, "/proc/666/exe": { link: "x", error: "denied" as const } };
  const [socket] = (await gathered(noPath)).listening;
  assert.is(socket?.owner.state === "known" ? socket.owner.holders[0]?.path : "?", undefined);
});

test("what may not be looked at has an unknown owner, never an invented one", async () => {
  const files = {
    ...socketFiles({ host: "0.0.0.0", port: 22, by: sshd }),
    "/proc/700/fd": { error: "denied" as const, kind: "directory" as const },
  };
  const [socket] = (await gathered(files)).listening;
  assert.equal(socket?.owner, { state: "unknown", reason: "the descriptors of 1 processes may not be read" });
  const alone = await gathered({
    "/proc/net/tcp": socketFiles({ host: "0.0.0.0", port: 22, by: sshd })["/proc/net/tcp"] ?? "",
  });
  assert.match(JSON.stringify(alone.listening[0]?.owner), /running processes cannot be seen/);
});

test("process 1 holds a port for a socket unit", async () => {
  const systemd = { pid: 1, program: "/usr/lib/systemd/systemd" };
  const { listening } = await gathered({
    ...socketFiles(
      { host: "::", port: 22, by: systemd },
      { protocol: "udp", host: "0.0.0.0", port: 111, by: systemd },
    ),
    "/usr/lib/systemd/system/ssh.socket": "[Socket]\nListenStream=22\n",
    "/etc/systemd/system/ssh.socket.d/port.conf": "[Socket]\nListenStream=\nListenStream=[::]:22\n",
    "/usr/lib/systemd/system/rpcbind.socket":
      "[Socket]\nListenStream=0.0.0.0:111\nListenDatagram=0.0.0.0:111\n",
    "/usr/lib/systemd/system/dbus.socket": "[Socket]\nListenStream=/run/dbus/system_bus_socket\n",
  });
  assert.equal(listening.map(shown), [
    "tcp :: 22 systemd/1 ssh.socket",
    "udp 0.0.0.0 111 systemd/1 rpcbind.socket",
  ]);
});

test("a pod's process is looked at only where nobody else holds the socket", async () => {
  const files = {
    ...socketFiles({ host: "0.0.0.0", port: 22, by: sshd }),
    ...processFiles({ pid: 4000, program: "/pause" }),
    "/proc/1/ns/net": { link: "net:[1]" },
    "/proc/700/ns/net": { link: "net:[1]" },
    "/proc/4000/ns/net": { link: "net:[2]" },
    "/proc/4000/fd": { kind: "directory" as const, error: "denied" as const },
  };
  assert.equal((await gathered(files)).listening.map(shown), ["tcp 0.0.0.0 22 sshd/700"]);
});

test("the host's tables are those of process 1, not of the container that reads them", async () => {
  const own = socketFiles({ host: "0.0.0.0", port: 22, by: sshd });
  const text = (port: number) => socketFiles({ host: "0.0.0.0", port, by: sshd })["/proc/net/tcp"] ?? "";
  const { listening } = await gathered({ ...own, "/proc/net/tcp": text(9999), "/proc/1/net/tcp": text(22) });
  assert.equal(listening.map(shown), ["tcp 0.0.0.0 22 sshd/700"]);
});

test("no tables, unreadable tables, tables that are none", async () => {
  const state = async (files: MemoryFiles) => await asker(memoryHost(files))(sockets);
  assert.is((await state({})).state, "absent");
  assert.is((await state({ "/proc/net/tcp": { error: "denied" } })).state, "error");
  assert.is((await state({ "/proc/net/tcp": "" })).state, "error");
  assert.is((await state({ "/proc/net/tcp": { kind: "fifo" } })).state, "error");
  const half = await gathered({
    ...socketFiles({ host: "0.0.0.0", port: 22, by: sshd }),
    "/proc/net/tcp6": { error: "failed" },
    "/proc/net/udp": "   0: nonsense\n",
  });
  assert.is(half.listening.length, 1);
  assert.is(half.unread.length, 3);
});

test("names of /etc/services stand in where ours has none", async () => {
  const { listening } = await gathered({
    ...socketFiles({ host: "0.0.0.0", port: 22, by: sshd }, { host: "0.0.0.0", port: 10250, by: kubelet }),
    "/etc/services": "# comment\nssh 22/tcp # SSH\nother 22/tcp\nwrong 10250/tcp\n__proto__ x/tcp\n",
  });
  assert.equal(
    listening.map(({ service }) => service),
    ["ssh", "kubelet API"],
  );
});

test.run();
