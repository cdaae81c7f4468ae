// What an image is made of: packages and the settling script. Its hash names the cached image; it builds nothing.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Releases that a bed can run. */
export const images = ["debian-12", "debian-13"] as const;
export type Image = (typeof images)[number];

export const codenames: Readonly<Record<Image, string>> = { "debian-12": "bookworm", "debian-13": "trixie" };

/** A node's packages, and what a bed needs to reach it. */
export const packages: readonly string[] = [
  "apparmor",
  "apparmor-utils",
  "auditd",
  "ca-certificates",
  "containerd",
  "cron",
  "dbus",
  "initramfs-tools",
  "iproute2",
  "iptables",
  "kmod",
  "libpam-pwquality",
  "openssh-server",
  "openssl",
  "procps",
  "qemu-guest-agent",
  "rsyslog",
  "runc",
  "strace",
  "sudo",
  "systemd",
  "systemd-sysv",
  "systemd-timesyncd",
  "ufw",
  "unattended-upgrades",
];

/**
 * Where an image's kernel comes from. Debian 13's own dies under the emulation of QEMU 7.2, whichever processor it is given:
 * its machines run Debian 12's.
 */
export const kernelOf: Readonly<Record<Image, string>> = { "debian-12": "bookworm", "debian-13": "bookworm" };

/** Not installed; their files wait in `needlessFolder` for a scenario that wants them (`dpkg -i`). */
export const needless: readonly string[] = ["rpcbind", "vsftpd", "telnet"];
export const needlessFolder = "/var/cache/needless";

/** The person who may log in over ssh and use sudo with the password. */
export const operator = { name: "op", password: "Correct-Horse-9-Battery" } as const;

/** What a server has after Debian's installer, beside the packages of priority important. */
export const installed: readonly string[] = [
  "apparmor",
  "ca-certificates",
  "console-setup",
  "cron",
  "dbus",
  "grub-pc",
  "libpam-systemd",
  "linux-image-amd64",
  "locales",
  "openssh-server",
  "sudo",
  "systemd",
  "systemd-sysv",
  "systemd-timesyncd",
];

/** Where node is: the beds' own, the same program that runs the tests. */
export const nodePath = "/usr/local/bin/node";

/** Runs inside the new root; what it is given in the environment: image.ts. */
const settle = `
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt-get -q -o Acquire::Languages=none update
apt-get -q -y dist-upgrade
apt-get -q -y --no-install-recommends install $PACKAGES
if [ -z "$KERNEL_SOURCES" ]; then
  apt-get -q -y --no-install-recommends install linux-image-cloud-amd64
else
  echo "$KERNEL_SOURCES" >/etc/apt/sources.list.d/kernel.list
  apt-get -q -o Acquire::Languages=none update
  kernel=$(apt-cache show linux-image-cloud-amd64 | sed -n "s/^Depends: \\(linux-image-6\\.1\\.[^ ,]*\\).*/\\1/p" | sort -V | tail -n 1)
  apt-get -q -y --no-install-recommends install "$kernel"
  rm /etc/apt/sources.list.d/kernel.list
  apt-get -q -o Acquire::Languages=none update
fi
mkdir -p "$FOLDER"
apt-get -q -y --no-install-recommends --download-only -o Dir::Cache::archives="$FOLDER" install $NEEDLESS
rm -rf "$FOLDER/partial" "$FOLDER/lock"
apt-get clean
rm -f /usr/sbin/policy-rc.d /var/cache/apt/*.bin

# A boot needs the disk and nothing else: a small first stage is unpacked sooner.
echo MODULES=list >/etc/initramfs-tools/conf.d/bed
printf '%s\\n' virtio_pci virtio_blk ext4 crc32c_generic >>/etc/initramfs-tools/modules
update-initramfs -u

echo bed >/etc/hostname
printf '127.0.0.1 localhost\\n127.0.1.1 bed\\n' >/etc/hosts
echo 8f1d3a2b4c5d4e6f8a9b0c1d2e3f4a5b >/etc/machine-id
: >/etc/resolv.conf
printf '[Match]\\nName=en*\\n\\n[Network]\\nAddress=10.0.2.15/24\\nGateway=10.0.2.2\\nLinkLocalAddressing=no\\nIPv6AcceptRA=no\\n' \\
  >/etc/systemd/network/10-bed.network
systemctl enable systemd-networkd.service
systemctl disable systemd-networkd-wait-online.service

useradd --create-home --shell /bin/bash --groups sudo "$OPERATOR"
echo "$OPERATOR:$PASSWORD" | chpasswd
install -d -m 0700 -o "$OPERATOR" -g "$OPERATOR" "/home/$OPERATOR/.ssh"
echo "$KEY" >"/home/$OPERATOR/.ssh/authorized_keys"
chmod 600 "/home/$OPERATOR/.ssh/authorized_keys"
chown "$OPERATOR:$OPERATOR" "/home/$OPERATOR/.ssh/authorized_keys"
passwd --lock root
${nodePath} --version
`;

export const script = settle;

/** A name that changes with the parts. */
export function keyOf(name: string, parts: readonly unknown[]): string {
  return `${name}-${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16)}`;
}

/** Changes whenever an image built before would not be the one built now. */
export function recipeKey(image: Image): string {
  const node = createHash("sha256").update(readFileSync(process.execPath)).digest("hex");
  return keyOf(image, [codenames[image], kernelOf[image], packages, needless, operator, settle, node]);
}
