// Makes a worker good by hand, the way an administrator with the benchmarks beside the keyboard would; not by nodeward.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bed } from "../bed.js";
import { top } from "../beds/program.js";
import { type Files, lay } from "./lay.js";
import type { Authority } from "./pki.js";
import { serverUse } from "./pki.js";
import { kubeletAnswers, kubeletConfig, paths } from "./worker.js";

export const hardenedSshd = `PermitRootLogin no
PasswordAuthentication no
X11Forwarding no
MaxAuthTries 4
MaxStartups 10:30:60
LoginGraceTime 60
ClientAliveInterval 300
ClientAliveCountMax 3
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512
MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com
`;

/** What the kernel of a container's host decides for all: left alone there. */
const hostSysctls = `kernel.core_uses_pid = 1
kernel.dmesg_restrict = 1
kernel.keys.root_maxbytes = 25000000
kernel.keys.root_maxkeys = 1000000
kernel.kptr_restrict = 1
kernel.panic = 10
kernel.panic_on_oops = 1
kernel.perf_event_paranoid = 2
kernel.randomize_va_space = 2
kernel.sysrq = 0
kernel.unprivileged_bpf_disabled = 1
kernel.yama.ptrace_scope = 1
dev.tty.ldisc_autoload = 0
fs.protected_fifos = 1
fs.protected_hardlinks = 1
fs.protected_regular = 1
fs.protected_symlinks = 1
fs.suid_dumpable = 0
vm.mmap_min_addr = 65536
vm.overcommit_memory = 1
vm.panic_on_oom = 0
vm.unprivileged_userfaultfd = 0
`;

const netSysctls = [
  "net.ipv4.ip_forward = 1",
  ...["all", "default"].flatMap((scope) => [
    `net.ipv4.conf.${scope}.accept_redirects = 0`,
    `net.ipv4.conf.${scope}.secure_redirects = 0`,
    `net.ipv4.conf.${scope}.send_redirects = 0`,
    `net.ipv4.conf.${scope}.accept_source_route = 0`,
    `net.ipv4.conf.${scope}.rp_filter = 2`,
    `net.ipv6.conf.${scope}.accept_redirects = 0`,
    `net.ipv6.conf.${scope}.accept_source_route = 0`,
  ]),
]
  .map((line) => `${line}\n`)
  .join("");

const modules = ["sctp", "dccp", "rds", "tipc", "udf", "psnap"]
  .map((name) => `install ${name} /bin/false\nblacklist ${name}\n`)
  .join("");

/** What the administrator adds to the kubelet's file; whether it may insist on its kernel settings. */
export const hardenedKubelet = (kernel: boolean): string => `podPidsLimit: 4096
readOnlyPort: 0
protectKernelDefaults: ${kernel}
seccompDefault: true
tlsCertFile: /var/lib/kubelet/pki/server.crt
tlsPrivateKeyFile: /var/lib/kubelet/pki/server.key
tlsMinVersion: VersionTLS12
tlsCipherSuites:
- TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
- TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
- TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305
`;

/**
 * The stand-ins are programs of node; a real kubelet is expected by itself. Debian 13 has two profiles complain on every machine.
 */
const site = `params:
  apparmor.complain: {allow: [unix-chkpwd, unprivileged_userns]}
  ports.expected:
    allow:
      - {port: 22, proto: tcp, process: sshd}
      - {port: 10250, proto: tcp, process: node}
`;

export const goodPaths = {
  sshd: "/etc/ssh/sshd_config.d/00-site.conf",
  modprobe: "/etc/modprobe.d/site.conf",
  sysctl: "/etc/sysctl.d/90-site.conf",
  sudo: "/etc/sudoers.d/site",
} as const;

/** The profiles that nodeward ships, where the kubelet finds them. */
function seccompProfiles(): Files {
  const names = readdirSync(join(top, "seccomp")).filter((name) => name.endsWith(".json"));
  const place = "/var/lib/kubelet/seccomp/nodeward";
  return Object.fromEntries(
    names.map((name) => [`${place}/${name}`, readFileSync(join(top, "seccomp", name), "utf8")]),
  );
}

/** The same for AppArmor; a container's kernel takes none. */
function apparmorProfiles(): Files {
  const names = readdirSync(join(top, "apparmor")).filter((name) => !name.endsWith(".md"));
  return Object.fromEntries(
    names.map((name) => [`/etc/apparmor.d/${name}`, readFileSync(join(top, "apparmor", name), "utf8")]),
  );
}

async function files(bed: Bed, ca: Authority): Promise<Files> {
  const kernel = bed.kind === "machine";
  const server = await ca.issue("/O=system:nodes/CN=system:node:bed", serverUse("DNS:bed,IP:127.0.0.1"));
  return {
    [goodPaths.sshd]: { text: hardenedSshd, mode: 0o600 },
    [goodPaths.sudo]: { text: 'Defaults logfile="/var/log/sudo.log"\n', mode: 0o440 },
    [goodPaths.sysctl]: netSysctls + (kernel ? hostSysctls : ""),
    [goodPaths.modprobe]: modules,
    ...seccompProfiles(),
    ...apparmorProfiles(),
    "/etc/modules-load.d/kubernetes.conf": "overlay\nbr_netfilter\n",
    "/etc/nodeward/nodeward.yaml": site,
    "/etc/cron.allow": { text: "root\n", mode: 0o640 },
    "/etc/security/limits.d/core.conf": "* hard core 0\nroot hard core 0\n",
    "/etc/systemd/coredump.conf.d/site.conf": "[Coredump]\nStorage=none\nProcessSizeMax=0\n",
    "/etc/systemd/journald.conf.d/site.conf": "[Journal]\nStorage=persistent\nCompress=yes\n",
    "/var/lib/kubelet/pki/server.crt": server.certificate,
    "/var/lib/kubelet/pki/server.key": { text: server.key, mode: 0o600 },
    [paths.config]: { text: kubeletConfig(hardenedKubelet(kernel)), mode: 0o600 },
  };
}

/** The node's own address on the network to the outside. */
export function nodeAddress(bed: Bed): string {
  return bed.kind === "machine" ? "10.0.2.15" : "10.99.0.2";
}

/** Networks of this bed: where the operator and the API server are. */
export function nodeNetwork(bed: Bed): string {
  return bed.kind === "machine" ? "10.0.2.0/24" : "10.99.0.0/24";
}

/** The container's own network settings only; the machine has a kernel to itself. */
function apply(bed: Bed): string {
  return bed.kind === "machine"
    ? "modprobe br_netfilter; sysctl -q --system; apparmor_parser -r -T -W /etc/apparmor.d/nodeward-*"
    : `sysctl -q -p ${goodPaths.sysctl}`;
}

/** A worker (makeWorker) of which every check of the baseline should say that it passes. */
export async function makeGood(bed: Bed, ca: Authority): Promise<void> {
  await lay(bed, await files(bed, ca));
  await bed.sh(`
chmod 600 /etc/ssh/sshd_config /etc/crontab /boot/System.map-*
chmod 700 /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly /etc/cron.yearly
chmod 750 /etc/sudoers.d /home/op
sed -i 's/^X11Forwarding yes/X11Forwarding no/' /etc/ssh/sshd_config
grep -q '^UMASK' /etc/login.defs || echo 'UMASK 022' >>/etc/login.defs
sed -i 's/^UMASK.*/UMASK 027/; s/^USERGROUPS_ENAB.*/USERGROUPS_ENAB no/' /etc/login.defs
${apply(bed)}
sed -i 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="DROP"/' /etc/default/ufw
ufw allow in on lo
ufw deny in from 127.0.0.0/8
ufw deny in from ::1
ufw allow 22/tcp
ufw allow from ${nodeNetwork(bed)} to any port 10250 proto tcp
ufw route allow from 10.244.0.0/16
ufw route allow to 10.244.0.0/16
ufw --force enable
systemctl restart systemd-journald.service
systemctl reload ssh.service
systemctl restart kubelet.service
touch /var/lib/apt/lists/*
`);
  await kubeletAnswers(bed);
}

/** Checks whose subject, in a container, is the test machine's kernel or a service that does not run in containers. */
export const notOfContainers = [
  "sysctl.kernel.*",
  "sysctl.fs.*",
  "sysctl.vm.*",
  "sysctl.dev.*",
  "sysctl.kubelet-defaults",
  "boot.*",
  "kmod.*",
  "services.auditd",
  "auditd.*",
  "services.apparmor",
  "services.time-sync",
  "services.failed",
  "kubelet.protect-kernel-defaults",
] as const;
