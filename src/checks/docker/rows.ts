// The checks on the Docker daemon's settings, a row a check.
import type { Source } from "../../core/source.js";
import type { Docker } from "../../facts/docker.js";
import { isLoopbackRegistry } from "../registry-hosts.js";
import { dockerChecks, mustBe, type Row } from "./row.js";

/** Addresses of `hosts`, -H and docker.socket that are TCP. */
function tcpHosts(docker: Docker): readonly { readonly value: string; readonly source: Source }[] {
  return [...docker.list("hosts", "host"), ...docker.activated].filter(
    ({ value }) => !/^(?:unix|fd|npipe):/.test(value) && value !== "",
  );
}

const setIn = (line: string) => `Set ${line} in /etc/docker/daemon.json and restart docker.`;

const rows: readonly Row[] = [
  {
    name: "tcp-without-tls",
    title: "The Docker API is not offered over TCP without client certificates",
    why: "Whoever reaches that port is root on this machine.",
    remedy: "Take tcp:// out of hosts and the unit's -H, or require client certificates with tlsverify.",
    severity: "critical",
    expected: "no tcp:// address, or tlsverify",
    judge: (docker) => {
      const tcp = tcpHosts(docker);
      const verified = docker.boolean("tlsverify", false);
      const actual =
        tcp.length === 0
          ? "no TCP address"
          : `${tcp.map(({ value }) => value).join(", ")}${verified.value ? " with tlsverify" : ""}`;
      const problems = verified.value
        ? []
        : tcp.map(({ value }) => `the Docker API listens on ${value} without verifying clients`);
      return { actual, evidence: [...tcp.map(({ source }) => source), verified.source], problems };
    },
  },
  {
    name: "tlsverify",
    title: "The Docker API over TCP verifies clients against an authority",
    why: "TLS without client certificates only hides who is taking the machine over.",
    remedy: "Set tlsverify, tlscacert, tlscert and tlskey in /etc/docker/daemon.json.",
    severity: "critical",
    expected: "tlsverify with tlscacert, tlscert and tlskey, where TCP is used",
    judge: (docker) => {
      const tcp = tcpHosts(docker);
      if (tcp.length === 0) return { actual: "no TCP address", evidence: [], problems: [] };
      const verify = docker.boolean("tlsverify", false);
      const files = ["tlscacert", "tlscert", "tlskey"].map((name) => [name, docker.text(name, "")] as const);
      const lacking = files.filter(([, { value }]) => value === "").map(([name]) => name);
      const problems = [
        ...(verify.value ? [] : ["tlsverify is not on although the API listens on TCP"]),
        ...(verify.value && lacking.length > 0
          ? [`${lacking.join(", ")} not set: defaults under ~/.docker are used`]
          : []),
      ];
      return {
        actual: `tlsverify ${verify.value}`,
        evidence: [...tcp.map(({ source }) => source), verify.source],
        problems,
      };
    },
  },
  {
    name: "icc",
    title: "Containers on the default bridge do not reach each other",
    why: "On the default bridge one taken container attacks all others.",
    remedy: setIn('"icc": false'),
    severity: "medium",
    expected: "false",
    judge: mustBe("icc", false, true),
  },
  {
    name: "userns-remap",
    title: "Root in a container is not root on the node",
    why: "Without remapping an escape from a container arrives as root.",
    remedy: setIn('"userns-remap": "default"'),
    severity: "medium",
    expected: "set",
    judge: (docker) => {
      const { value, source } = docker.text("userns-remap", "");
      const problems = value === "" || value === "host" ? ["userns-remap is not set"] : [];
      return { actual: value || "not set", evidence: [source], problems };
    },
  },
  {
    name: "live-restore",
    title: "Containers go on when the Docker daemon restarts",
    why: "Otherwise every update of the daemon stops every container.",
    remedy: setIn('"live-restore": true'),
    severity: "low",
    expected: "true",
    judge: mustBe("live-restore", true, false),
  },
  {
    name: "no-new-privileges",
    title: "Programs in containers cannot gain rights through set-user-ID files",
    why: "A set-user-ID program in an image turns a user of the container into its root.",
    remedy: setIn('"no-new-privileges": true'),
    severity: "medium",
    expected: "true",
    judge: mustBe("no-new-privileges", true, false),
  },
  {
    name: "log-driver",
    title: "Containers' logs are kept and bounded",
    why: "Without a limit one container's log fills the disk; without logs nobody sees what happened.",
    remedy: setIn(
      '"log-driver": "json-file" with "log-opts": {"max-size": "10m", "max-file": "3"}, or "local" or "journald"',
    ),
    severity: "medium",
    expected: "local, journald, syslog and the like; json-file with max-size",
    judge: (docker) => {
      const driver = docker.text("log-driver", "json-file");
      const setting = docker.file.get("log-opts");
      const options =
        typeof setting?.value === "object" && setting.value !== null
          ? new Map(Object.entries(setting.value))
          : new Map<string, unknown>();
      const bounded =
        options.has("max-size") ||
        docker.list("log-opts", "log-opt").some(({ value }) => value.startsWith("max-size="));
      const problems = [
        ...(driver.value === "none" ? ["the logs of containers are thrown away (log-driver none)"] : []),
        ...(driver.value === "json-file" && !bounded
          ? ["json-file has no max-size: a log grows until the disk is full"]
          : []),
      ];
      return { actual: driver.value, evidence: [driver.source, setting?.source], problems };
    },
  },
  {
    name: "insecure-registries",
    title: "No registry is trusted without TLS",
    why: "Whoever is between this node and such a registry chooses what is run.",
    remedy: "Take insecure-registries out of /etc/docker/daemon.json and the unit.",
    severity: "high",
    expected: "none beyond loopback",
    judge: (docker) => {
      const all = docker.list("insecure-registries", "insecure-registry");
      const bad = all.filter(({ value }) => !isLoopbackRegistry(value));
      const problems = bad.map(({ value }) => `${value} is trusted without TLS`);
      return {
        actual: all.map(({ value }) => value).join(", ") || "none",
        evidence: all.map(({ source }) => source),
        problems,
      };
    },
  },
  {
    name: "userland-proxy",
    title: "Published ports are forwarded by the kernel",
    why: "The proxy hides the client's address from containers and adds a process a port.",
    remedy: setIn('"userland-proxy": false'),
    severity: "low",
    expected: "false",
    judge: mustBe("userland-proxy", false, true),
  },
  {
    name: "experimental",
    title: "Experimental features are off",
    why: "They are not covered by the daemon's security support.",
    remedy: setIn('"experimental": false'),
    severity: "low",
    expected: "false",
    judge: mustBe("experimental", false, false),
  },
  {
    name: "default-ulimits",
    title: "Containers have default limits of open files and processes",
    why: "Without them one container uses up what all need.",
    remedy: setIn('"default-ulimits"'),
    severity: "low",
    expected: "set",
    judge: (docker) => {
      const setting = docker.file.get("default-ulimits");
      const flags = docker.list("default-ulimits", "default-ulimit");
      const set =
        flags.length > 0 ||
        (typeof setting?.value === "object" &&
          setting.value !== null &&
          Object.keys(setting.value).length > 0);
      return {
        actual: set ? "set" : "not set",
        evidence: [setting?.source, ...flags.map(({ source }) => source)],
        problems: set ? [] : ["default-ulimits is not set"],
      };
    },
  },
];

export const rowsAsChecks = dockerChecks(rows);
