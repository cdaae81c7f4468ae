// Which listening sockets policy expects: a list of ports with the programs that may hold them. Judges no reachability.
import type { Param } from "../../core/param.js";
import { records } from "../../core/param.js";
import type { Holder, Listening } from "../../facts/sockets.js";

/** One entry as a site file writes it. */
export interface Allowed {
  /** `22`, `30000-32767`; without it every port. */
  readonly port?: number | string;
  /** Without it every protocol that has ports. */
  readonly proto?: string;
  /** A program's name, a `.socket` unit, `kernel`; `*` at the end stands for anything; without it whoever holds it. */
  readonly process?: string;
}

export type Expectation = "expected" | "unexpected" | "unknown" | "loopback";

const protocols = ["tcp", "udp", "udplite", "sctp"];

/** Lowest and highest port; undefined for what is none. */
function portsOf(value: unknown): readonly [number, number] | undefined {
  if (value === undefined) return [0, 65535];
  const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(value)) ?? [];
  if (low === undefined) return undefined;
  const [from, to] = [Number(low), Number(high ?? low)];
  return to <= 65535 && from <= to ? [from, to] : undefined;
}

function allowedOf(record: ReadonlyMap<string, unknown>): Allowed | undefined {
  const [port, proto, process] = ["port", "proto", "process"].map((key) => record.get(key));
  const known = [...record.keys()].every((key) => key === "port" || key === "proto" || key === "process");
  if (!known || record.size === 0 || portsOf(port) === undefined) return undefined;
  if (proto !== undefined && !protocols.some((one) => one === proto)) return undefined;
  if (process !== undefined && typeof process !== "string") return undefined;
  return {
    ...(typeof port === "number" || typeof port === "string" ? { port } : {}),
    ...(proto === undefined ? {} : { proto: String(proto) }),
    ...(process === undefined ? {} : { process }),
  };
}

export function allowList(fallback: readonly Allowed[]): Param<readonly Allowed[]> {
  return records(fallback, "a list such as [{port: 22, proto: tcp, process: sshd}]", allowedOf);
}

function covers({ port, proto }: Allowed, socket: Listening): boolean {
  const [from, to] = portsOf(port) ?? [1, 0];
  return from <= socket.port && socket.port <= to && (proto === undefined || proto === socket.protocol);
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
