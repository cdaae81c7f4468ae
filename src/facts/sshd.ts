// The configuration of sshd in force: what holds for everybody, what for whom, which line says so, and how to change it.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { listing } from "../core/printable.js";
import { place, type Source } from "../core/source.js";
import { lowerCase } from "../formats/sshd-config.js";
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import { packages } from "./packages.js";
import { platform } from "./platform.js";
import type { Ask, FactSource } from "./source.js";
import { algorithms } from "./sshd/algorithm-table.js";
import { findBuild, type SshdBuild } from "./sshd/build.js";
import { algorithmKeywords } from "./sshd/defaults.js";
import { type InForce, listenAddresses } from "./sshd/effective.js";
import { keywordsOf } from "./sshd/keyword-names.js";
import { type LoadedFile, loadConfig } from "./sshd/load.js";
import type { Connection } from "./sshd/match.js";
import type { Refusal } from "./sshd/program.js";
import { resolve } from "./sshd/resolve.js";
import { everySetting, type Setting, type Subject } from "./sshd/settings.js";
import { readStart, type Start } from "./sshd/start.js";
import { type InVain, linesInVain } from "./sshd/vain.js";
import { units } from "./units.js";

export type { Connection } from "./sshd/match.js";
export type { Setting } from "./sshd/settings.js";

/** The configuration as far as it can be read, whether sshd starts with it or not. */
export interface SshdConfig {
  readonly build: SshdBuild;
  /** The file that is read first. */
  readonly main: string;
  /** Every file read, the main one among them. */
  readonly files: readonly LoadedFile[];
  /** Why sshd does not start. */
  readonly refusals: readonly Refusal[];
  /** Lines that set something and change nothing. */
  readonly inVain: readonly InVain[];
  readonly subject: Subject;
  readonly start: Start;
}

export interface Sshd {
  readonly build: SshdBuild;
  readonly main: string;
  /** The value for everybody, then that of each Match block that changes it for some. */
  every(keyword: string): readonly Setting[];
  /** The value for one connection, or before anybody connects. */
  value(keyword: string, who?: Connection): InForce;
  /** Names of algorithms that a keyword takes; undefined where the version is not known. */
  supported(keyword: string): readonly string[] | undefined;
  /** Where sshd listens, or systemd for it: `[::]:22`. */
  readonly listens: readonly string[];
  readonly ports: readonly number[];
  /** Files that Banner names, with the size of what they show, or why they show nothing. */
  readonly banners: ReadonlyMap<string, number | string>;
}

const mains = ["/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config"];

/** The file that sshd reads: as it is told, else the one of this node; that of the vendor where that is missing. */
async function mainFile(host: Host, told: string | undefined): Promise<string> {
  if (told !== undefined) return told;
  const stats = await Promise.all(mains.map((path) => host.lstat(path)));
  return mains[stats.findIndex(({ state }) => state !== "absent")] ?? "/etc/ssh/sshd_config";
}

/** TCP ports by name, for the odd `Port ssh`. */
async function tcpServices(host: Host): Promise<(name: string) => number | undefined> {
  const read = await host.read("/etc/services");
  const found = new Map<string, number>();
  if (read.state === "ok")
    for (const [, name = "", port = "", aliases = ""] of read.text.matchAll(
      /^([^\s#]+)[ \t]+(\d{1,5})\/tcp\b([^#\n]*)/gm,
    ))
      for (const one of [name, ...aliases.split(/\s+/)])
        if (one !== "" && !found.has(one)) found.set(one, Number(port));
  return (name) => found.get(name);
}

function knownValue<T>(fact: Fact<T>): T | undefined {
  return fact.state === "known" ? fact.value : undefined;
}

async function gatherConfig(host: Host, ask: Ask): Promise<Fact<SshdConfig>> {
  const [database, os, people, unitFact] = await Promise.all([
    ask(packages),
    ask(platform),
    ask(accounts),
    ask(units),
  ]);
  const { found, build } = await findBuild(host, database, knownValue(os));
  const start = await readStart(host, unitFact);
  const main = await mainFile(host, start.command.file?.text);
  const there = (await host.lstat(main)).state !== "absent";
  // A configuration that outlived its package configures nothing.
  if (!found && (!there || database.state === "known")) return absent("sshd is not installed");
  const [loaded, service] = await Promise.all([loadConfig(host, main, build.version), tcpServices(host)]);
  const home = (user: string | undefined) =>
    knownValue(people)?.user(user ?? 0)?.home ?? (user === undefined ? "/root" : undefined);
  const around = { build, lookup: keywordsOf(build), home, service };
  const resolved = resolve(loaded, around, start.command);
  const unread = [...resolved.unread, ...start.unread];
  if (unread.length > 0) return failed(listing([...new Set(unread)]));
  const subject = { loaded, around, command: start.command, resolved };
  const { refusals } = resolved;
  const inVain = refusals.length > 0 ? [] : linesInVain(subject);
  return known({ build, main, files: [...loaded.files.values()], refusals, inVain, subject, start });
}

export const sshdConfig: FactSource<SshdConfig> = {
  title: "sshd_config, all that it includes, and the command line of sshd's units",
  gather: gatherConfig,
};

function portsOf(listens: readonly string[]): readonly number[] {
  return [
    ...new Set(listens.map((text) => Number(/(?:^|:)(\d+)(?: |$)/.exec(text)?.[1] ?? Number.NaN))),
  ].filter((port) => !Number.isNaN(port));
}

async function bannersOf(host: Host, settings: readonly Setting[]): Promise<Sshd["banners"]> {
  const paths = [...new Set(settings.map(({ value }) => value))].filter((path) => path.startsWith("/"));
  const stats = await Promise.all(paths.map((path) => host.stat(path)));
  return new Map(
    stats.map((stat, index) => [paths[index] ?? "", stat.state === "ok" ? stat.size : stat.reason] as const),
  );
}

/** Why sshd does not start, with the place. */
export function refusalText({
  message,
  source,
}: {
  readonly message: string;
  readonly source: Source;
}): string {
  return `${place(source)}: ${message}`;
}

export const sshd: FactSource<Sshd> = {
  title:
    "the configuration of sshd in force (sshd_config and all that it includes, defaults of the installed version)",
  async gather(host, ask) {
    const config = await ask(sshdConfig);
    if (config.state !== "known") return config;
    const { build, main, refusals, subject, start } = config.value;
    if (refusals.length > 0)
      return failed(`sshd does not start with its configuration: ${listing(refusals.map(refusalText), 3)}`);
    const { resolved } = subject;
    const sockets = start.sockets.map(({ text }) => text);
    const listens = sockets.length > 0 ? sockets : listenAddresses(resolved.global);
    const settings = new Map<string, readonly Setting[]>();
    const every = (keyword: string) => {
      const found = settings.get(lowerCase(keyword)) ?? everySetting(subject, keyword);
      settings.set(lowerCase(keyword), found);
      return found;
    };
    return known({
      build,
      main,
      every,
      banners: await bannersOf(host, every("Banner")),
      value: (keyword, who) =>
        resolved.value(keyword, who === undefined ? resolved.global : resolved.forConnection(who)),
      supported(keyword) {
        const kind = algorithmKeywords.get(lowerCase(keyword));
        return kind === undefined || !build.known ? undefined : algorithms(kind, build).supported;
      },
      listens,
      ports: portsOf(listens),
    });
  },
};
