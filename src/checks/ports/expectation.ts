// Which listening sockets policy expects: a list of ports with the programs that may hold them. Judges no reachability.
import type { Param } from "../../core/param.js";
import { records } from "../../core/param.js";
import type { Holder, Listening } from "../../facts/sockets.js";

export interface Allowed {
  readonly from: number;
  readonly to: number;
  /** Undefined: every protocol that has ports. */
  readonly protocol: string | undefined;
  /** A program's name, a `.socket` unit, `kernel`; `*` at the end stands for anything; undefined: whoever holds it. */
  readonly process: string | undefined;
}

export type Expectation = "expected" | "unexpected" | "unknown" | "loopback";

const protocols = ["tcp", "udp", "udplite", "sctp"];

function portsOf(value: unknown): Pick<Allowed, "from" | "to"> | undefined {
  if (value === undefined || value === "any") return { from: 0, to: 65535 };
  const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(value)) ?? [];
  if (low === undefined) return undefined;
  const [from, to] = [Number(low), Number(high ?? low)];
  return to <= 65535 && from <= to ? { from, to } : undefined;
}

function allowedOf(record: ReadonlyMap<string, unknown>): Allowed | undefined {
  const ports = portsOf(record.get("port"));
  const protocol = record.get("proto");
  const name = record.get("process");
  const keys = [...record.keys()].every((key) => key === "port" || key === "proto" || key === "process");
  if (ports === undefined || !keys || record.size === 0) return undefined;
  if (protocol !== undefined && !protocols.some((one) => one === protocol)) return undefined;
  if (name !== undefined && typeof name !== "string") return undefined;
  return { ...ports, protocol: protocol === undefined ? undefined : String(protocol), process: name };
}

export function allowList(fallback: readonly Allowed[]): Param<readonly Allowed[]> {
  return records(fallback, "a list such as [{port: 22, proto: tcp, process: sshd}]", allowedOf);
}

function covers({ from, to, protocol }: Allowed, socket: Listening): boolean {
  return from <= socket.port && socket.port <= to && (protocol === undefined || protocol === socket.protocol);
}

function named(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return true;
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** Programs of a node are not run from where anybody can write. */
const strayPath = /^\/(?:tmp|var\/tmp|dev\/shm|run\/user|home)\//;

/** The name a rule can give a holder: process 1 stands for the unit it listens for. */
function nameOf({ pid, program }: Holder, unit: string | undefined): string {
  return pid === 1 && unit !== undefined ? unit : program;
}

/** The names to be found in the list; undefined where the owner is not known. */
function namesOf({ owner }: Listening): readonly string[] | undefined {
  if (owner.state === "kernel") return ["kernel"];
  if (owner.state === "unknown") return undefined;
  return owner.holders.map((holder) =>
    strayPath.test(holder.path ?? "") ? (holder.path ?? "") : nameOf(holder, owner.unit),
  );
}

/** Is the socket on the list, held by whom the list names? Every holder counts: one stranger is enough. */
export function expectationOf(socket: Listening, allowed: readonly Allowed[]): Expectation {
  if (socket.loopback) return "loopback";
  const entries = allowed.filter((entry) => covers(entry, socket));
  if (entries.length === 0) return "unexpected";
  const names = namesOf(socket);
  if (names === undefined)
    return entries.some(({ process }) => process === undefined) ? "expected" : "unknown";
  return names.every((name) => entries.some(({ process }) => named(process, name)))
    ? "expected"
    : "unexpected";
}

/** `sshd (1234, root)`; all holders, or why there is none to name. */
export function ownerText({ owner }: Listening): string {
  if (owner.state === "kernel") return "the kernel";
  if (owner.state === "unknown") return "an unknown process";
  const names = owner.holders.map(({ program, pid, user, path }) => {
    const stray = strayPath.test(path ?? "") ? `${path}` : program;
    return `${stray} (${pid}, ${user})`;
  });
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return `${shown.join(", ")}${owner.unit === undefined ? "" : ` for ${owner.unit}`}`;
}

/** `0.0.0.0:22/tcp`, `[::]:22/tcp`. */
export function endpointText({ host, port, protocol, address }: Listening): string {
  return `${address.family === 6 ? `[${host}]` : host}:${port}/${protocol}`;
}
