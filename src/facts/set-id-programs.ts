// The programs that packages of Debian, Ubuntu and Red Hat install with set-user-id or set-group-id bits. Data; seen in the
// packages themselves and in dpkg-statoverride defaults, not on one node.

export interface SetIdProgram {
  readonly path: string;
  /** Binary packages that bring it, over the distributions. */
  readonly packages: readonly string[];
  /** Set-user-id to one of these users; empty: not set-user-id anywhere. */
  readonly users: readonly string[];
  /** Set-group-id to one of these groups. */
  readonly groups: readonly string[];
}

/** `path packages users groups`, lists by commas, `-` for none. */
const rows = `
/usr/bin/at at daemon,root daemon
/usr/bin/bsd-write bsdextrautils,bsdmainutils - tty
/usr/bin/bwrap bubblewrap root -
/usr/bin/chage passwd,shadow-utils root shadow
/usr/bin/chfn passwd,util-linux,util-linux-user root -
/usr/bin/chsh passwd,util-linux,util-linux-user root -
/usr/bin/crontab cron,cronie,systemd-cron,bcron root crontab
/usr/bin/dotlockfile liblockfile-bin - mail
/usr/bin/expiry passwd - shadow
/usr/bin/fusermount fuse,fuse3 root -
/usr/bin/fusermount3 fuse3 root -
/usr/bin/gpasswd passwd,shadow-utils root -
/usr/bin/locate mlocate,plocate - slocate,mlocate,plocate
/usr/bin/lockfile procmail - mail
/usr/bin/mail-lock mail-lock,mailutils - mail
/usr/bin/mount mount,util-linux,util-linux-core root -
/usr/bin/mlocate mlocate - mlocate
/usr/bin/mlock uw-mailutils - mail
/usr/bin/mtr-packet mtr,mtr-tiny root -
/usr/bin/newgidmap uidmap,shadow-utils root -
/usr/bin/newgrp login,passwd,util-linux,util-linux-core,util-linux-extra,shadow-utils root -
/usr/bin/newuidmap uidmap,shadow-utils root -
/usr/bin/ntfs-3g ntfs-3g root -
/usr/bin/passwd passwd root -
/usr/bin/ping iputils-ping,inetutils-ping,iputils root -
/usr/bin/ping6 iputils-ping,iputils root -
/usr/bin/pkexec pkexec,policykit-1,polkit root -
/usr/bin/plocate plocate - plocate
/usr/bin/procmail procmail root mail
/usr/bin/screen screen root utmp,screen
/usr/bin/sg login,passwd,shadow-utils root -
/usr/bin/ssh-agent openssh-client,openssh-clients - _ssh,ssh,nobody
/usr/bin/staprun systemtap-runtime root -
/usr/bin/su login,util-linux,util-linux-core root -
/usr/bin/sudo sudo,sudo-ldap root -
/usr/bin/sudoedit sudo,sudo-ldap root -
/usr/bin/sudo.ws sudo root -
/usr/bin/sudo-rs sudo-rs root -
/usr/bin/su-rs sudo-rs root -
/usr/bin/traceroute6.iputils iputils-tracepath root -
/usr/bin/umount mount,util-linux,util-linux-core root -
/usr/bin/wall bsdutils,bsdextrautils,util-linux - tty
/usr/bin/write bsdextrautils,util-linux - tty
/usr/bin/write.ul bsdutils,util-linux,util-linux-extra - tty
/usr/lib/cargo/bin/sudo sudo-rs,rust-sudo-rs root -
/usr/lib/cargo/bin/su sudo-rs,rust-sudo-rs root -
/usr/lib/dbus-1.0/dbus-daemon-launch-helper dbus,dbus-system-bus-common,dbus-daemon root -
/usr/lib/eject/dmcrypt-get-device eject root -
/usr/lib/landscape/apt-update landscape-common root -
/usr/lib/openssh/ssh-keysign openssh-client root -
/usr/lib/policykit-1/polkit-agent-helper-1 policykit-1,polkitd root -
/usr/lib/polkit-1/polkit-agent-helper-1 policykit-1,polkitd,polkit root -
/usr/lib/snapd/snap-confine snapd root root
/usr/lib/x86_64-linux-gnu/utempter/utempter libutempter0 - utmp
/usr/lib/aarch64-linux-gnu/utempter/utempter libutempter0 - utmp
/usr/libexec/camel-lock-helper-1.2 evolution-data-server-common - mail
/usr/libexec/cockpit-session cockpit-ws root -
/usr/libexec/dbus-1/dbus-daemon-launch-helper dbus-daemon,dbus-broker root -
/usr/libexec/openssh/ssh-keysign openssh,openssh-clients - ssh_keys
/usr/libexec/polkit-agent-helper-1 polkitd,polkit root -
/usr/libexec/qemu-bridge-helper qemu-system-common,qemu-kvm-core,qemu-common root -
/usr/libexec/sssd/krb5_child sssd-krb5-common root -
/usr/libexec/sssd/ldap_child sssd-krb5-common,sssd-ldap root -
/usr/libexec/sssd/proxy_child sssd-proxy root -
/usr/libexec/sssd/selinux_child sssd-ipa root -
/usr/libexec/utempter/utempter libutempter - utmp
/usr/sbin/exim4 exim4-daemon-light,exim4-daemon-heavy root -
/usr/sbin/grub2-set-bootflag grub2-tools-minimal root -
/usr/sbin/lockdev lockdev - lock
/usr/sbin/mount.cifs cifs-utils root -
/usr/sbin/mount.ecryptfs_private ecryptfs-utils root -
/usr/sbin/mount.nfs nfs-common,nfs-utils root -
/usr/sbin/netreport initscripts - root
/usr/sbin/pam_extrausers_chkpwd libpam-extrausers - shadow
/usr/sbin/pam-tmpdir-helper libpam-tmpdir root -
/usr/sbin/pam_timestamp_check libpam-modules-bin,pam root -
/usr/sbin/postdrop postfix - postdrop
/usr/sbin/postqueue postfix - postdrop
/usr/sbin/pppd ppp root -
/usr/sbin/sendmail.sendmail sendmail - smmsp
/usr/sbin/unix_chkpwd libpam-modules-bin,pam root shadow
/usr/sbin/userhelper usermode root -
/usr/sbin/usernetctl initscripts,network-scripts root -
`;

function items(field: string | undefined): readonly string[] {
  return field === undefined || field === "-" ? [] : field.split(",");
}

export const setIdPrograms: ReadonlyMap<string, SetIdProgram> = new Map(
  rows
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => {
      const [path = "", packages, users, groups] = row.split(" ");
      return [path, { path, packages: items(packages), users: items(users), groups: items(groups) }];
    }),
);

/** The row of a path; /bin, /sbin and /lib count as what they are links to. */
export function setIdProgram(path: string): SetIdProgram | undefined {
  return setIdPrograms.get(path) ?? setIdPrograms.get(`/usr${path}`);
}
