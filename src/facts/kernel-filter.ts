// The packet filter as the kernel has it, asked of iptables-save or nft: root only, the running machine only. What cannot
// be read is unknown here, never "no rules".
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Family } from "../core/network.js";
import { printable } from "../core/printable.js";
import { readFilter } from "../formats/iptables-rule.js";
import { parseSaved, type SavedRules } from "../formats/iptables-save.js";
import { parseNft } from "../formats/nft-json.js";
import type { PacketRules } from "../formats/packet-rule.js";
import type { Host, RunResult } from "../host/host.js";
import { firewalls } from "./firewalls.js";
import { type Forward, forwardsOf } from "./forwards.js";
import { kernelHasIpv6 } from "./ipv6.js";
import type { Ask, FactSource } from "./source.js";

export interface KernelRules {
  readonly rules: PacketRules;
  /** Ports that are sent on to somewhere else before the node's own sockets are asked. */
  readonly forwards: readonly Forward[];
  /** Rules that are there and were not read: they can close more, or send ports on. */
  readonly unseen: readonly string[];
}

export interface KernelFilter {
  /** What was asked. */
  readonly program: "iptables-save" | "nft";
  readonly 4: Fact<KernelRules>;
  readonly 6: Fact<KernelRules>;
}

/** iptables-save(8) names on standard error what the other kind of iptables holds. */
function legacy(stderr: string): readonly string[] {
  return /iptables-legacy tables present/.test(stderr) ? ["the tables of iptables-legacy"] : [];
}

function outputOf(
  program: string,
  result: RunResult,
): Fact<{ readonly stdout: string; readonly stderr: string }> {
  if (result.state === "absent") return absent(result.reason);
  if (result.state === "failed") return failed(result.reason);
  const first = result.stderr.split("\n").find((line) => line.trim() !== "") ?? "";
  return result.code === 0
    ? known(result)
    : failed(
        `the kernel's rules could not be read: ${printable(first, 160) || `${program} ended with ${result.code}`}`,
      );
}

function savedRules(saved: SavedRules, family: Family, stderr: string): KernelRules {
  return {
    rules: readFilter(saved.tables.get("filter"), family),
    forwards: forwardsOf(saved),
    unseen: [...saved.hidden.map((name) => `the nft table ${name}`), ...legacy(stderr)],
  };
}

async function fromIptables(host: Host, family: Family): Promise<Fact<KernelRules>> {
  const program = family === 4 ? "iptables-save" : "ip6tables-save";
  const output = outputOf(program, await host.run(program));
  if (output.state !== "known") return output;
  const saved = parseSaved([{ file: program, text: output.value.stdout }]);
  // A line that is not understood may be any rule.
  const [odd] = saved.malformed;
  if (odd !== undefined)
    return failed(`${program}:${odd.line} is not understood: ${printable(odd.text, 80)}`);
  return known(savedRules(saved, family, output.value.stderr));
}

async function fromNft(host: Host): Promise<KernelFilter | string> {
  const output = outputOf("nft", await host.run("nft-ruleset"));
  if (output.state !== "known") return output.reason;
  const parsed = parseNft(output.value.stdout);
  if (parsed.state === "error") return parsed.reason;
  const unseen = parsed.ruleset.translating.map((name) => `which ports the nft table ${name} sends on`);
  const rules = (one: PacketRules) => known({ rules: one, forwards: [], unseen });
  return { program: "nft", 4: rules(parsed.ruleset.v4), 6: rules(parsed.ruleset.v6) };
}

/** Is this process in the network namespace of the host, so that the programs it starts see the host's rules? */
async function elsewhere(host: Host): Promise<boolean> {
  const [own, init] = await Promise.all([
    host.readlink("/proc/self/ns/net"),
    host.readlink("/proc/1/ns/net"),
  ]);
  return own.state === "ok" && init.state === "ok" && own.target !== init.target;
}

/** Rules that nft itself manages are whole only in nft's own list; those of iptables only in iptables-save's. */
async function managedByNft(ask: Ask): Promise<boolean> {
  const found = await ask(firewalls);
  if (found.state !== "known") return false;
  const names = new Set(found.value.enabled.map(({ name }) => name));
  return !names.has("ufw") && (names.has("nftables") || names.has("firewalld"));
}

export const kernelFilter: FactSource<KernelFilter> = {
  title: "the kernel's packet filter (iptables-save and ip6tables-save, or nft list ruleset)",
  waits: "program",
  async gather(host, ask) {
    if (!host.live) return absent("the kernel's rules are not asked for under --root");
    if (await elsewhere(host))
      return failed("nodeward runs in a network namespace of its own: the host's rules are not to be seen");
    if (await managedByNft(ask)) {
      const found = await fromNft(host);
      return typeof found === "string" ? failed(found) : known(found);
    }
    const ipv6 = await kernelHasIpv6(host);
    const [v4, v6] = await Promise.all([
      fromIptables(host, 4),
      ipv6 ? fromIptables(host, 6) : absent("the kernel has no IPv6"),
    ]);
    if (v4.state === "absent") {
      const found = await fromNft(host);
      return typeof found === "string" ? absent("neither iptables nor nft is installed") : known(found);
    }
    return known({ program: "iptables-save", 4: v4, 6: v6 });
  },
};
