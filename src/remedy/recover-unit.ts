// The unit that puts an unconfirmed run back at the next boot: before the network, the firewall, sshd and the kubelet are
// up, so that they start with what was there before. packaging/systemd has it for the package.

export const recoverUnit = "nodeward-recover.service";
const programs = [
  "ufw",
  "ssh",
  "sshd",
  "kubelet",
  "k3s",
  "k3s-agent",
  "rke2-server",
  "rke2-agent",
  "containerd",
  "docker",
];

/** A word of ExecStart= (systemd.service(5), "COMMAND LINES"). */
function word(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$");
  return /[\s"'\\;]/.test(text) ? `"${escaped}"` : escaped;
}

/** `command` starts nodeward. */
export function recoverUnitText(command: readonly string[], stateFolder: string): string {
  const first = [
    "network-pre.target",
    ...programs.map((name) => `${name}.service`),
    "ssh.socket",
    "sshd.socket",
  ];
  return `[Unit]
Description=Put back what nodeward changed and nobody confirmed
DefaultDependencies=no
RequiresMountsFor=${stateFolder}
After=local-fs.target
Before=${first.join(" ")}
Conflicts=shutdown.target
Before=shutdown.target
ConditionPathExists=${stateFolder}/pending

[Service]
Type=oneshot
ExecStart=${[...command, "undo", "pending", "--switch", "boot"].map(word).join(" ")}
SuccessExitStatus=5
TimeoutStartSec=180

[Install]
WantedBy=sysinit.target
`;
}

/** The same for a machine without systemd: cron starts it at boot (crontab(5), @reboot). */
export function recoverCronText(command: readonly string[]): string {
  const quoted = [...command, "undo", "pending", "--switch", "boot"].map(
    (text) => `'${text.replaceAll("'", "'\\''").replaceAll("%", "\\%")}'`,
  );
  return `# Puts back what nodeward changed and nobody confirmed.\n@reboot root ${quoted.join(" ")}\n`;
}
