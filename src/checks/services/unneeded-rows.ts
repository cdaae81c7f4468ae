// Services that a Kubernetes node has no use for, and why each is a risk. Data; judged in unneeded.ts.
import type { KnownServiceName } from "../../facts/known-services.js";

export interface UnneededRow {
  /** The last part of the id. */
  readonly name: KnownServiceName;
  readonly what: string;
  readonly why: string;
}

const web =
  "A web server of the host's own answers beside the cluster's ingress, outside of its policies and updates.";
const clear = "It sends passwords and data in clear text to whoever listens on the way.";
const mail = "A mail server on a node relays what nobody reads and offers one more service to break into.";
const names = "It answers to the whole network and knows nothing that a node has to tell it.";

export const unneededRows: readonly UnneededRow[] = [
  { name: "apache2", what: "the Apache web server", why: web },
  { name: "nginx", what: "the nginx web server", why: web },
  { name: "vsftpd", what: "an FTP server", why: clear },
  { name: "telnetd", what: "a telnet server", why: clear },
  { name: "rsh-server", what: "the servers of rsh, rlogin and rexec", why: `It trusts addresses. ${clear}` },
  { name: "tftpd", what: "a TFTP server", why: "It hands out and takes files without asking who is there." },
  { name: "talkd", what: "a talk server", why: "It lets strangers write to terminals of the machine." },
  {
    name: "nfs-server",
    what: "an NFS server",
    why: "It shares the node's files by address; storage for pods belongs on machines made for it.",
  },
  {
    name: "rpcbind",
    what: "the port mapper of RPC",
    why: "It tells everybody which RPC services run and amplifies attacks on others.",
  },
  {
    name: "cups",
    what: "a print server",
    why: "It runs as root, parses documents, and has been broken into from the network.",
  },
  { name: "avahi-daemon", what: "mDNS service discovery", why: names },
  {
    name: "snmpd",
    what: "an SNMP agent",
    why: "Versions 1 and 2c carry their password in clear text and tell much of the machine.",
  },
  {
    name: "slapd",
    what: "an LDAP server",
    why: "A directory of accounts does not belong on a machine that runs other people's code.",
  },
  { name: "dovecot", what: "an IMAP and POP3 server", why: mail },
  { name: "exim4", what: "the Exim mail server", why: mail },
  { name: "postfix", what: "the Postfix mail server", why: mail },
  {
    name: "smbd",
    what: "a Samba file server",
    why: "It shares the node's files and has a long history of remote holes.",
  },
  {
    name: "squid",
    what: "a web proxy",
    why: "A proxy on the node goes round network policies for whoever reaches it.",
  },
  {
    name: "xinetd",
    what: "the super-server xinetd",
    why: "It starts services on request that no list of running services shows.",
  },
  {
    name: "inetd",
    what: "the super-server inetd",
    why: "It starts services on request that no list of running services shows.",
  },
  { name: "ypserv", what: "a NIS server", why: "It hands password hashes to whoever asks." },
  { name: "bind9", what: "the BIND name server", why: names },
  { name: "dnsmasq", what: "the dnsmasq name and address server", why: names },
  { name: "rsync", what: "an rsync daemon", why: clear },
  {
    name: "isc-dhcp-server",
    what: "the ISC DHCP server",
    why: "Who answers DHCP decides over the routes of every machine nearby.",
  },
  {
    name: "kea",
    what: "the Kea DHCP server",
    why: "Who answers DHCP decides over the routes of every machine nearby.",
  },
  {
    name: "autofs",
    what: "the automounter",
    why: "It mounts media and shares on request, past the options of /etc/fstab.",
  },
  {
    name: "bluetooth",
    what: "the Bluetooth daemon",
    why: "It listens by radio to everybody near the machine.",
  },
  {
    name: "x11",
    what: "a graphical login",
    why: "A desktop on a node is megabytes of code that nobody needs and that runs as root.",
  },
  {
    name: "apport",
    what: "automatic crash reports",
    why: "It collects memory images, which hold secrets, and makes every crash run code of root.",
  },
  {
    name: "journal-remote",
    what: "a receiver of other machines' journals",
    why: "Whoever reaches it can fill the disk and write log entries of other machines; a log server is a machine of its own.",
  },
];
