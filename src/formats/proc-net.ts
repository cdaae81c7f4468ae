// The kernel's socket tables in /proc/net (proc_pid_net(5)): one line a socket, addresses in hexadecimal words. Names no process.
import { type Address, parseAddress } from "../core/network.js";
import { type Source, wholeFile } from "../core/source.js";

export type SocketProtocol = "tcp" | "udp" | "udplite" | "raw" | "sctp";

/** A socket that waits for whoever comes: no peer is set. */
export interface SocketRow {
  readonly protocol: SocketProtocol;
  readonly address: Address;
  /** For raw sockets the IP protocol number. */
  readonly port: number;
  readonly uid: number;
  /** 0 for a socket that the kernel itself opened (VXLAN, WireGuard). */
  readonly inode: number;
  readonly source: Source;
}

export interface SocketTable {
  readonly rows: readonly SocketRow[];
  /** Lines that are no socket as the kernel writes one; what they hide is not known. */
  readonly malformed: readonly Source[];
}

/** TCP_LISTEN and TCP_CLOSE of include/net/tcp_states.h: what `ss -l` shows. */
const waiting: Readonly<Record<Exclude<SocketProtocol, "sctp">, string>> = {
  tcp: "0A",
  udp: "07",
  udplite: "07",
  raw: "07",
};

/** Malformed lines kept as evidence. */
const malformedLimit = 20;

const row =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{8,32}:[0-9A-F]{4} ([0-9A-F]{2}) \S+ \S+ \S+ +(\d+) +\d+ +(\d+)(?: |$)/;

/** Words of 32 bits in the byte order of the machine that wrote them. */
function addressOf(words: string, littleEndian: boolean): Address {
  let value = 0n;
  for (let start = 0; start < words.length; start += 8) {
    const bytes = words.slice(start, start + 8).match(/../g) ?? [];
    const ordered = littleEndian ? bytes.reverse() : bytes;
    value = (value << 32n) | BigInt(`0x${ordered.join("")}`);
  }
  return { family: words.length === 8 ? 4 : 6, value };
}

class Table {
  readonly rows: SocketRow[] = [];
  readonly malformed: Source[] = [];

  bad(source: Source): void {
    if (this.malformed.length < malformedLimit) this.malformed.push(source);
  }
}

/** Calls `take` with every line that is not empty. */
function eachLine(file: string, text: string, take: (line: string, source: () => Source) => void): void {
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    const span = { start, end };
    if (line.trim() !== "") take(line, () => ({ file, line: number, span, text: line.trim() }));
    start = end + 1;
  }
}

/** Is `line` a socket in another state, in a table that may have hundreds of thousands of them? */
function elsewhere(line: string, state: string): boolean {
  const colon = line.indexOf(": ");
  // local and remote address with port, then the state; IPv4 columns or IPv6 columns.
  for (const column of [colon + 30, colon + 78])
    if (line.charAt(column - 1) === " " && line.charAt(column + 2) === " ")
      return colon > 0 && line.slice(column, column + 2) !== state;
  return false;
}

/** Reads tcp, tcp6, udp, udp6, udplite, raw, … and keeps the sockets without a peer. */
export function parseSocketTable(
  file: string,
  text: string,
  protocol: Exclude<SocketProtocol, "sctp">,
  littleEndian = true,
): SocketTable {
  const table = new Table();
  const state = waiting[protocol];
  let header = false;
  eachLine(file, text, (line, source) => {
    if (!header) {
      header = /^\s*sl\s+local_address\s/.test(line);
      if (header) return;
    }
    if (header && elsewhere(line, state)) return;
    const [, words, port, found, uid, inode] = row.exec(line) ?? [];
    if (words === undefined || !header) table.bad(source());
    else if (found === state)
      table.rows.push({
        protocol,
        address: addressOf(words, littleEndian),
        port: Number.parseInt(port ?? "", 16),
        uid: Number(uid),
        inode: Number(inode),
        source: source(),
      });
  });
  // The kernel always writes the heading: without it this is no socket table, empty or not.
  if (!header) table.bad(wholeFile(file));
  return table;
}

/** ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS (net/sctp/proc.c); SST 10 is a listening endpoint. */
const endpoint = /^ *\S+ +\S+ +\d+ +(\d+) +\d+ +(\d+) +(\d+) +(\d+) (.*)$/;

/** Reads /proc/net/sctp/eps: a listening endpoint once for each of its addresses. */
export function parseSctpEndpoints(file: string, text: string): SocketTable {
  const table = new Table();
  let header = false;
  eachLine(file, text, (line, source) => {
    if (!header && /^\s*ENDPT\s/.test(line)) {
      header = true;
      return;
    }
    const [, state, port, uid, inode, list = ""] = endpoint.exec(line) ?? [];
    const addresses = list.split(/\s+/).filter((word) => word !== "");
    const read = addresses.map(parseAddress);
    if (state === undefined || read.length === 0 || read.some((address) => address === undefined))
      table.bad(source());
    else if (state === "10")
      for (const address of read)
        if (address !== undefined)
          table.rows.push({
            protocol: "sctp",
            address,
            port: Number(port),
            uid: Number(uid),
            inode: Number(inode),
            source: source(),
          });
  });
  if (!header) table.bad(wholeFile(file));
  return table;
}

/** The IPv4 address inside `::ffff:a.b.c.d` (RFC 4291 2.5.5.2): such an IPv6 socket speaks IPv4 alone. */
export function unmapped(address: Address): Address {
  const mapped = address.family === 6 && address.value >> 32n === 0xffffn;
  return mapped ? { family: 4, value: address.value & 0xffffffffn } : address;
}
