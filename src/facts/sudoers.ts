// Who may run what as whom through sudo on this node: all sudoers files resolved as the installed release does.
// Not who ought to. The program itself is facts/sudo.ts, who can become root by it facts/sudo-access.ts.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { printable } from "../core/printable.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { parseSudoConf } from "../formats/sudo-conf.js";
import { newestSudo, type SudoersDialect, sudoersDialect } from "../formats/sudoers-dialect.js";
import type { Host } from "../host/host.js";
import { accounts } from "./accounts.js";
import { packages } from "./packages.js";
import { type Platform, platform } from "./platform.js";
import type { Ask, FactSource } from "./source.js";
import { type SudoProgram, sudo } from "./sudo.js";
import type { SudoBuildFacts } from "./sudo-defaults.js";
import { sudoersAliases } from "./sudoers-aliases.js";
import { type Defaults, sudoersDefaults } from "./sudoers-defaults.js";
import { readSudoersFiles, type SudoersFile, type SudoersFiles } from "./sudoers-files.js";
import { type Grant, sudoersGrants } from "./sudoers-grants.js";
import { type Matching, personOf } from "./sudoers-match.js";

export interface SudoersProblemAt {
  readonly source: Source;
  readonly message: string;
  readonly column: number;
}

export interface Sudoers {
  readonly files: SudoersFiles;
  /** What visudo refuses, in the order of reading. */
  readonly problems: readonly SudoersProblemAt[];
  readonly grants: readonly Grant[];
  readonly defaults: Defaults;
  /** Aliases that are used and never defined. */
  readonly looseAliases: readonly string[];
  /** Why not all that counts could be read; the rest is judged none the less. */
  readonly unread: readonly string[];
  /** Why sudo runs nothing for anybody with these files. */
  readonly refused: string | undefined;
  readonly matching: Matching;
  /** Steps that add a line of Defaults where it takes effect: our own drop-in, or the main file where none is read. */
  addDefaults(settings: string): readonly Step[];
}

const dropInHeader = "# Written by nodeward.\n";

function addition(text: string, line: string): string {
  // A last line that is open, or continued, would swallow what follows it.
  const gap = /\\\r?\n?$/.test(text) ? "\n\n" : text === "" || text.endsWith("\n") ? "" : "\n";
  return `${gap}${line}\n`;
}

function adder(files: SudoersFiles): Sudoers["addDefaults"] {
  const append = (file: SudoersFile, line: string): Step => ({
    kind: "edit",
    file: file.path,
    edits: [{ span: { start: file.text.length, end: file.text.length }, text: addition(file.text, line) }],
  });
  return (settings) => {
    const line = `Defaults ${settings}`;
    const folder = files.directories.find(({ path }) => path === "/etc/sudoers.d") ?? files.directories[0];
    if (folder === undefined) return [append(files.main, line)];
    const path = `${folder.path}/nodeward`;
    const own = files.files.find((file) => file.path === path);
    if (own !== undefined) return [append(own, line)];
    const start = { start: 0, end: 0 };
    return [
      {
        kind: "edit",
        file: path,
        edits: [
          { span: start, text: dropInHeader },
          { span: start, text: `${line}\n` },
        ],
      },
      { kind: "chmod", file: path, mode: 0o440, owner: "root:root" },
    ];
  };
}

function problemsOf(files: SudoersFiles): readonly SudoersProblemAt[] {
  return files.files.flatMap((file) =>
    file.tree.problems.map(({ message, line, column, span }) => ({
      source: file.source(span, line),
      message,
      column,
    })),
  );
}

/** Sources of rules other than files: LDAP, SSSD (nsswitch.conf(5), "sudoers"). */
async function otherSources(host: Host): Promise<readonly string[]> {
  const read = await host.read("/etc/nsswitch.conf");
  if (read.state === "absent") return [];
  if (read.state !== "ok") return [read.reason];
  const line = /^[ \t]*sudoers[ \t]*:([^#\n]*)/im.exec(read.text)?.[1] ?? "";
  const names = line.replace(/\[[^\]]*\]/g, " ").split(/\s+/);
  const others = names.filter((name) => name !== "" && name !== "files");
  return others.map(
    (name) => `sudo also asks ${printable(name)} for rules (/etc/nsswitch.conf): they are not in files`,
  );
}

interface Configured {
  readonly main: string;
  readonly recovers: boolean;
  /** Another plugin decides. */
  readonly foreign: string | undefined;
}

async function configured(host: Host): Promise<Configured | string> {
  const read = await host.read("/etc/sudo.conf");
  if (read.state !== "ok" && read.state !== "absent") return read.reason;
  const plugins = read.state === "ok" ? parseSudoConf(read.text) : [];
  const options = new Map(
    plugins.flatMap(({ path, options }) => (path.includes("sudoers") ? [...options] : [])),
  );
  const foreign = plugins.find(({ symbol, path }) => symbol.endsWith("_policy") && !path.includes("sudoers"));
  const main = options.get("sudoers_file");
  const vendor = main === undefined && (await host.stat("/etc/sudoers")).state === "absent";
  const elsewhere =
    vendor && (await host.stat("/usr/etc/sudoers")).state === "ok" ? "/usr/etc/sudoers" : "/etc/sudoers";
  return {
    main: main ?? elsewhere,
    recovers: options.get("error_recovery") !== "false",
    foreign:
      foreign === undefined
        ? undefined
        : `${foreign.symbol} of ${foreign.path} (/etc/sudo.conf:${foreign.line})`,
  };
}

function dialectOf(
  program: Fact<SudoProgram>,
  system: Platform | undefined,
  recovers: boolean,
): SudoersDialect {
  const version =
    program.state === "known" && program.value.implementation === "sudo" ? program.value.version : undefined;
  // Ubuntu has built with AppArmor since sudo knows it; Debian since 13, whose release reads it anyway.
  const apparmor = system?.id === "ubuntu";
  const dialect = sudoersDialect(version?.state === "known" ? version.value : newestSudo, {
    selinux: true,
    apparmor,
  });
  return { ...dialect, recovers: dialect.recovers && recovers };
}

function leftOver(program: Fact<SudoProgram>, installed: boolean | undefined): string | undefined {
  if (program.state !== "absent" || installed !== false) return undefined;
  return "sudo is not installed";
}

async function isInstalled(ask: Ask): Promise<boolean | undefined> {
  const all = await ask(packages);
  if (all.state !== "known") return undefined;
  return ["sudo", "sudo-ldap", "sudo-rs"].some((name) => all.value.get(name) !== undefined);
}

async function matchingOf(ask: Ask, dialect: SudoersDialect, hostname: string): Promise<Matching> {
  const people = await ask(accounts);
  return {
    accounts: people.state === "known" ? people.value : undefined,
    dialect,
    hostname,
    groupPlugin: false,
    netgroups: true,
  };
}

function resolve(
  files: SudoersFiles,
  base: Matching,
  build: SudoBuildFacts,
  now: number,
): Omit<Sudoers, "unread"> & { cut: readonly string[] } {
  const { aliases, problems } = sudoersAliases(files.entries);
  const first = sudoersDefaults(files.entries, aliases, base, build);
  const netgroups = first.flag("use_netgroups");
  const matching: Matching = {
    ...base,
    groupPlugin: first.every("group_plugin").some(({ value }) => value !== undefined),
    netgroups: netgroups.state !== "known" || netgroups.value.value,
  };
  const defaults = sudoersDefaults(files.entries, aliases, matching, build);
  const known = (matching.accounts?.users ?? []).filter(({ uid }) => uid === 0).map(personOf);
  const roots = known.length > 0 ? known : [{ name: "root", uid: 0, gid: 0 }];
  const target = defaults.text("runas_default");
  const runasDefault = (target.state === "known" ? target.value.value : undefined) ?? "root";
  const named = defaults.every("runas_default").flatMap(({ value }) => value ?? []);
  const { all, cut } = sudoersGrants(files.entries, {
    aliases,
    matching,
    roots,
    runasDefault,
    runasElsewhere: new Set(named),
    now,
  });
  const found = [...problemsOf(files), ...problems, ...defaults.problems];
  const fatal = found.length > 0 && files.files.some(({ tree }) => tree.problems.some((one) => one.fatal));
  const broken = fatal || problems.length > 0 ? "a syntax error in sudoers" : undefined;
  return {
    files,
    problems: found,
    grants: all,
    defaults,
    looseAliases: aliases.loose,
    refused: files.refused ?? (matching.dialect.recovers ? undefined : broken),
    matching,
    addDefaults: adder(files),
    cut,
  };
}

export const sudoers: FactSource<Sudoers> = {
  title: "the rules and Defaults of sudo (/etc/sudoers and what it includes, /etc/sudo.conf)",
  async gather(host, ask) {
    const [program, installed, system] = await Promise.all([ask(sudo), isInstalled(ask), ask(platform)]);
    const gone = leftOver(program, installed);
    if (gone !== undefined) return absent(gone);
    const conf = await configured(host);
    if (typeof conf === "string") return failed(conf);
    if (conf.foreign !== undefined)
      return failed(`sudo takes its rules from ${printable(conf.foreign)}, not from sudoers`);
    const os = system.state === "known" ? system.value : undefined;
    const dialect = dialectOf(program, os, conf.recovers);
    const rust = program.state === "known" && program.value.implementation === "sudo-rs";
    const own = rust && (await host.stat("/etc/sudoers-rs")).state !== "absent";
    const main = own ? "/etc/sudoers-rs" : conf.main;
    const hostname = os?.hostname ?? "";
    const files = await readSudoersFiles(host, main, dialect, hostname.split(".")[0] ?? "");
    if ("state" in files) {
      if (files.state !== "absent") return failed(files.reason);
      return absent(
        program.state === "absent" ? "sudo is not installed" : `sudo runs nothing: ${files.reason}`,
      );
    }
    const version = program.state === "known" ? program.value.version : failed(program.reason);
    const build = { version, implementation: rust ? ("sudo-rs" as const) : ("sudo" as const), platform: os };
    const { cut, ...found } = resolve(files, await matchingOf(ask, dialect, hostname), build, host.now);
    const long = cut.map((place) => `${place}: an alias stands for too many names`);
    return known({ ...found, unread: [...files.unread, ...long, ...(await otherSources(host))] });
  },
};
