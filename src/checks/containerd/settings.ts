// The checks on containerd's own settings and sockets, a row a check. Not those of its CRI plugin (cri.ts).
import { wholeFile } from "../../core/source.js";
import type { Containerd } from "../../facts/containerd.js";
import {
  type DaemonFinding,
  type DaemonRow,
  daemonChecks,
  ownedByRoot,
  problemIf,
  socketRow,
} from "../daemon-row.js";

type Row = DaemonRow<Containerd>;

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function debugSocket(containerd: Containerd): DaemonFinding {
  const setting = containerd.server("debug", "address");
  const value = text(setting?.value);
  const owners = [containerd.server("debug", "uid"), containerd.server("debug", "gid")];
  const foreign = owners.some((one) => typeof one?.value === "number" && one.value !== 0);
  return {
    actual: value || "not set",
    evidence: [setting?.source, ...owners.map((one) => one?.source)],
    problems: [
      ...problemIf(value !== "" && !value.startsWith("/"), `the debug interface listens on ${value}`),
      ...problemIf(value.startsWith("/") && foreign, `the debug socket ${value} belongs to others than root`),
    ],
  };
}

/** An empty address is that of the default route (containerd, newStreamServer). */
function listeners(containerd: Containerd): DaemonFinding {
  const setting = containerd.server("grpc", "tcp_address");
  const value = text(setting?.value);
  const { criDisabled, stream } = containerd;
  const address = stream === undefined ? "127.0.0.1" : text(stream.value);
  const wide = criDisabled === undefined && !/^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(address);
  const where = address === "" ? "the node's own address" : address;
  return {
    actual: `${value || "not set"}${wide ? `, streams on ${where}` : ""}`,
    evidence: [setting?.source, ...(wide ? [stream?.source] : [])],
    problems: [
      ...problemIf(value !== "", `containerd's API listens on ${value}`),
      ...problemIf(wide, `the streaming server listens on ${where} without verifying clients`),
    ],
  };
}

function proxies({ proxies: all }: Containerd): DaemonFinding | string {
  if (all.length === 0) return "containerd talks to no plugin outside itself";
  const found = all.map(({ name, address, socket, source }): DaemonFinding => {
    const local = address.startsWith("/") || address.startsWith("unix:");
    if (!local)
      return {
        actual: address,
        evidence: [source],
        problems: [
          { message: `the plugin ${name} is reached at ${address}, not over a socket of this node` },
        ],
      };
    if (socket === undefined)
      return {
        actual: `${address} is not there`,
        evidence: [source],
        problems: [],
        notes: [`${address} of the plugin ${name} is not there: it does not run`],
      };
    const { actual, evidence, problems } = ownedByRoot(socket.path, socket.stat, 0o660, true);
    return { actual, evidence: [source, ...evidence], problems };
  });
  return {
    actual: found.map(({ actual }) => actual).join(", "),
    evidence: found.flatMap(({ evidence }) => evidence),
    problems: found.flatMap(({ problems }) => problems),
    notes: found.flatMap(({ notes }) => notes ?? []),
  };
}

const rows: readonly Row[] = [
  {
    name: "config-valid",
    title: "containerd can read its configuration",
    why: "A containerd that does not start after the next reboot takes the node out of the cluster.",
    remedy: "Correct the line named; `containerd config dump` tells whether it is accepted.",
    severity: "high",
    expected: "TOML of a version that the installed containerd knows",
    always: true,
    judge: ({ problems, configFile, configStat, formatVersion }) =>
      configStat === undefined && problems.length === 0
        ? `${configFile} is not there: containerd uses its defaults`
        : {
            actual: `version ${formatVersion}`,
            evidence: problems.length > 0 ? problems.map(({ source }) => source) : [wholeFile(configFile)],
            problems: problems.map(({ message }) => ({ message })),
          },
  },
  socketRow(
    "containerd",
    "Set gid = 0 under [grpc] in containerd's configuration, chown root:root and chmod 660 on the socket.",
  ),
  {
    name: "tcp-address",
    title: "containerd's API does not listen on TCP, and streams on loopback alone",
    why: "Whoever reaches that port is root on this machine; the streaming server leads into containers.",
    remedy: 'Take tcp_address out of [grpc], and set stream_server_address = "127.0.0.1" for the CRI plugin.',
    severity: "critical",
    expected: "not set; streams on loopback",
    judge: listeners,
  },
  {
    name: "debug-socket",
    title: "containerd's debug socket is off or on a socket of root's",
    why: "The debug interface shows memory and internals of a process that runs as root.",
    remedy: "Take address out of [debug], or give it a path under /run/containerd with uid and gid 0.",
    severity: "medium",
    expected: "not set, or a socket of root's",
    judge: debugSocket,
  },
  {
    name: "proxy-plugins",
    title: "Plugins that containerd talks to, such as stargz, are root's own",
    why: "Who can answer on such a socket chooses what is in the root file system of every container.",
    remedy: "Give the plugin's socket to root with mode 0660 or less, in a folder of root's.",
    severity: "high",
    expected: "sockets of 0660 or less, root:root",
    fixable: true,
    always: true,
    judge: proxies,
  },
];

export const settings = daemonChecks("containerd", rows);
