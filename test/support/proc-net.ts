// Files of /proc/net and /proc/PID for tests: sockets and who holds them, as the kernel writes them.
import { parseAddress } from "../../src/core/network.js";
import type { MemoryFiles } from "../../src/host/memory.js";

export interface TestSocket {
  readonly protocol?: "tcp" | "udp" | "raw" | "udplite";
  readonly host: string;
  readonly port: number;
  readonly uid?: number;
  /** Absent: opened by the kernel. */
  readonly by?: TestProcess;
}
export interface TestProcess {
  readonly pid: number;
  readonly program: string;
  readonly args?: readonly string[];
  readonly uid?: number;
}

const header =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

function words(host: string): string {
  const address = parseAddress(host);
  if (address === undefined) throw new Error(host);
  const digits = address.value
    .toString(16)
    .toUpperCase()
    .padStart(address.family === 4 ? 8 : 32, "0");
  return (digits.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse().join("")).join("");
}

function row({ protocol = "tcp", host, port, uid = 0 }: TestSocket, inode: number): string {
  const local = words(host);
  const state = protocol === "tcp" ? "0A" : "07";
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return `   0: ${local}:${hex} ${"0".repeat(local.length)}:0000 ${state} 00000000:00000000 00:00000000 00000000 ${uid} 0 ${inode} 2 0 0\n`;
}

/** The files of one process, sockets aside. */
export function processFiles({ pid, program, args = [program], uid = 0 }: TestProcess): MemoryFiles {
  const comm = program.slice(program.lastIndexOf("/") + 1).slice(0, 15);
  return {
    [`/proc/${pid}/status`]: `Name:\t${comm}\nPPid:\t1\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nGid:\t${uid}\t${uid}\t${uid}\t${uid}\nNSpid:\t${pid}\n`,
    [`/proc/${pid}/cmdline`]: `${args.join("\0")}\0`,
    [`/proc/${pid}/exe`]: { link: program },
    [`/proc/${pid}/fd`]: { kind: "directory" },
  };
}

/** /proc/net with these sockets, and the processes that hold them. */
export function socketFiles(...sockets: readonly TestSocket[]): MemoryFiles {
  const tables = new Map<string, string>([
    ["tcp", header],
    ["tcp6", header],
    ["udp", header],
    ["udp6", header],
  ]);
  const files: Record<string, MemoryFiles[string]> = {};
  for (const [index, socket] of sockets.entries()) {
    const { protocol = "tcp", host, by } = socket;
    const table = `${protocol}${host.includes(":") ? "6" : ""}`;
    const inode = by === undefined ? 0 : 5000 + index;
    tables.set(table, (tables.get(table) ?? header) + row(socket, inode));
    if (by === undefined) continue;
    Object.assign(files, processFiles(by));
    files[`/proc/${by.pid}/fd/${10 + index}`] = { link: `socket:[${inode}]` };
  }
  for (const [name, text] of tables) files[`/proc/net/${name}`] = text;
  return files;
}
