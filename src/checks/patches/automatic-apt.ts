// patches.automatic where apt is used: the settings of apt.conf, the timers, and what is held back.
import type { Outcome, Problem } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import type { AptSetting } from "../../facts/apt-config.js";
import type { AptAutomatic, OriginPattern } from "../../facts/automatic-updates.js";
import type { Packages } from "../../facts/packages.js";
import type { Timer } from "../../facts/unit-timers.js";

type Values = readonly (readonly [string, string])[];

/** One thing that is wrong, and the settings that would put it right. */
interface Finding {
  readonly message: string;
  readonly values: Values;
}

/** `0` is off, a number of days (or with a unit) and `always` are on (apt.systemd.daily); what is neither starts nothing. */
function isOn(setting: AptSetting | undefined, fallback: boolean): boolean {
  if (setting === undefined) return fallback;
  return /^(?:always|0*[1-9]\d*[smhd]?)$/.test(setting.value);
}

function at({ source }: { readonly source: Source }): string {
  return printable(place(source));
}

function periodic(facts: AptAutomatic): readonly Finding[] {
  const found: Finding[] = [];
  const check = (name: string, setting: AptSetting | undefined, fallback: boolean, what: string) => {
    if (isOn(setting, fallback)) return;
    const where = setting === undefined ? "not set" : `${printable(setting.value)} (${at(setting)})`;
    found.push({ message: `${what}: ${name} is ${where}`, values: [[name, "1"]] });
  };
  check("APT::Periodic::Enable", facts.enable, true, "apt's periodic work is off");
  check("APT::Periodic::Update-Package-Lists", facts.lists, false, "lists are not fetched");
  check("APT::Periodic::Unattended-Upgrade", facts.upgrade, false, "upgrades are not installed");
  return found;
}

function origins({ origins: patterns, securityPattern }: AptAutomatic): readonly Finding[] {
  const wrong = patterns.filter(({ security }) => security.state === "wrong");
  const broken = wrong.map((pattern) => ({
    message: `unattended-upgrades fails on ${printable(pattern.text)} (${at(pattern)})${reason(pattern)}`,
    values: [],
  }));
  if (patterns.some(({ security }) => security.state === "matches")) return broken;
  const values: Values = [["Unattended-Upgrade::Origins-Pattern::", securityPattern]];
  return [...broken, { message: "no pattern of unattended-upgrades takes the security archive in", values }];
}

function reason({ security }: OriginPattern): string {
  return security.state === "wrong" ? `: ${printable(security.reason)}` : "";
}

/** Python matches from the start of the name: without `$` a prefix is enough. */
function excludes(pattern: string, name: string): boolean {
  const plain = pattern.replace(/^\^|\$$/g, "").replaceAll("\\", "");
  // Other expressions are not interpreted: what they exclude is not known to be excluded.
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(plain)) return false;
  return pattern.endsWith("$") ? name === plain : name.startsWith(plain);
}

function restrictions({ excluded, onlyThese }: AptAutomatic): readonly Finding[] {
  const all = excluded.filter(({ value }) => /^\^?\.?[*+]?\$?$/.test(value));
  return [
    ...all.map((setting) => ({
      message: `nothing is upgraded: Package-Blacklist holds ${printable(setting.value)} (${at(setting)})`,
      values: [],
    })),
    ...onlyThese.slice(0, 1).map((setting) => ({
      message: `only some packages are upgraded: Package-Whitelist (${at(setting)})`,
      values: [],
    })),
  ];
}

function notHeld(
  { excluded }: AptAutomatic,
  packages: Packages,
  names: readonly string[],
): readonly Finding[] {
  const loose = names.filter((name) => {
    const one = packages.get(name);
    return one !== undefined && one.want !== "hold" && !excluded.some(({ value }) => excludes(value, name));
  });
  if (loose.length === 0) return [];
  return [
    {
      message: `${listing(loose)} ${loose.length === 1 ? "is" : "are"} upgraded like any package: neither held nor excluded`,
      // A regular expression: a dot stands for itself only after a backslash.
      values: loose.map(
        (name) => ["Unattended-Upgrade::Package-Blacklist::", `^${name.replaceAll(".", "\\.")}$`] as const,
      ),
    },
  ];
}

function timerProblem({ name, state, source }: Timer): Problem {
  const message = state === undefined ? `${name} does not exist` : `${name} is ${state} (${place(source)})`;
  const fix = (["enable-unit", "start-unit"] as const).map((action) => ({
    kind: "action" as const,
    action,
    args: [name],
  }));
  return state === undefined || state.startsWith("masked") ? { message } : { message, fix };
}

/** One problem for all settings: their repair is one change of one file. */
function settingsProblem(findings: readonly Finding[], facts: AptAutomatic): readonly Problem[] {
  if (findings.length === 0) return [];
  const message = findings.map((finding) => finding.message).join("; ");
  const fix = facts.set(findings.flatMap(({ values }) => values));
  return [fix.length === 0 ? { message } : { message, fix }];
}

export function judgeApt(facts: AptAutomatic, packages: Packages, held: readonly string[]): Outcome {
  const findings = facts.installed
    ? [...periodic(facts), ...origins(facts), ...restrictions(facts), ...notHeld(facts, packages, held)]
    : [];
  const settings = [
    facts.enable,
    facts.lists,
    facts.upgrade,
    ...facts.origins,
    ...facts.excluded,
    ...facts.onlyThese,
  ];
  const resting = facts.installed ? facts.timers.filter(({ starts }) => !starts) : [];
  return {
    expected: "unattended-upgrades installs security updates; kubelet and runtime held",
    actual: facts.installed
      ? `${findings.length + resting.length === 0 ? "on" : "not as it should be"}`
      : "unattended-upgrades is not installed",
    evidence: [
      ...settings.flatMap((setting) => (setting === undefined ? [] : [setting.source])),
      ...facts.timers.map(({ source }) => source),
      ...(facts.installed ? [] : [wholeFile("/var/lib/dpkg/status", "no unattended-upgrades")]),
    ],
    problems: [
      ...(facts.installed ? [] : [{ message: "unattended-upgrades is not installed" }]),
      ...facts.refused.map((why) => ({ message: `apt refuses to work: ${printable(why)}` })),
      ...settingsProblem(findings, facts),
      ...resting.map(timerProblem),
    ],
    unknowns: facts.unread,
  };
}
