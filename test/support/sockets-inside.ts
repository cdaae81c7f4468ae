// Runs as process 1's child in namespaces of its own: opens sockets of every kind, then asks ss and our own reader.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { asker } from "../../src/engine/gather.js";
import { sockets } from "../../src/facts/sockets.js";
import { openHost } from "../../src/host/rooted.js";

// AF, type, protocol, address, port, v6only; every port once, but where two sockets share it on purpose.
const opener = `
import socket, time
S, D, R = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW
V4, V6 = socket.AF_INET, socket.AF_INET6
kept = []
def make(family, kind, proto, address, port, only=None, reuse=False, name=None):
    one = socket.socket(family, kind, proto)
    if only is not None: one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only)
    if reuse: one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.bind((address, port))
    if kind == S: one.listen(5)
    kept.append(one)
    return one
make(V4, S, 0, "0.0.0.0", 1001)
make(V4, S, 0, "127.0.0.1", 1002)
make(V4, S, 0, "192.0.2.1", 1003)
make(V6, S, 0, "::", 1004, 0)
make(V6, S, 0, "::1", 1005)
make(V6, S, 0, "2001:db8::1", 1006)
make(V6, S, 0, "::ffff:192.0.2.1", 1007, 0)
make(V4, S, 0, "0.0.0.0", 1008); make(V6, S, 0, "::", 1008, 1)
make(V4, S, 0, "0.0.0.0", 1009, reuse=True); make(V4, S, 0, "0.0.0.0", 1009, reuse=True)
make(V4, D, 0, "0.0.0.0", 1001)
make(V4, D, 0, "127.0.0.53", 53)
make(V6, D, 0, "::", 1011, 0)
make(V6, D, 0, "2001:db8::1", 546)
make(V4, D, 136, "0.0.0.0", 1012)
make(V4, R, 89, "0.0.0.0", 0)
make(V6, R, 58, "::", 0)
make(V4, S, 0, "0.0.0.0", 65535)
# Not waiting for anybody: a connection, a connected datagram socket, a bound socket that does not listen.
server = make(V4, S, 0, "127.0.0.1", 1020)
client = socket.create_connection(("127.0.0.1", 1020)); accepted = server.accept()
connected = socket.socket(V4, D); connected.bind(("127.0.0.1", 1021)); connected.connect(("127.0.0.1", 53))
bound = socket.socket(V4, S); bound.bind(("127.0.0.1", 1022))
print("ready", flush=True)
time.sleep(60)
`;

const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

run("ip", "link", "set", "lo", "up");
run("ip", "address", "add", "192.0.2.1/32", "dev", "lo");
run("ip", "-6", "address", "add", "2001:db8::1/128", "dev", "lo", "nodad");

const child = spawn("python3", ["-c", opener], { stdio: ["ignore", "pipe", "inherit"] });
await once(child.stdout, "data");
const opened = openHost("/", { now: () => Date.now(), killGroup: () => {} });
if (opened.state !== "ok") throw new Error(opened.reason);
const fact = await asker(opened.host)(sockets);
// ss has no switch for UDP-Lite.
const ss = run("ss", "-H", "-l", "-n", "-t", "-u", "-w", "-p");
child.kill("SIGKILL");
const ours =
  fact.state === "known"
    ? fact.value.listening.map((socket) => ({
        socket: `${socket.protocol} ${socket.host} ${socket.port}`,
        dual: socket.dualStack,
        holders: socket.owner.state === "known" ? socket.owner.holders.map(({ program }) => program) : [],
        pids: socket.owner.state === "known" ? socket.owner.holders.map(({ pid }) => pid) : [],
      }))
    : [];
process.stdout.write(`${JSON.stringify({ state: fact.state, ours, ss, pid: child.pid })}\n`);
