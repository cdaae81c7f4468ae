// What listens and which modules are loaded, as texts that differ when that does: cheap enough to be asked every few
// seconds. Judges nothing; the whole truth is read by facts.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

const chunk = 32 * 1024;
/** A node has tens of listeners; a list that goes on for longer is compared as far as this. */
const listLimit = 1024 * 1024;
/** States of include/net/tcp_states.h as /proc/net writes them: TCP_LISTEN, and TCP_CLOSE for an unconnected datagram socket. */
const [listening, unconnected] = ["0A", "07"];
/** Where the kernel chooses ports for who asks for none, unless told otherwise (ip(7), ip_local_port_range). */
const ephemeralFrom = 32_768;

/** Lines of a file of /proc while `more` wants them; none where it is not there. */
function someLines(path: string, more: (line: string) => boolean): readonly string[] {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return [];
  }
  try {
    const lines: string[] = [];
    const buffer = Buffer.allocUnsafe(chunk);
    let rest = "";
    for (let total = 0; total < listLimit; ) {
      const count = readSync(fd, buffer, 0, chunk, null);
      if (count === 0) break;
      total += count;
      const parts = (rest + buffer.toString("latin1", 0, count)).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        if (!more(line)) return lines;
        lines.push(line);
      }
    }
    return lines;
  } catch {
    return [];
  } finally {
    closeSync(fd);
  }
}

/** `sl local remote st queues tr retrnsmt uid timeout inode` (proc(5)). */
function columns(line: string): readonly string[] {
  return line.trim().split(/\s+/, 10);
}

function socketKey(kind: string, line: string): string {
  const [, local, , , , , , uid, , inode] = columns(line);
  return `${kind} ${local} ${uid} ${inode}`;
}

/** The kernel lists those that listen before all connections (net/ipv4/tcp_ipv4.c): no more is read than the first of these. */
function streams(kind: string): readonly string[] {
  const lines = someLines(
    `/proc/net/${kind}`,
    (line) => line.includes("local_address") || columns(line)[3] === listening,
  );
  return lines.slice(1).map((line) => socketKey(kind, line));
}

function datagrams(kind: string): readonly string[] {
  return someLines(`/proc/net/${kind}`, () => true)
    .slice(1)
    .filter((line) => {
      const [, local = "", , state] = columns(line);
      return state === unconnected && Number.parseInt(local.slice(-4), 16) < ephemeralFrom;
    })
    .map((line) => socketKey(kind, line));
}

/** Every socket that listens, in no order of the kernel's making. */
export function listenersNow(): string {
  const all = [...["tcp", "tcp6"].flatMap(streams), ...["udp", "udp6", "udplite", "raw"].flatMap(datagrams)];
  return all.sort().join("\n");
}

/** The names of the loaded modules; how often each is used changes all the time. */
export function modulesNow(): string {
  try {
    const lines = readFileSync("/proc/modules", "latin1").split("\n");
    return lines
      .map((line) => line.split(" ", 1)[0])
      .sort()
      .join("\n");
  } catch {
    return "";
  }
}
