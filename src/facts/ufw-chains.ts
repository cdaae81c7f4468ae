// The chains that ufw's boot script would build from its files, for one address family: what is configured, whether or
// not the kernel has it. Reads no kernel.
import { type Fact, failed, known } from "../core/fact.js";
import type { Family } from "../core/network.js";
import type { Source } from "../core/source.js";
import { readFilter } from "../formats/iptables-rule.js";
import { parseSaved, type SavedText } from "../formats/iptables-save.js";
import type { PacketChain, PacketRules } from "../formats/packet-rule.js";
import type { Host } from "../host/host.js";
import type { UfwSetting, UfwSettings } from "./ufw-settings.js";

export interface UfwChains {
  readonly rules: PacketRules;
  /** Lines that iptables-restore would refuse, so that ufw would not start. */
  readonly malformed: readonly Source[];
}

/** /lib/ufw/ufw-init-functions: the order in which each of its chains is entered. */
const stages = ["before-logging", "before", "after", "after-logging", "reject", "track"];

const bootScript = "/lib/ufw/ufw-init";

const hooks: readonly (readonly [string, string, "input" | "output" | "forward"])[] = [
  ["INPUT", "input", "input"],
  ["OUTPUT", "output", "output"],
  ["FORWARD", "forward", "forward"],
];

const policies = ["ACCEPT", "DROP", "REJECT"] as const;
export type UfwPolicy = (typeof policies)[number];

/** The policy as the boot script passes it on; undefined for what iptables-restore does not know (`drop`, nothing). */
export function policyOf({ value }: Pick<UfwSetting, "value">): UfwPolicy | undefined {
  return policies.find((policy) => policy === value);
}

/** One policy that iptables-restore refuses, and none of the three is set: the kernel's stay, ACCEPT. */
function policiesInForce(settings: UfwSettings): Readonly<Record<"input" | "output" | "forward", UfwPolicy>> {
  const { input, output, forward } = settings;
  const [one, two, three] = [input, output, forward].map(policyOf);
  return one === undefined || two === undefined || three === undefined
    ? { input: "ACCEPT", output: "ACCEPT", forward: "ACCEPT" }
    : { input: one, output: two, forward: three };
}

function skeleton(prefix: string, settings: UfwSettings): string {
  const lines = ["*filter"];
  const inForce = policiesInForce(settings);
  for (const [builtin, chain, key] of hooks) {
    const policy = inForce[key];
    lines.push(`:${builtin} ${policy === "ACCEPT" ? "ACCEPT" : "DROP"} [0:0]`);
    for (const stage of stages)
      lines.push(`:${prefix}-${stage}-${chain} - [0:0]`, `-A ${builtin} -j ${prefix}-${stage}-${chain}`);
    if (policy === "REJECT") lines.push(`-A ${prefix}-reject-${chain} -j REJECT`);
    if (policy === "ACCEPT")
      for (const protocol of ["tcp", "udp"])
        lines.push(`-A ${prefix}-track-${chain} -p ${protocol} -m conntrack --ctstate NEW -j ACCEPT`);
    lines.push(
      `:${prefix}-skip-to-policy-${chain} - [0:0]`,
      `-A ${prefix}-skip-to-policy-${chain} -j ${policy}`,
    );
    for (const kind of ["user", "user-logging"]) lines.push(`:${prefix}-${kind}-${chain} - [0:0]`);
  }
  for (const chain of ["logging-deny", "logging-allow", "user-limit", "user-limit-accept"])
    lines.push(`:${prefix}-${chain} - [0:0]`);
  return [...lines, "COMMIT"].join("\n");
}

function joins(prefix: string): string {
  const lines = hooks.map(([, chain]) => `-A ${prefix}-before-${chain} -j ${prefix}-user-${chain}`);
  return ["*filter", ...lines, "COMMIT"].join("\n");
}

/** With IPV6=no ufw closes IPv6 but for the loopback. */
const closed =
  "*filter\n:INPUT DROP\n:FORWARD DROP\n:OUTPUT DROP\n-A INPUT -i lo -j ACCEPT\n-A OUTPUT -o lo -j ACCEPT\nCOMMIT\n";

/** What the boot script writes for a policy comes from the setting: that is where it is found and changed. */
function withSettings(rules: PacketRules, settings: UfwSettings): PacketRules {
  const chains = [...rules.chains].map(([name, chain]): [string, PacketChain] => {
    const key = hooks.find(([builtin, end]) => name === builtin || name.endsWith(`-${end}`))?.[2];
    if (key === undefined) return [name, chain];
    const { source } = settings[key];
    const own = chain.rules.map((rule) => (rule.source.file === bootScript ? { ...rule, source } : rule));
    return [name, { ...chain, rules: own, source: chain.policy === undefined ? chain.source : source }];
  });
  return { ...rules, chains: new Map(chains) };
}

export function usesIpv6({ ipv6 }: UfwSettings): boolean {
  return ipv6.value === "yes" || ipv6.value === "YES";
}

/** Reads before.rules, after.rules and user.rules (or their IPv6 counterparts) in the order of the boot script. */
export async function ufwChains(host: Host, settings: UfwSettings, family: Family): Promise<Fact<UfwChains>> {
  if (family === 6 && !usesIpv6(settings)) {
    const saved = parseSaved([{ file: bootScript, text: closed }]);
    const rules = readFilter(saved.tables.get("filter"), 6);
    const input = rules.chains.get("INPUT");
    const chains = new Map(rules.chains);
    if (input !== undefined) chains.set("INPUT", { ...input, source: settings.ipv6.source });
    return known({ rules: { ...rules, chains }, malformed: [] });
  }
  const suffix = family === 6 ? "6" : "";
  const paths = ["before", "after", "user"].map((part) => `/etc/ufw/${part}${suffix}.rules`);
  const reads = await Promise.all(paths.map((path) => host.read(path)));
  const texts: SavedText[] = [];
  for (const read of reads) {
    if (read.state !== "ok") return failed(read.reason);
    // ufw-init takes an empty file for a missing one.
    if (read.text === "") return failed(`${read.path} is empty`);
    texts.push({ file: read.path, text: read.text });
  }
  const prefix = `ufw${suffix}`;
  const saved = parseSaved([
    { file: bootScript, text: skeleton(prefix, settings) },
    ...texts,
    { file: bootScript, text: joins(prefix) },
  ]);
  const rules = withSettings(readFilter(saved.tables.get("filter"), family), settings);
  return known({ rules, malformed: saved.malformed.filter(({ file }) => file !== bootScript) });
}

/** The file of ufw's own rules. */
export function userRulesFile(family: Family): string {
  return family === 6 ? "/etc/ufw/user6.rules" : "/etc/ufw/user.rules";
}
