// Whether security updates are installed by themselves: unattended-upgrades and apt's timers, or dnf-automatic. Not what waits.
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type AptConfig, type AptSetting, aptConfig } from "./apt-config.js";
import { type DnfAutomatic, dnfAutomatic } from "./dnf-automatic.js";
import { type Packages, packages } from "./packages.js";
import { type Platform, platform } from "./platform.js";
import type { Ask, FactSource } from "./source.js";
import {
  type Distribution,
  legacyPattern,
  type Match,
  matchOrigin,
  type Origin,
} from "./unattended-origins.js";
import { type Timer, timersOf } from "./unit-timers.js";
import { type Updates, updates } from "./updates.js";

export interface OriginPattern {
  readonly text: string;
  readonly source: Source;
  /** Whether it takes the distribution's security archive in. */
  readonly security: Match;
}

export interface AptAutomatic {
  readonly tool: "unattended-upgrades";
  readonly installed: boolean;
  readonly timers: readonly Timer[];
  /** APT::Periodic::Enable, Update-Package-Lists, Unattended-Upgrade; undefined where not set. */
  readonly enable: AptSetting | undefined;
  readonly lists: AptSetting | undefined;
  readonly upgrade: AptSetting | undefined;
  readonly origins: readonly OriginPattern[];
  /** Python regular expressions that are matched from the start of a package's name. */
  readonly excluded: readonly AptSetting[];
  /** Where any is set, nothing else is upgraded. */
  readonly onlyThese: readonly AptSetting[];
  /** Why apt refuses to work. */
  readonly refused: readonly string[];
  readonly unread: readonly string[];
  /** The pattern that takes the security archive in. */
  readonly securityPattern: string;
  set(values: readonly (readonly [string, string])[]): readonly Step[];
}

export type AutomaticUpdates = AptAutomatic | DnfAutomatic;

const timers = ["apt-daily.timer", "apt-daily-upgrade.timer"];

// The braces are unattended-upgrades' own: it puts the names in when it runs.
const ubuntuPattern = "origin=Ubuntu,archive=$" + "{distro_codename}-security";
const debianPattern = "origin=Debian,codename=$" + "{distro_codename}-security,label=Debian-Security";

/** As lsb_release names them. */
function distributionOf(os: Platform): Distribution {
  const id = os.id === "" ? "" : os.id.charAt(0).toUpperCase() + os.id.slice(1);
  return { id, codename: os.codename };
}

/** The security archives as they call themselves, or what they are called where none was fetched yet. */
function securityOrigins(found: Fact<Updates>, { id, codename }: Distribution): readonly Origin[] {
  const fetched = found.state === "known" ? found.value.archives.flatMap(({ release }) => release ?? []) : [];
  const rest = { component: "main", site: "" };
  if (fetched.length > 0)
    return fetched.map(({ origin, label, suite, codename: name }) => ({
      origin,
      label,
      suite,
      codename: name,
      ...rest,
    }));
  const ubuntu = { origin: id, label: id, suite: `${codename}-security`, codename, ...rest };
  const debian = {
    origin: id,
    label: `${id}-Security`,
    suite: "stable-security",
    codename: `${codename}-security`,
    ...rest,
  };
  return [id === "Ubuntu" ? ubuntu : debian];
}

function best(pattern: string, origins: readonly Origin[], distribution: Distribution): Match {
  const matches = origins.map((origin) => matchOrigin(pattern, origin, distribution));
  return matches.find(({ state }) => state !== "differs") ?? { state: "differs" };
}

function originsOf(
  config: AptConfig,
  found: Fact<Updates>,
  distribution: Distribution,
): readonly OriginPattern[] {
  const security = securityOrigins(found, distribution);
  const legacy = config.list("Unattended-Upgrade::Allowed-Origins").map((setting) => ({
    setting,
    pattern: legacyPattern(setting.value),
  }));
  const patterns = config
    .list("Unattended-Upgrade::Origins-Pattern")
    .map((setting) => ({ setting, pattern: setting.value }));
  return [...legacy, ...patterns].map(({ setting, pattern }) => ({
    text: setting.value,
    source: setting.source,
    security:
      pattern === undefined
        ? { state: "wrong" as const, reason: "neither ORIGIN:SUITE nor two words" }
        : best(pattern, security, distribution),
  }));
}

async function fromApt(ask: Ask, installed: Packages): Promise<Fact<AptAutomatic>> {
  const [config, os, waiting, state] = await Promise.all([
    ask(aptConfig),
    ask(platform),
    ask(updates),
    timersOf(ask, timers),
  ]);
  if (config.state !== "known") return config;
  if (os.state !== "known") return os;
  const distribution = distributionOf(os.value);
  const { value } = config;
  // One file more or less makes any value another one.
  if (value.unread.length > 0) return failed(value.unread.join("; "));
  return known({
    tool: "unattended-upgrades",
    installed: installed.get("unattended-upgrades") !== undefined,
    timers: state.timers,
    enable: value.get("APT::Periodic::Enable"),
    lists: value.get("APT::Periodic::Update-Package-Lists"),
    upgrade: value.get("APT::Periodic::Unattended-Upgrade"),
    origins: originsOf(value, waiting, distribution),
    excluded: value.list("Unattended-Upgrade::Package-Blacklist"),
    onlyThese: value.list("Unattended-Upgrade::Package-Whitelist"),
    refused: value.problems,
    unread: state.unread,
    securityPattern: distribution.id === "Ubuntu" ? ubuntuPattern : debianPattern,
    set: value.set,
  });
}

export const automaticUpdates: FactSource<AutomaticUpdates> = {
  title:
    "automatic updates (unattended-upgrades in apt.conf, apt's timers; /etc/dnf/automatic.conf and its timer)",
  async gather(host, ask) {
    const installed = await ask(packages);
    if (installed.state === "absent") return absent(installed.reason);
    if (installed.state === "error") return failed(installed.reason);
    return installed.value.manager === "dpkg"
      ? await fromApt(ask, installed.value)
      : await dnfAutomatic(host, ask, installed.value);
  },
};
