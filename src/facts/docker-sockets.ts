// What dockerd's API listens on, by its own word or by docker.socket's, and the groups that are let in. Asks no running dockerd.
import type { Source } from "../core/source.js";
import type { FileStat, Host } from "../host/host.js";
import type { Ask } from "./source.js";
import { units } from "./units.js";

export interface DockerListening {
  /** What docker.socket listens on besides paths, where dockerd takes its sockets from systemd (-H fd://). */
  readonly activated: readonly { readonly value: string; readonly source: Source }[];
  /** Groups whose members may use the API, as daemon.json, flags and docker.socket name them. */
  readonly groups: readonly string[];
  readonly sockets: readonly { readonly path: string; readonly stat: FileStat }[];
  /** What could not be read. */
  readonly unread: readonly string[];
}

interface Settings {
  text(name: string, fallback: string): { readonly value: string };
  list(name: string, flag: string): readonly { readonly value: string }[];
}

/** The sockets dockerd makes or is handed, and who may use them (dockerd(8), systemd.socket(5)). */
export async function listeningOf(host: Host, ask: Ask, settings: Settings): Promise<DockerListening> {
  const hosts = settings.list("hosts", "host").map(({ value }) => value);
  const paths = hosts.flatMap((value) => /^unix:\/\/(\/.+)$/.exec(value)?.[1] ?? []);
  const handed = hosts.some((value) => value.startsWith("fd:"));
  const all = handed ? await ask(units) : undefined;
  const unit = all?.state === "known" ? await all.value.get("docker.socket") : undefined;
  const own = unit === undefined || unit.masked ? undefined : unit;
  const streams = own?.list("Socket", "ListenStream").filter(({ value }) => value !== "") ?? [];
  const isPath = (value: string) => /^[/%@]/.test(value);
  const group = own?.last("Socket", "SocketGroup")?.value ?? "";
  const named = [
    "/run/docker.sock",
    "/var/run/docker.sock",
    ...paths,
    ...streams.map(({ value }) => value.replace(/^%t\//, "/run/")).filter((path) => path.startsWith("/")),
  ];
  const stats = await Promise.all([...new Set(named)].map((path) => host.stat(path)));
  const sockets = stats.flatMap((stat) => (stat.state === "ok" ? [{ path: stat.path, stat }] : []));
  return {
    activated: streams
      .filter(({ value }) => !isPath(value))
      .map(({ value, source }) => ({ value: `${value} (docker.socket)`, source })),
    groups: [...new Set(["docker", settings.text("group", "").value, group])].filter((name) => name !== ""),
    sockets: sockets.filter(
      ({ stat }, index) => sockets.findIndex((one) => one.stat.realPath === stat.realPath) === index,
    ),
    unread: [
      ...stats.flatMap((stat) => (stat.state === "ok" || stat.state === "absent" ? [] : [stat.reason])),
      ...(all?.state === "error" ? [all.reason] : (own?.unread ?? [])),
    ],
  };
}
