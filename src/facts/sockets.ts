// The sockets that wait for somebody on this node, from the kernel's tables of the host's network namespace, and who
// holds each. Not who may reach them (facts/exposure.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Address, type Family, formatAddress, scopeOf } from "../core/network.js";
import { printable } from "../core/printable.js";
import type { Source } from "../core/source.js";
import {
  parseSctpEndpoints,
  parseSocketTable,
  type SocketProtocol,
  type SocketRow,
  type SocketTable,
  unmapped,
} from "../formats/proc-net.js";
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import { processes } from "./processes.js";
import { type ServiceName, serviceNames } from "./service-names.js";
import { type Holder, type SocketOwners, socketOwners } from "./socket-owners.js";
import { socketUnits, type UnitOfPort } from "./socket-units.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export type { SocketProtocol } from "../formats/proc-net.js";
export type { Holder } from "./socket-owners.js";

export type Owner =
  | {
      readonly state: "known";
      readonly holders: readonly Holder[];
      /** The unit for which process 1 holds it (socket activation). */
      readonly unit?: string;
    }
  /** Opened by the kernel itself: a tunnel, a file server. */
  | { readonly state: "kernel" }
  | { readonly state: "unknown"; readonly reason: string };

export interface Listening {
  readonly protocol: SocketProtocol;
  readonly address: Address;
  /** `0.0.0.0`, `::1`, …: the canonical text of the address. */
  readonly host: string;
  /** For raw sockets the IP protocol number. */
  readonly port: number;
  readonly wildcard: boolean;
  readonly loopback: boolean;
  /**
   * Families that reach it. /proc does not show IPV6_V6ONLY: a socket of `::` takes IPv4 too (`assumed`) unless a socket of
   * 0.0.0.0 has the port.
   */
  readonly families: readonly Family[];
  readonly dualStack: "no" | "assumed";
  /** User id of the socket itself. */
  readonly uid: number;
  readonly owner: Owner;
  /** What the port is usually for. */
  readonly service: string | undefined;
  readonly source: Source;
}

export interface Sockets {
  /** By protocol, port and address. */
  readonly listening: readonly Listening[];
  /** Tables or lines that could not be read, and why: what they hide is not known. */
  readonly unread: readonly string[];
}

/** A busy node has hundreds of thousands of connections, a line of 150 bytes each. */
const tableLimit = 256 * 1024 * 1024;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const tables: readonly { readonly name: string; readonly protocol: SocketProtocol }[] = [
  { name: "tcp", protocol: "tcp" },
  { name: "tcp6", protocol: "tcp" },
  { name: "udp", protocol: "udp" },
  { name: "udp6", protocol: "udp" },
  { name: "udplite", protocol: "udplite" },
  { name: "udplite6", protocol: "udplite" },
  { name: "sctp/eps", protocol: "sctp" },
  { name: "raw", protocol: "raw" },
  { name: "raw6", protocol: "raw" },
];

interface TablesRead {
  readonly rows: readonly SocketRow[];
  readonly unread: readonly string[];
  readonly seen: number;
}

/**
 * Where the host's own tables are: those of process 1, since `self` can be in a container's namespace
 * (network_namespaces(7)). Where hidepid hides process 1 nodeward is no container's.
 */
async function folder(host: Host): Promise<string> {
  const init = await host.stat("/proc/1/net/tcp");
  return init.state === "ok" ? "/proc/1/net" : "/proc/net";
}

function parse(file: string, text: string, protocol: SocketProtocol): SocketTable {
  return protocol === "sctp"
    ? parseSctpEndpoints(file, text)
    : parseSocketTable(file, text, protocol, littleEndian);
}

async function readTables(host: Host): Promise<TablesRead> {
  const where = await folder(host);
  const read = await Promise.all(
    tables.map(async ({ name, protocol }) => {
      const file = `${where}/${name}`;
      const text = await host.read(file, { limit: tableLimit });
      // A protocol that the kernel has not loaded has no table.
      if (text.state === "absent") return undefined;
      if (text.state !== "ok") return { rows: [], unread: [text.reason] };
      const { rows, malformed } = parse(file, text.text, protocol);
      const lines = malformed.map(({ line, text: shown }) =>
        line === 0
          ? `${file} is not a table of sockets`
          : `${file}:${line} is no socket: ${printable(shown, 80)}`,
      );
      return { rows, unread: lines };
    }),
  );
  const found = read.filter((table) => table !== undefined);
  return {
    rows: found.flatMap(({ rows }) => rows),
    unread: found.flatMap(({ unread }) => unread),
    seen: found.length,
  };
}

/** Sockets of one protocol, address and port are one: several workers share a port by SO_REUSEPORT. */
function grouped(rows: readonly SocketRow[]): readonly (readonly SocketRow[])[] {
  const groups = new Map<string, SocketRow[]>();
  for (const row of rows) {
    const { family, value } = unmapped(row.address);
    const key = `${row.protocol} ${family} ${value} ${row.port}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

interface Context {
  readonly owners: Fact<SocketOwners>;
  readonly unitOf: UnitOfPort;
  readonly serviceName: ServiceName;
  /** `tcp 80`: what a socket of 0.0.0.0 has, so that one of `::` is IPv6 alone. */
  readonly plain: ReadonlySet<string>;
}

function ownerOf(rows: readonly SocketRow[], { owners, unitOf }: Context): Owner {
  if (rows.every(({ inode }) => inode === 0)) return { state: "kernel" };
  if (owners.state !== "known") return { state: "unknown", reason: owners.reason };
  const { byInode, hidden } = owners.value;
  const holders = new Map<number, Holder>();
  for (const { inode } of rows)
    for (const holder of byInode.get(inode) ?? []) holders.set(holder.pid, holder);
  if (holders.size > 0) {
    const [row] = rows;
    const unit = holders.has(1) && row !== undefined ? unitOf(row.protocol, row.port) : undefined;
    const sorted = [...holders.values()].sort((a, b) => a.pid - b.pid);
    return { state: "known", holders: sorted, ...(unit === undefined ? {} : { unit }) };
  }
  const reason =
    hidden > 0
      ? `the descriptors of ${hidden} processes may not be read`
      : "no process that can be seen holds it";
  return { state: "unknown", reason };
}

function inOrder(a: Listening, b: Listening): number {
  const rank = ({ protocol }: Listening) => tables.findIndex((table) => table.protocol === protocol);
  return (
    rank(a) - rank(b) || a.port - b.port || a.address.family - b.address.family || (a.host < b.host ? -1 : 1)
  );
}

async function owners(host: Host, ask: Ask, rows: readonly SocketRow[]): Promise<Fact<SocketOwners>> {
  const [running, users] = await Promise.all([ask(processes), ask(accounts)]);
  if (running.state !== "known") return running;
  const wanted = new Map(rows.filter(({ inode }) => inode !== 0).map(({ inode, uid }) => [inode, uid]));
  return known(
    await socketOwners(host, running.value, users.state === "known" ? users.value : undefined, wanted),
  );
}

function listeningOf(group: readonly SocketRow[], context: Context): readonly Listening[] {
  const [row] = group;
  if (row === undefined) return [];
  const { protocol, port, uid, source } = row;
  const address = unmapped(row.address);
  const wildcard = address.value === 0n;
  // An IPv6 raw socket never sees IPv4 packets (ipv6(7)).
  const dual =
    address.family === 6 && wildcard && protocol !== "raw" && !context.plain.has(`${protocol} ${port}`);
  const scope = scopeOf({ family: address.family, first: address.value, last: address.value });
  return [
    {
      protocol,
      address,
      host: formatAddress(address),
      port,
      wildcard,
      loopback: scope === "loopback",
      families: dual ? [6, 4] : [address.family],
      dualStack: dual ? "assumed" : "no",
      uid,
      owner: ownerOf(group, context),
      service: protocol === "raw" ? undefined : context.serviceName(port, protocol),
      source,
    },
  ];
}

/** Only where process 1 holds a socket are the units read. */
async function unitsOfInit(ask: Ask, found: Fact<SocketOwners>): Promise<UnitOfPort> {
  const held =
    found.state === "known" && [...found.value.byInode.values()].flat().some(({ pid }) => pid === 1);
  const all = held ? await ask(units) : undefined;
  return all?.state === "known" ? await socketUnits(all.value) : () => undefined;
}

export const sockets: FactSource<Sockets> = {
  title: "the listening sockets (/proc/net/{tcp,udp,udplite,sctp,raw}) and their processes (/proc/PID/fd)",
  async gather(host, ask) {
    const { rows, unread, seen } = await readTables(host);
    if (seen === 0) return absent("listening sockets cannot be seen: no /proc/net");
    if (rows.length === 0 && unread.length >= seen) return failed(unread.join("; "));
    const [found, serviceName] = await Promise.all([owners(host, ask, rows), serviceNames(host)]);
    const unitOf = await unitsOfInit(ask, found);
    const plain = new Set(
      rows
        .filter(({ address: { family, value } }) => family === 4 && value === 0n)
        .map(({ protocol, port }) => `${protocol} ${port}`),
    );
    const listening = grouped(rows).flatMap((group) =>
      listeningOf(group, { owners: found, unitOf, serviceName, plain }),
    );
    return known({ listening: listening.sort(inOrder), unread });
  },
};
