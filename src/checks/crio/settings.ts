// The checks on CRI-O's own settings and socket, a row a check. Not on what containers are given (workloads.ts).
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import type { Crio } from "../../facts/crio.js";
import { type DaemonFinding, type DaemonRow, daemonChecks, problemIf, socketRow } from "../daemon-row.js";
import { isLoopbackRegistry } from "../registry-hosts.js";

const where = "in /etc/crio/crio.conf or a later file of /etc/crio/crio.conf.d, and restart crio";

/** What is no address, `localhost` and nothing at all among it, makes CRI-O listen on the node's own (server.New). */
function isLoopback(address: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1)$/.test(address);
}

/** The streaming server gives exec and attach into every container to whoever knows a token's URL. */
function listeners(crio: Crio): DaemonFinding {
  const listen = crio.text("api", "listen", "/run/crio/crio.sock");
  const address = crio.text("api", "stream_address", "127.0.0.1");
  const tls = crio.boolean("api", "stream_enable_tls", false);
  const authority = crio.text("api", "stream_tls_ca", "");
  const wide = !isLoopback(address.value);
  const shown = address.value === "" ? "every address" : printable(address.value);
  return {
    actual: `${listen.value}, streams on ${shown}`,
    evidence: [listen.source, address.source, tls.source],
    problems: [
      ...problemIf(!/^(?:unix:)?\//.test(listen.value), `CRI-O's API listens on ${printable(listen.value)}`),
      ...problemIf(
        wide && !(tls.value && authority.value !== ""),
        `the streaming server listens on ${shown} without verifying clients`,
      ),
    ],
  };
}

function profiler(crio: Crio): DaemonFinding {
  const port = crio.flag("profile");
  const socket = crio.flag("enable-profile-unix-socket");
  const on = (flag: typeof port) => flag !== undefined && /^(?:1|t|true)$/i.test(flag.value);
  return {
    actual: on(port) ? "a port" : on(socket) ? "on CRI-O's socket" : "off",
    evidence: [port?.source, socket?.source],
    problems: problemIf(on(port), "--profile serves memory and internals of CRI-O on a port"),
    notes: on(socket) ? ["the profiler answers on CRI-O's own socket, to whoever may use that"] : [],
  };
}

const rows: readonly DaemonRow<Crio>[] = [
  {
    name: "config-valid",
    title: "CRI-O can read its configuration",
    why: "A CRI-O that does not start after the next reboot takes the node out of the cluster.",
    remedy:
      "Correct the line named; `crio config` tells whether it is accepted. Every file below crio.conf.d is read, whatever its name.",
    severity: "high",
    expected: "TOML in crio.conf and in every file below crio.conf.d",
    always: true,
    judge: ({ problems, files, configFile }) =>
      files.length === 0 && problems.length === 0
        ? `${configFile} and its drop-ins are not there: CRI-O uses its defaults`
        : {
            actual: problems.length > 0 ? "not accepted" : `${files.length} files`,
            evidence:
              problems.length > 0
                ? problems.map(({ source }) => source)
                : files.map(({ read }) => wholeFile(read.path)),
            problems: problems.map(({ message }) => ({ message })),
          },
  },
  socketRow("CRI-O", "chown root:root and chmod 660 on the socket."),
  {
    name: "tcp-address",
    title: "CRI-O listens on a socket, and streams on loopback alone",
    why: "Whoever reaches the API is root on this machine; the streaming server leads into containers.",
    remedy: `Set listen to a path and stream_address = "127.0.0.1" under [crio.api] ${where}.`,
    severity: "critical",
    expected: "a path; streams on loopback, or over TLS with stream_tls_ca",
    judge: listeners,
  },
  {
    name: "debug-socket",
    title: "CRI-O's profiler does not listen on a port",
    why: "The profiler shows memory and internals of a process that runs as root, to every account of the node.",
    remedy: "Take --profile out of crio's command line.",
    severity: "medium",
    expected: "off, or on CRI-O's socket",
    judge: profiler,
  },
  {
    name: "insecure-registries",
    title: "CRI-O trusts no registry without TLS",
    why: "Whoever is between this node and such a registry chooses what is run.",
    remedy: `Take insecure_registries out of [crio.image] ${where}, and name a registry's authority under /etc/containers/certs.d.`,
    severity: "high",
    expected: "none beyond loopback",
    judge: (crio) => {
      const { value, source } = crio.list("image", "insecure_registries", []);
      const bad = value.filter((one) => !isLoopbackRegistry(one));
      return {
        actual: value.join(", ") || "none",
        evidence: [source],
        problems: bad.map((one) => ({ message: `${printable(one)} is trusted without TLS` })),
      };
    },
  },
];

export const settings = daemonChecks("crio", rows);
