// The packet filter in force: the kernel's on a running machine, what its manager would load at boot in an image. Answers
// who reaches a port; judges nothing.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Family } from "../core/network.js";
import { readFilter } from "../formats/iptables-rule.js";
import { parseSaved } from "../formats/iptables-save.js";
import type { PacketRules } from "../formats/packet-rule.js";
import type { Host } from "../host/host.js";
import { firewalls } from "./firewalls.js";
import type { Forward } from "./forwards.js";
import { kernelFilter } from "./kernel-filter.js";
import { readyRules } from "./packet-blocks.js";
import { type Question, type Reach, reacher, uplinks } from "./reach.js";
import type { Ask, FactSource } from "./source.js";
import { ufw } from "./ufw.js";

export interface FilterView {
  /** `the kernel`, `the files of ufw`, … */
  readonly from: string;
  reach(question: Question): Reach;
  readonly forwards: readonly Forward[];
  /** Rules that were not read: they can close more, or send ports on. */
  readonly unseen: readonly string[];
}

export interface PacketFilter {
  readonly 4: Fact<FilterView>;
  readonly 6: Fact<FilterView>;
}

interface Source {
  readonly from: string;
  readonly rules: PacketRules;
  readonly forwards: readonly Forward[];
  readonly unseen: readonly string[];
}

const nothing = (family: Family): PacketRules => ({ family, chains: new Map(), input: [] });

/** What iptables-persistent (Debian) or iptables-services (Red Hat) load at boot. */
async function persistent(host: Host, family: Family): Promise<Fact<Source>> {
  const six = family === 6;
  const paths = [`/etc/iptables/rules.v${family}`, `/etc/sysconfig/ip${six ? "6" : ""}tables`];
  for (const path of paths) {
    const read = await host.read(path);
    if (read.state === "absent") continue;
    if (read.state !== "ok") return failed(read.reason);
    const saved = parseSaved([{ file: path, text: read.text }]);
    const [odd] = saved.malformed;
    if (odd !== undefined) return failed(`${path}:${odd.line} is not understood`);
    const rules = readFilter(saved.tables.get("filter"), family);
    return known({ from: path, rules, forwards: [], unseen: [] });
  }
  return known({ from: "no rules at boot", rules: nothing(family), forwards: [], unseen: [] });
}

/** An image: what would be in force once it has started. */
async function atBoot(host: Host, ask: Ask, family: Family): Promise<Fact<Source>> {
  const managers = await ask(firewalls);
  if (managers.state !== "known") return managers;
  const names = managers.value.enabled.map(({ name }) => name);
  const [first, second] = names;
  if (first === undefined)
    return known({ from: "no firewall starts at boot", rules: nothing(family), forwards: [], unseen: [] });
  if (second !== undefined) return failed(`${names.join(" and ")} would both load rules`);
  if (first === "iptables-persistent") return await persistent(host, family);
  const own = await ask(ufw);
  if (first !== "ufw" || own.state !== "known")
    return failed(`the rules of ${first} are only read from a running kernel`);
  const chains = own.value.chains[family];
  if (chains.state !== "known") return chains;
  const { rules, malformed } = chains.value;
  const [odd] = malformed;
  if (odd !== undefined) return failed(`${odd.file}:${odd.line} is not understood`);
  return known({ from: "the files of ufw", rules, forwards: [], unseen: [] });
}

async function sourceOf(host: Host, ask: Ask, family: Family): Promise<Fact<Source>> {
  if (!host.live) return await atBoot(host, ask, family);
  const kernel = await ask(kernelFilter);
  if (kernel.state !== "known") return kernel;
  const own = kernel.value[family];
  return own.state === "known" ? known({ from: "the kernel", ...own.value }) : own;
}

function viewOf(source: Fact<Source>, interfaces: readonly string[] | undefined): Fact<FilterView> {
  if (source.state !== "known") return source;
  const { rules, ...rest } = source.value;
  return known({ ...rest, reach: reacher(readyRules(rules), interfaces) });
}

export const packetFilter: FactSource<PacketFilter> = {
  title: "the packet filter in force (the kernel's rules, or the firewall's files in an image)",
  waits: "program",
  async gather(host, ask) {
    const [v4, v6, interfaces] = await Promise.all([
      sourceOf(host, ask, 4),
      sourceOf(host, ask, 6),
      uplinks(host),
    ]);
    if (v4.state !== "known" && v6.state !== "known")
      return v4.state === "error" ? failed(v4.reason) : absent(v4.reason);
    return known({ 4: viewOf(v4, interfaces), 6: viewOf(v6, interfaces) });
  },
};
