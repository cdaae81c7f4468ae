// ufw as it is configured: settings, rules in order, the chains its files build, its unit. Whether the kernel has them
// is facts/kernel-filter.ts; other programs that manage the firewall are facts/firewalls.ts.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Family } from "../core/network.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { parseApplications, type UfwApplication } from "../formats/ufw-applications.js";
import {
  addRule,
  isPlain,
  type PlacedRule,
  parseUfwRules,
  replaceRule,
  type UfwRulesFile,
} from "../formats/ufw-rules.js";
import { asCommand, type UfwRule } from "../formats/ufw-tuple.js";
import type { Host } from "../host/host.js";
import { kernelHasIpv6 } from "./ipv6.js";
import { readyRules } from "./packet-blocks.js";
import { type Question, type Reach, reacher, uplinks } from "./reach.js";
import type { Ask, FactSource } from "./source.js";
import { type UfwChains, ufwChains, userRulesFile, usesIpv6 } from "./ufw-chains.js";
import { type UfwSettings, ufwSettings } from "./ufw-settings.js";
import { units } from "./units.js";

export { openRule, type UfwRule } from "../formats/ufw-tuple.js";
export { policyOf, type UfwPolicy, usesIpv6 } from "./ufw-chains.js";
export { disagreement, type UfwSetting, type UfwSettings } from "./ufw-settings.js";

export interface NumberedRule extends UfwRule {
  /** As `ufw status numbered` counts: IPv4 first, then IPv6, an application's ports once. */
  readonly number: number;
  /** As `ufw show added` prints it, without `ufw`. */
  readonly command: string;
  readonly source: Source;
  /** Other rules in its place, or none; undefined where ufw itself has to write it (logging, limits, applications). */
  replace(rules: readonly UfwRule[]): Step | undefined;
}

export interface UfwRuleSet {
  readonly all: readonly NumberedRule[];
  /** Tuples that the ufw command skips. */
  readonly malformed: readonly Source[];
  /** The step that adds a rule before or after the others of its family; undefined in a file without ufw's marks. */
  add(rule: UfwRule, place: "first" | "last"): Step | undefined;
}

export interface UfwUnit {
  readonly starts: boolean;
  readonly state: string;
  readonly source: Source | undefined;
}

export interface Ufw {
  readonly settings: UfwSettings;
  readonly rules: Fact<UfwRuleSet>;
  /** The chains that its files build, whether or not it is started. */
  readonly chains: Readonly<Record<Family, Fact<UfwChains>>>;
  /** Who would get to a port through them. */
  readonly reach: Readonly<Record<Family, Fact<(question: Question) => Reach>>>;
  readonly unit: Fact<UfwUnit>;
  readonly applications: readonly UfwApplication[];
  /** Does the kernel have IPv6? ufw leaves it alone where it has none. */
  readonly hostHasIpv6: boolean;
  /** Does the running kernel forward packets? Undefined where that cannot be seen. */
  readonly forwarding: boolean | undefined;
  /** ENABLED is what the boot script takes for yes. */
  readonly startsAtBoot: boolean;
}

interface Read {
  readonly path: string;
  readonly file: UfwRulesFile;
}

async function rulesFile(host: Host, family: Family): Promise<Read | string> {
  const path = userRulesFile(family);
  const read = await host.read(path);
  return read.state === "ok" ? { path, file: parseUfwRules(path, read.text, family === 6) } : read.reason;
}

/** Rules of one application stand once in the list, whatever ports it has. */
function applicationKey(rule: UfwRule): string | undefined {
  if (rule.dapp === "" && rule.sapp === "") return undefined;
  const { v6, dst, src, direction, inInterface, outInterface, dapp, sapp, dport, sport } = rule;
  const [to, from] = [dapp === "" ? dport : dapp, sapp === "" ? sport : sapp];
  return JSON.stringify([
    v6,
    to,
    dst,
    from,
    src,
    inInterface === "" && outInterface === "" ? direction : "",
    inInterface,
    outInterface,
  ]);
}

function numbered(path: string, placed: readonly PlacedRule[], before: number): readonly NumberedRule[] {
  const applications = new Map<string, number>();
  let count = before;
  return placed.map((one) => {
    const { rule, source } = one;
    const key = applicationKey(rule);
    const same = key === undefined ? undefined : applications.get(key);
    const number = same ?? ++count;
    if (key !== undefined) applications.set(key, number);
    return {
      ...rule,
      number,
      command: asCommand(rule),
      source,
      replace: (rules) =>
        [rule, ...rules].every(isPlain)
          ? { kind: "edit", file: path, edits: [replaceRule(one, rules)] }
          : undefined,
    };
  });
}

async function ruleSet(host: Host, families: readonly Family[]): Promise<Fact<UfwRuleSet>> {
  const reads: Read[] = [];
  for (const family of families) {
    const read = await rulesFile(host, family);
    if (typeof read === "string") return failed(read);
    reads.push(read);
  }
  const all: NumberedRule[] = [];
  for (const { path, file } of reads) all.push(...numbered(path, file.rules, all.at(-1)?.number ?? 0));
  return known({
    all,
    malformed: reads.flatMap(({ file }) => file.malformed),
    add: (rule, place) => {
      const read = reads.find(({ path }) => path === userRulesFile(rule.v6 ? 6 : 4));
      const edit = read === undefined ? undefined : addRule(read.file, rule, place);
      return edit === undefined || read === undefined
        ? undefined
        : { kind: "edit", file: read.path, edits: [edit] };
    },
  });
}

async function applicationProfiles(host: Host): Promise<readonly UfwApplication[]> {
  const folder = "/etc/ufw/applications.d";
  const listing = await host.list(folder);
  if (listing.state !== "ok") return [];
  const names = listing.entries
    .map(({ name }) => name)
    .filter((name) => !/^\.|\.(?:dpkg-(?:new|old|dist)|rpmnew|rpmsave)$|~$/.test(name));
  const reads = await Promise.all(names.map((name) => host.read(`${folder}/${name}`)));
  return reads.flatMap((read) => (read.state === "ok" ? parseApplications(read.path, read.text) : []));
}

const programs = ["/usr/sbin/ufw", "/usr/lib/ufw/ufw-init", "/lib/ufw/ufw-init"];

async function forwards(host: Host): Promise<boolean | undefined> {
  const read = await host.read("/proc/sys/net/ipv4/ip_forward");
  return read.state === "ok" ? read.text.trim() !== "0" : undefined;
}

const startingStates = new Set(["enabled", "enabled-runtime", "alias"]);

function reachOf(
  chains: Fact<UfwChains>,
  interfaces: readonly string[] | undefined,
): Fact<(question: Question) => Reach> {
  return chains.state === "known" ? known(reacher(readyRules(chains.value.rules), interfaces)) : chains;
}

async function unitOf(ask: Ask): Promise<Fact<UfwUnit>> {
  const all = await ask(units);
  if (all.state === "error") return all;
  const unit = all.state === "known" ? await all.value.get("ufw.service") : undefined;
  if (unit === undefined) return absent("ufw.service is not there");
  return known({ starts: startingStates.has(unit.state), state: unit.state, source: unit.files[0] });
}

export const ufw: FactSource<Ufw> = {
  title: "ufw (/etc/ufw, /etc/default/ufw, ufw.service)",
  async gather(host, ask) {
    const stats = await Promise.all(programs.map((path) => host.stat(path)));
    if (stats.every(({ state }) => state === "absent")) return absent("ufw is not installed");
    const settings = await ufwSettings(host);
    if (settings.state !== "known") return failed(settings.reason);
    const families: readonly Family[] = usesIpv6(settings.value) ? [4, 6] : [4];
    const [rules, v4, v6, unit, applications, interfaces, hostHasIpv6, forwarding] = await Promise.all([
      ruleSet(host, families),
      ufwChains(host, settings.value, 4),
      ufwChains(host, settings.value, 6),
      unitOf(ask),
      applicationProfiles(host),
      uplinks(host),
      kernelHasIpv6(host),
      forwards(host),
    ]);
    const { value } = settings.value.enabled;
    return known({
      settings: settings.value,
      rules,
      chains: { 4: v4, 6: v6 },
      reach: { 4: reachOf(v4, interfaces), 6: reachOf(v6, interfaces) },
      unit,
      applications,
      hostHasIpv6,
      forwarding,
      startsAtBoot: value === "yes" || value === "YES",
    });
  },
};
