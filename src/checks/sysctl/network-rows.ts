// Settings of the network, rp_filter aside: what they should be and why. Data; judged in rule.ts.
import type { Severity } from "../../core/outcome.js";
import { exactly, type SettingRow } from "./setting-row.js";

const names = ["all", "default"] as const;
type Name = (typeof names)[number];

const whose: Readonly<Record<Name, string>> = {
  all: "on the node",
  default: "on interfaces that come up later",
};

interface InterfaceRow {
  readonly last:
    | "accept_redirects"
    | "secure_redirects"
    | "send_redirects"
    | "accept_source_route"
    | "log_martians";
  readonly wanted: number;
  readonly byDefault: Readonly<Record<Name, number>>;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

const rerouted = "Any machine on the same network could lead the node's traffic past itself.";

const ipv4: readonly InterfaceRow[] = [
  {
    last: "accept_redirects",
    wanted: 0,
    byDefault: { all: 1, default: 1 },
    severity: "medium",
    title: "ICMP redirects are not followed",
    why: rerouted,
  },
  {
    last: "secure_redirects",
    wanted: 0,
    byDefault: { all: 1, default: 1 },
    severity: "medium",
    title: "ICMP redirects are not followed, those of gateways neither",
    why: "The sender of a redirect is easily forged, a gateway's address too.",
  },
  {
    last: "send_redirects",
    wanted: 0,
    byDefault: { all: 1, default: 1 },
    severity: "medium",
    title: "No ICMP redirects are sent",
    why: "A node forwards for its pods: it would tell their peers of ways that do not exist for them.",
  },
  {
    last: "accept_source_route",
    wanted: 0,
    byDefault: { all: 0, default: 1 },
    severity: "medium",
    title: "Packets that bring their own route are dropped",
    why: "With them a sender reaches networks that it has no route to, and hides where it sits.",
  },
  {
    last: "log_martians",
    wanted: 1,
    byDefault: { all: 0, default: 0 },
    severity: "low",
    title: "Packets with impossible addresses are logged",
    why: "They show forged senders and wrong routes; on a busy node the log may grow fast.",
  },
];

function ipv4Rows({ last, wanted, byDefault, severity, title, why }: InterfaceRow): readonly SettingRow[] {
  return names.map((name) => ({
    ...exactly(wanted, byDefault[name]),
    key: `net.ipv4.conf.${name}.${last}`,
    severity,
    title: `${title} (IPv4, ${whose[name]})`,
    why,
  }));
}

function ipv6Rows(name: Name): readonly SettingRow[] {
  const where = `(IPv6, ${whose[name]})`;
  return [
    {
      ...exactly(0, 1),
      key: `net.ipv6.conf.${name}.accept_redirects`,
      severity: "medium",
      title: `ICMP redirects are not followed ${where}`,
      why: rerouted,
    },
    {
      ...exactly(0, 0),
      key: `net.ipv6.conf.${name}.accept_source_route`,
      severity: "medium",
      title: `Packets that bring their own route are dropped ${where}`,
      why: "With them a sender reaches networks that it has no route to.",
    },
    {
      ...exactly(0, 1),
      key: `net.ipv6.conf.${name}.accept_ra`,
      severity: "low",
      risk: "lockout",
      title: `Router advertisements are not believed ${where}`,
      why: "Any machine on the same network could make itself the node's gateway.",
      breaks: "IPv6 altogether, where the network hands out addresses and routes by router advertisement.",
    },
  ];
}

const single: readonly SettingRow[] = [
  {
    ...exactly(1, 1),
    key: "net.ipv4.icmp_echo_ignore_broadcasts",
    severity: "medium",
    title: "Pings to broadcast addresses are not answered",
    why: "Networks that answer them are used to flood others.",
  },
  {
    ...exactly(1, 1),
    key: "net.ipv4.icmp_ignore_bogus_error_responses",
    severity: "low",
    title: "Bogus ICMP errors do not fill the log",
    why: "Broken routers, and anybody else, could fill the disk of the log.",
  },
  {
    ...exactly(1, 1),
    key: "net.ipv4.tcp_syncookies",
    severity: "medium",
    title: "A flood of half-open connections does not shut others out",
    why: "A single sender can fill the queue of a listening port.",
  },
  {
    ...exactly(1, 0),
    key: "net.ipv4.tcp_rfc1337",
    severity: "low",
    title: "Stray resets do not end connections that are about to close",
    why: "A forged or late reset frees the port too soon, and old data may end up in a new connection (RFC 1337).",
  },
];

export const networkRows: readonly SettingRow[] = [
  ...ipv4.flatMap(ipv4Rows),
  ...single,
  ...names.flatMap(ipv6Rows),
];
