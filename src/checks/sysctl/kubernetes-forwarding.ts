// sysctl.kubernetes-forwarding: the node forwards packets for its pods, and lets kube-proxy see bridged ones.
import { flag } from "../../core/param.js";
import type { Sysctl, SysctlKey } from "../../facts/sysctl.js";
import { defineCheck } from "../define.js";
import { judgeSetting, type Rule } from "./rule.js";
import { exactly } from "./setting-row.js";

const on = exactly(1, 0);

/** Set to 0 behind ip_forward it takes forwarding back; where no file sets it, it follows ip_forward. */
const follows: Pick<Rule, "follows"> = { follows: true };

function rulesFor(sysctl: Sysctl, dualStack: boolean): readonly Rule[] {
  // The kernel has these only while br_netfilter is loaded, with 1 to start with.
  const bridge: readonly SysctlKey[] = [
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-call-ip6tables",
  ];
  const bridged = bridge.filter((key) => {
    const { running, boot } = sysctl.of(key);
    return running.state === "known" || running.state === "error" || boot.length > 0;
  });
  // Two names of one value: a file that sets either sets both.
  const named = sysctl.of("net.ipv4.conf.all.forwarding").boot.length > 0 ? follows : {};
  return [
    { ...on, ...named, key: "net.ipv4.ip_forward" },
    { ...on, ...follows, key: "net.ipv4.conf.all.forwarding" },
    { ...on, ...follows, key: "net.ipv4.conf.default.forwarding" },
    ...(dualStack ? [{ ...on, key: "net.ipv6.conf.all.forwarding" } as const] : []),
    ...bridged.map((key): Rule => ({ ...on, ...follows, key })),
  ];
}

export default defineCheck({
  id: "sysctl.kubernetes-forwarding",
  title: "The node forwards packets for its pods, now and after the next boot",
  why: "Hardening guides turn forwarding off; then pods reach nothing beyond their node, and nothing reaches them.",
  remedy:
    "Let the last lines in /etc/sysctl.d read `net.ipv4.ip_forward = 1` (IPv6: `net.ipv6.conf.all.forwarding = 1`; with br_netfilter: `net.bridge.bridge-nf-call-iptables = 1`), and none set conf.all.forwarding or conf.default.forwarding to 0.",
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["sysctl", "roles"],
  params: { dualStack: flag(false) },
  evaluate({ sysctl, roles }, { dualStack }) {
    if (roles.roles.length === 0)
      return { notApplicable: "no part of Kubernetes is on this machine: nothing asks it to forward" };
    const rules = rulesFor(sysctl, dualStack).filter(
      ({ key }) => sysctl.of(key).running.state !== "absent" || sysctl.of(key).boot.length > 0,
    );
    const found = rules.map((rule) => ({ key: rule.key, ...judgeSetting(rule, sysctl) }));
    return {
      expected: rules.map(({ key }) => `${key} = 1`).join(", "),
      actual: found.map(({ key, actual }) => `${key}: ${actual}`).join("; "),
      evidence: found.flatMap(({ evidence }) => evidence),
      problems: found.flatMap(({ problems }) => problems),
      unknowns: found.flatMap(({ unknowns }) => unknowns),
      notes: [...new Set(found.flatMap(({ notes }) => notes))],
    };
  },
});
