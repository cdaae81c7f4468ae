// Makes a good worker as bad as the break-in reports describe, and says which check must find what, at which line.
import type { Bed } from "../bed.js";
import { needlessFolder } from "../beds/recipe.js";
import { goodPaths } from "./good.js";
import { type Files, lay } from "./lay.js";
import { kubeletAnswers, kubeletConfig, paths } from "./worker.js";

/**
 * Check id: places that its evidence must name, `file:line` or `file:word in that line`; none where the place is a live
 * matter, such as a socket's line in /proc.
 */
export type Planted = Readonly<Record<string, readonly string[]>>;

const cloud = "/etc/ssh/sshd_config.d/00-cloud-init.conf";
const deploy = "/etc/sudoers.d/deploy";
const badSysctl = "/etc/sysctl.d/99-tuning.conf";
const daemon = "/etc/docker/daemon.json";

/** Docker's API as it answers to everybody, enough to be recognised; unit and configuration as the package has them. */
const dockerd = `#!/usr/local/bin/node
const { createServer } = require("node:http");
require("node:fs").writeFileSync("/proc/self/comm", "dockerd");
const version = JSON.stringify({ Platform: { Name: "Docker Engine" }, Version: "28.5.1", ApiVersion: "1.51", Os: "linux" });
createServer((request, response) => {
  response.setHeader("Server", "Docker/28.5.1 (linux)");
  response.setHeader("Api-Version", "1.51");
  const known = { "/version": version, "/containers/json": "[]", "/_ping": "OK" }[request.url];
  response.statusCode = known === undefined ? 404 : 200;
  response.end(known ?? '{"message":"page not found"}');
}).listen(2375, "0.0.0.0");
`;

const dockerUnit = `[Unit]
Description=Docker Application Container Engine

[Service]
ExecStart=/usr/bin/dockerd
Restart=always

[Install]
WantedBy=multi-user.target
`;

export const weakFiles: Files = {
  [cloud]: {
    text: "PermitRootLogin yes\nPasswordAuthentication yes\nPermitEmptyPasswords yes\nX11Forwarding yes\n",
    mode: 0o600,
  },
  [deploy]: { text: "# pipeline\ndeploy ALL=(ALL) NOPASSWD: ALL\n", mode: 0o440 },
  [badSysctl]: "net.ipv4.conf.all.accept_redirects = 1\nnet.ipv4.conf.all.accept_source_route = 1\n",
  [daemon]: '{\n  "hosts": ["tcp://0.0.0.0:2375"]\n}\n',
  "/usr/bin/dockerd": { text: dockerd, mode: 0o755 },
  "/etc/systemd/system/docker.service": dockerUnit,
  [paths.extra]: 'KUBELET_EXTRA_ARGS="--read-only-port=10255"\n',
};

/** The kubelet's file with the settings of the break-ins; line numbers below are this text's. */
export function weakKubelet(good: string): string {
  return good
    .replace("anonymous:\n    enabled: false", "anonymous:\n    enabled: true")
    .replace("mode: Webhook", "mode: AlwaysAllow")
    .replace("seccompDefault: true", "seccompDefault: false");
}

const script = (kernel: boolean) => `
useradd --create-home --shell /bin/bash deploy
chmod 750 /home/deploy
echo 'toor:x:0:0::/root:/bin/bash' >>/etc/passwd
sed -i 's/^deploy:[^:]*:/deploy::/' /etc/shadow
chmod 644 ${paths.kubeconfig}
echo 'secret' >/etc/everybody
chmod 666 /etc/everybody
cp /bin/dash /usr/local/bin/rootsh
chmod 4755 /usr/local/bin/rootsh
dpkg -i ${needlessFolder}/*.deb >/dev/null
systemctl daemon-reload
systemctl enable --now -q rpcbind.service vsftpd.service docker.service
sysctl -q -p ${badSysctl}
ufw default allow incoming
${kernel ? `sed -i '/sctp/d' ${goodPaths.modprobe}; modprobe sctp` : ""}
systemctl reload ssh.service
systemctl restart kubelet.service
`;

/** What the damage above must be found as, by check. */
export const found: Planted = {
  "sshd.permit-root-login": [`${cloud}:1`],
  "sshd.password-authentication": [`${cloud}:2`],
  "sshd.permit-empty-passwords": [`${cloud}:3`],
  "sshd.x11-forwarding": [`${cloud}:4`],
  // What the administrator had set no longer holds.
  "sshd.config-valid": [`${goodPaths.sshd}:1`, `${cloud}:1`],
  "sudo.nopasswd": [`${deploy}:2`],
  "sudo.all-commands": [`${deploy}:2`],
  "accounts.uid-zero": ["/etc/passwd:toor"],
  "accounts.gid-zero": ["/etc/passwd:toor"],
  "accounts.duplicates": ["/etc/passwd:toor"],
  "accounts.empty-password": ["/etc/shadow:deploy"],
  "files.setuid": ["/usr/local/bin/rootsh:0"],
  "files.world-writable": ["/etc/everybody:0"],
  "secrets.world-readable": [`${paths.kubeconfig}:0`],
  "sysctl.conflicts": [`${badSysctl}:1`, `${goodPaths.sysctl}:2`],
  "sysctl.net.ipv4.conf.all.accept_redirects": [`${badSysctl}:1`],
  "sysctl.net.ipv4.conf.all.accept_source_route": [`${badSysctl}:2`],
  "services.unneeded.rpcbind": [],
  "services.unneeded.vsftpd": [],
  "packages.unneeded.telnet": ["/var/lib/dpkg/status:0"],
  "ports.legacy-services": [],
  "ports.unexpected": [],
  "ports.docker-api": [],
  "docker.probe-2375": ["http://127.0.0.1:2375/version:0"],
  "docker.tcp-without-tls": [`${daemon}:2`],
  "docker.tlsverify": [`${daemon}:2`],
  "docker.icc": [`${daemon}:0`],
  "docker.live-restore": [`${daemon}:0`],
  "docker.no-new-privileges": [`${daemon}:0`],
  "docker.log-driver": [`${daemon}:0`],
  "docker.userland-proxy": [`${daemon}:0`],
  "ufw.default-incoming": ["/etc/default/ufw:DEFAULT_INPUT_POLICY"],
  "ufw.kubernetes-ports": ["/etc/default/ufw:DEFAULT_INPUT_POLICY"],
  "ports.kubelet-read-only": [],
  "kubelet.read-only-port": [`${paths.extra}:1`],
  "kubelet.flag-and-file": [`${paths.extra}:1`],
  "kubelet.probe-10255": ["http://127.0.0.1:10255/pods:0"],
  "kubelet.probe-10250": ["https://127.0.0.1:10250/pods:0"],
  "kubelet.file.kubeconfig": [`${paths.kubeconfig}:0`],
};

const foundInKernel: Planted = { "kmod.sctp": ["/proc/modules:sctp"] };

/** What cannot be told any more: nobody says what the planted program should be. */
export const undecided = ["kubernetes.binaries"] as const;

export function foundInKubelet(text: string): Planted {
  const line = (part: string) => [`${paths.config}:${text.slice(0, text.indexOf(part)).split("\n").length}`];
  return {
    "kubelet.anonymous-auth": line("enabled: true"),
    "kubelet.authorization-mode": line("mode: AlwaysAllow"),
    "kubelet.seccomp-default": line("seccompDefault"),
  };
}

/** Does the damage; answers what must be found. */
export async function weaken(bed: Bed): Promise<Planted> {
  const good = (await bed.get(paths.config)) ?? kubeletConfig();
  const bad = weakKubelet(good);
  await lay(bed, { ...weakFiles, [paths.config]: { text: bad, mode: 0o600 } });
  await bed.sh(script(bed.kind === "machine"));
  await kubeletAnswers(bed);
  return { ...found, ...(bed.kind === "machine" ? foundInKernel : {}), ...foundInKubelet(bad) };
}
