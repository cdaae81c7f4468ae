import { test } from "uvu";
import dockerBypass from "../../../../src/checks/ufw/docker-bypass.js";
import installed from "../../../../src/checks/ufw/installed.js";
import type { RunResult } from "../../../../src/host/host.js";
import type { MemoryOptions } from "../../../../src/host/memory.js";
import { testCheck } from "../../../support/check.js";
import { processFiles, socketFiles } from "../../../support/proc-net.js";
import { ufwFiles } from "../../../support/ufw.js";

const none = { name: "ufw is not installed", files: { "/etc/ufw/ufw.conf": "ENABLED=yes\n" } };
const denied: MemoryOptions = {
  live: true,
  runs: {
    "iptables-save": { state: "ok", code: 4, stdout: "", stderr: "Permission denied" },
    "ip6tables-save": { state: "ok", code: 4, stdout: "", stderr: "Permission denied" },
  },
};

function kernel(v4: string, v6 = "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"): MemoryOptions {
  const answer = (stdout: string): RunResult => ({ state: "ok", code: 0, stdout, stderr: "" });
  return { live: true, runs: { "iptables-save": answer(v4), "ip6tables-save": answer(v6) } };
}

const packaged = "Package: nftables\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n";
const nftUnit = "/usr/lib/systemd/system/nftables.service";
const nftOn = {
  [nftUnit]: "[Service]\nExecStart=/usr/sbin/nft -f /etc/nftables.conf\n[Install]\nWantedBy=sysinit.target\n",
  "/etc/systemd/system/sysinit.target.wants/nftables.service": { link: nftUnit },
};

testCheck(installed, {
  passes: [
    { name: "ufw", files: ufwFiles() },
    { name: "ufw, off: ufw.enabled says so", files: ufwFiles({ enabled: "no" }) },
    {
      name: "ufw, and nftables that nobody starts",
      files: { ...ufwFiles(), "/var/lib/dpkg/status": packaged },
    },
    { name: "nftables", files: nftOn },
    {
      name: "the cloud, where the site says so",
      files: { [nftUnit]: "[Service]\n" },
      params: { accepted: ["cloud"] },
    },
  ],
  fails: [
    { name: "nobody", files: { "/var/lib/dpkg/status": packaged }, says: /no program manages the firewall/ },
    {
      name: "a unit that does not start",
      files: { [nftUnit]: "[Service]\n[Install]\nWantedBy=sysinit.target\n" },
      says: /no program manages the firewall/,
    },
    {
      name: "two that both load rules",
      files: { ...ufwFiles(), ...nftOn },
      says: /ufw and nftables all load rules at boot/,
      at: ["/usr/lib/systemd/system/ufw.service", nftUnit],
    },
    {
      name: "one that is not accepted",
      files: nftOn,
      params: { accepted: ["ufw"] },
      says: /nftables manages the firewall, which is not accepted/,
    },
  ],
  errors: [
    {
      name: "units may not be listed",
      files: { ...ufwFiles(), "/etc/systemd/system": { kind: "directory", error: "denied" } },
    },
  ],
  notApplicable: [{ name: "neither units nor packages", files: { "/etc/hostname": "x\n" } }],
});

const published =
  "*nat\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n";
const hostPort =
  '*nat\n-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \\"cbr0\\" id: \\"ab\\"" -m multiport --dports 9100 -j CNI-DN-0123\n-A CNI-DN-0123 -p tcp -m tcp --dport 9100 -j DNAT --to-destination 10.244.0.7:9100\nCOMMIT\n';
const filter = "*filter\n:INPUT DROP [0:0]\n:DOCKER-USER - [0:0]\n";
const proxy = { pid: 900, program: "/usr/bin/docker-proxy" };

testCheck(dockerBypass, {
  passes: [
    {
      name: "DOCKER-USER asks ufw first",
      files: ufwFiles(),
      host: kernel(`${published}${filter}-A DOCKER-USER -j ufw-user-forward\nCOMMIT\n`),
    },
    {
      name: "DOCKER-USER drops what is not meant",
      files: ufwFiles(),
      host: kernel(`${published}${filter}-A DOCKER-USER -i eth0 -j DROP\nCOMMIT\n`),
    },
  ],
  fails: [
    {
      name: "docker publishes a port",
      files: ufwFiles(),
      host: kernel(`${published}${filter}-A DOCKER-USER -j RETURN\nCOMMIT\n`),
      at: ["iptables-save:4"],
      says: /8080\/tcp is published by docker at iptables-save:4, past ufw's rules/,
    },
    {
      name: "a pod has a host port",
      files: ufwFiles(),
      host: kernel(`${hostPort}${filter}COMMIT\n`),
      at: ["iptables-save:2"],
      says: /9100\/tcp is published by a pod's host port \(dnat name: "cbr0" id: "ab"\)/,
    },
    {
      name: "docker-proxy, where the kernel may not be asked",
      files: { ...ufwFiles(), ...socketFiles({ host: "0.0.0.0", port: 8080, by: proxy }) },
      host: denied,
      at: ["/proc/net/tcp:2"],
    },
  ],
  errors: [
    { name: "the kernel may not be asked", files: ufwFiles(), host: denied, says: /Permission denied/ },
    {
      name: "rules of the other kind of iptables were not read",
      files: ufwFiles(),
      host: {
        live: true,
        runs: {
          "iptables-save": {
            state: "ok",
            code: 0,
            stdout: `${filter}COMMIT\n`,
            stderr: "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n",
          },
        },
      },
      says: /the tables of iptables-legacy/,
    },
    {
      name: "docker runs in an image's /proc",
      files: { ...ufwFiles(), ...processFiles({ pid: 800, program: "/usr/bin/dockerd" }) },
      says: /docker runs/,
    },
  ],
  notApplicable: [
    none,
    { name: "nothing is published", files: ufwFiles(), host: kernel(`${filter}COMMIT\n`) },
    {
      name: "published on the loopback alone",
      files: ufwFiles(),
      host: kernel(published.replace("! -i docker0", "-d 127.0.0.1/32 ! -i docker0")),
    },
    { name: "an image", files: ufwFiles() },
  ],
  unreadable: "error",
});

test.run();
