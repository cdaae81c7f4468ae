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
import type { FactSource } from "./source.js";
import { type UfwChains, ufwChains, userRulesFile, usesIpv6 } from "./ufw-chains.js";
import { type UfwSettings, ufwSettings } from "./ufw-settings.js";
import { units } from "./units.js";

export type { UfwRule } from "../formats/ufw-tuple.js";
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
  readonly chains: Readonly<Record<Family, Fact<UfwChains>>>;
  readonly unit: Fact<UfwUnit>;
  readonly applications: readonly UfwApplication[];
  /** Does the kernel have IPv6? ufw leaves it alone where it has none. */
  readonly hostHasIpv6: boolean;
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

const startingStates = new Set(["enabled", "enabled-runtime", "alias"]);

export const ufw: FactSource<Ufw> = {
  title: "ufw (/etc/ufw, /etc/default/ufw, ufw.service)",
  async gather(host, ask) {
    const stats = await Promise.all(programs.map((path) => host.stat(path)));
    if (stats.every(({ state }) => state === "absent")) return absent("ufw is not installed");
    const settings = await ufwSettings(host);
    if (settings.state !== "known") return failed(settings.reason);
    const ipv6 = await host.stat("/proc/sys/net/ipv6");
    // Without /proc (an image) the boot of a usual kernel is meant.
    const proc = await host.stat("/proc/sys/net");
    const hostHasIpv6 = ipv6.state === "ok" || proc.state === "absent";
    const families: readonly Family[] = usesIpv6(settings.value) ? [4, 6] : [4];
    const [rules, v4, v6, all, applications] = await Promise.all([
      ruleSet(host, families),
      ufwChains(host, settings.value, 4),
      ufwChains(host, settings.value, 6),
      ask(units),
      applicationProfiles(host),
    ]);
    const unit = all.state === "known" ? await all.value.get("ufw.service") : undefined;
    const { value } = settings.value.enabled;
    return known({
      settings: settings.value,
      rules,
      chains: { 4: v4, 6: v6 },
      unit:
        all.state === "error"
          ? all
          : unit === undefined
            ? absent("ufw.service is not there")
            : known({ starts: startingStates.has(unit.state), state: unit.state, source: unit.files[0] }),
      applications,
      hostHasIpv6,
      startsAtBoot: value === "yes" || value === "YES",
    });
  },
};
