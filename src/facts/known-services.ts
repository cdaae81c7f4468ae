// What well-known services are called: units by distribution, programs, names in inetd's configuration. A table; judges nothing.

export interface KnownService {
  /** Any of these starts it. */
  readonly units: readonly string[];
  /** Names of its processes; with a word after a blank, only where that is among the arguments. */
  readonly processes: readonly string[];
  /** Its names in inetd.conf and xinetd.d. */
  readonly inetd?: readonly string[];
}

export const knownServices = {
  apache2: { units: ["apache2.service", "httpd.service", "httpd.socket"], processes: ["apache2", "httpd"] },
  apparmor: { units: ["apparmor.service"], processes: [] },
  apport: { units: ["apport.service", "apport-forward.socket", "whoopsie.service"], processes: ["whoopsie"] },
  auditd: { units: ["auditd.service"], processes: ["auditd"] },
  autofs: { units: ["autofs.service"], processes: ["automount"] },
  "avahi-daemon": { units: ["avahi-daemon.service", "avahi-daemon.socket"], processes: ["avahi-daemon"] },
  bind9: { units: ["named.service", "bind9.service", "named-chroot.service"], processes: ["named"] },
  bluetooth: { units: ["bluetooth.service"], processes: ["bluetoothd"] },
  chrony: { units: ["chrony.service", "chronyd.service"], processes: ["chronyd"] },
  cron: { units: ["cron.service", "crond.service", "cronie.service"], processes: ["cron", "crond"] },
  cups: {
    units: ["cups.service", "cups.socket", "cups.path", "cups-browsed.service"],
    processes: ["cupsd", "cups-browsed"],
  },
  dnsmasq: { units: ["dnsmasq.service"], processes: [] },
  dovecot: { units: ["dovecot.service", "dovecot.socket"], processes: ["dovecot"] },
  exim4: { units: ["exim4.service", "exim.service"], processes: ["exim4", "exim"] },
  fail2ban: { units: ["fail2ban.service"], processes: ["fail2ban-server"] },
  inetd: {
    units: ["inetd.service", "openbsd-inetd.service", "inetutils-inetd.service"],
    processes: ["inetd", "inetutils-inetd"],
  },
  "isc-dhcp-server": {
    units: ["isc-dhcp-server.service", "isc-dhcp-server6.service", "dhcpd.service", "dhcpd6.service"],
    processes: ["dhcpd"],
  },
  "journal-remote": {
    units: ["systemd-journal-remote.socket", "systemd-journal-remote.service"],
    processes: ["systemd-journal-remote"],
  },
  "journal-upload": { units: ["systemd-journal-upload.service"], processes: ["systemd-journal-upload"] },
  journald: { units: ["systemd-journald.service"], processes: ["systemd-journald"] },
  kea: {
    units: [
      "kea-dhcp4-server.service",
      "kea-dhcp6-server.service",
      "kea-dhcp-ddns-server.service",
      "kea-ctrl-agent.service",
      "kea-dhcp4.service",
      "kea-dhcp6.service",
      "kea-dhcp-ddns.service",
    ],
    processes: ["kea-dhcp4", "kea-dhcp6", "kea-dhcp-ddns", "kea-ctrl-agent"],
  },
  "nfs-server": {
    units: ["nfs-server.service", "nfs-kernel-server.service"],
    processes: ["nfsd", "rpc.mountd"],
  },
  nginx: { units: ["nginx.service"], processes: ["nginx"] },
  ntpsec: { units: ["ntpsec.service", "ntp.service", "ntpd.service"], processes: ["ntpd"] },
  openntpd: { units: ["openntpd.service"], processes: ["openntpd"] },
  postfix: { units: ["postfix.service", "postfix@-.service"], processes: ["master -w"] },
  rpcbind: { units: ["rpcbind.service", "rpcbind.socket"], processes: ["rpcbind"] },
  "rsh-server": {
    units: ["rsh.socket", "rlogin.socket", "rexec.socket"],
    processes: ["in.rshd", "in.rlogind", "in.rexecd"],
    inetd: ["shell", "login", "exec"],
  },
  rsync: {
    units: ["rsync.service", "rsyncd.service", "rsyncd.socket"],
    processes: ["rsync --daemon"],
    inetd: ["rsync"],
  },
  rsyslog: { units: ["rsyslog.service"], processes: ["rsyslogd"] },
  slapd: { units: ["slapd.service"], processes: ["slapd"] },
  smbd: {
    units: [
      "smbd.service",
      "nmbd.service",
      "samba-ad-dc.service",
      "smb.service",
      "nmb.service",
      "samba.service",
    ],
    processes: ["smbd", "nmbd", "samba"],
  },
  snmpd: { units: ["snmpd.service", "snmptrapd.service"], processes: ["snmpd", "snmptrapd"] },
  squid: { units: ["squid.service", "squid3.service"], processes: ["squid", "squid3"] },
  "syslog-ng": { units: ["syslog-ng.service", "syslog-ng@default.service"], processes: ["syslog-ng"] },
  talkd: {
    units: ["ntalk.socket", "talk.socket"],
    processes: ["in.talkd", "in.ntalkd"],
    inetd: ["talk", "ntalk"],
  },
  telnetd: {
    units: ["telnet.socket", "telnetd.service", "inetutils-telnetd.service"],
    processes: ["in.telnetd", "telnetd"],
    inetd: ["telnet", "telnets"],
  },
  tftpd: {
    units: ["tftpd-hpa.service", "tftp.socket", "tftp.service", "atftpd.service", "atftpd.socket"],
    processes: ["in.tftpd", "atftpd", "tftpd"],
    inetd: ["tftp"],
  },
  timesyncd: { units: ["systemd-timesyncd.service"], processes: ["systemd-timesyncd"] },
  vsftpd: {
    units: ["vsftpd.service", "vsftpd.target", "proftpd.service", "pure-ftpd.service"],
    processes: ["vsftpd", "proftpd", "pure-ftpd"],
    inetd: ["ftp"],
  },
  x11: {
    units: [
      "display-manager.service",
      "gdm.service",
      "gdm3.service",
      "lightdm.service",
      "sddm.service",
      "xdm.service",
    ],
    processes: ["Xorg", "X", "Xwayland", "gdm3", "gdm", "lightdm", "sddm"],
  },
  xinetd: { units: ["xinetd.service"], processes: ["xinetd"] },
  ypserv: { units: ["ypserv.service", "ypxfrd.service", "nis.service"], processes: ["ypserv"] },
} as const satisfies Readonly<Record<string, KnownService>>;

export type KnownServiceName = keyof typeof knownServices;
