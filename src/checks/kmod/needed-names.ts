// The modules without which a Kubernetes node does not work, by name. Data: not which of them are loaded.
import { matchesWildcard } from "../../core/wildcard.js";

/** Asked for by name, by the kubelet, the runtime, kube-proxy or a network plug-in. */
export const neededNames: readonly string[] = [
  "overlay",
  "br_netfilter",
  "bridge",
  "veth",
  "nf_conntrack",
  "nf_nat",
  "nf_tables",
  "nfnetlink",
  "nft_compat",
  "nft_chain_nat",
  "ip_tables",
  "ip6_tables",
  "iptable_filter",
  "iptable_nat",
  "x_tables",
  "xt_addrtype",
  "xt_comment",
  "xt_conntrack",
  "xt_mark",
  "xt_MASQUERADE",
  "xt_nat",
  "xt_statistic",
  "xt_tcpudp",
  "ip_set",
  "xt_set",
  "ip_vs",
  "ip_vs_rr",
  "ip_vs_wrr",
  "ip_vs_sh",
  "vxlan",
  "wireguard",
];

const families: readonly string[] = [
  ...["nf_*", "nfnetlink*", "nft_*", "xt_*", "x_tables", "ipt_*", "ip6t_*", "iptable_*", "ip6table_*"],
  ...["ip_set*", "ip_vs*", "geneve", "ipip", "ip_tunnel", "ip6_tunnel", "ip6_udp_tunnel", "udp_tunnel"],
  ...["tun", "dummy", "stp", "llc", "sch_*", "cls_*", "act_*", "macvlan", "ipvlan"],
];

/** Does a node need the module? `name` has `_` for `-`. */
export function isNeeded(name: string): boolean {
  return neededNames.includes(name) || families.some((pattern) => matchesWildcard(pattern, name));
}
