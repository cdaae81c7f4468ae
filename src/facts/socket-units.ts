// The .socket unit for which process 1 holds a port (systemd.socket(5)). Not the service that it starts.
import type { SocketProtocol } from "../formats/proc-net.js";
import type { Units } from "./units.js";

const keys: Readonly<Partial<Record<SocketProtocol, readonly string[]>>> = {
  tcp: ["ListenStream"],
  udp: ["ListenDatagram"],
  udplite: ["ListenDatagram"],
  sctp: ["ListenStream", "ListenSequentialPacket"],
};

/** The port of `22`, `0.0.0.0:22`, `[::]:22`; undefined for a path, an abstract name or a vsock. */
export function listenPort(value: string): number | undefined {
  const digits = /^(?:(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):)?(\d{1,5})(?:%\S+)?$/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export type UnitOfPort = (protocol: SocketProtocol, port: number) => string | undefined;

/** Reads every .socket unit once: asked for only where process 1 holds a port. */
export async function socketUnits(units: Units): Promise<UnitOfPort> {
  const names = units.names.filter((name) => name.endsWith(".socket") && !name.includes("@."));
  const loaded = (await Promise.all(names.map((name) => units.get(name)))).filter(
    (unit) => unit !== undefined,
  );
  const live = loaded.filter(({ masked }) => !masked);
  return (protocol, port) =>
    live.find((unit) =>
      (keys[protocol] ?? []).some((key) =>
        unit.list("Socket", key).some(({ value }) => listenPort(value) === port),
      ),
    )?.name;
}
