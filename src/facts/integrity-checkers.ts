// Programs that compare the files of the node with a state that was recorded: AIDE with its database and what starts it, and
// services that do so all the time. What they are told to watch is not read.
import { type Fact, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { parseCrontab } from "../formats/crontab.js";
import type { Host } from "../host/host.js";
import { fileStates } from "./file-state.js";
import type { Ask, FactSource } from "./source.js";
import { timersOf } from "./unit-timers.js";
import { units } from "./units.js";

export interface IntegrityCheckers {
  /** The program of AIDE. */
  readonly aide: readonly Source[];
  readonly databases: readonly Source[];
  /** Timers that start and cron jobs that name it. */
  readonly schedules: readonly Source[];
  /** Services that watch files all the time and start at boot, by name. */
  readonly services: readonly { readonly name: string; readonly source: Source }[];
  readonly unread: readonly string[];
}

const programs = ["/usr/bin/aide", "/usr/sbin/aide"];
/** Debian's and Red Hat's `database_in`. */
const databases = ["/var/lib/aide/aide.db", "/var/lib/aide/aide.db.gz"];
const timers = ["dailyaidecheck.timer", "aidecheck.timer", "aide-check.timer", "aide.timer"];
const services = ["wazuh-agent", "ossec", "ossec-hids", "samhain", "osqueryd"];
const tables = ["/etc/crontab", "/etc/cron.d/*"];
const ownTables = ["/var/spool/cron/crontabs/root", "/var/spool/cron/root"];
const scripts = ["/etc/cron.daily/*", "/etc/cron.weekly/*"];

interface Found {
  readonly sources: readonly Source[];
  readonly unread: readonly string[];
}

async function readAll(host: Host, patterns: readonly string[]) {
  const states = await fileStates(host, patterns);
  const there = states.filter((one) => one.state !== "absent" && (one.state !== "ok" || one.kind === "file"));
  return await Promise.all(there.map(({ path }) => host.read(path)));
}

/** Debian's own script leaves the work to the timer where systemd runs, and says so by this folder. */
function leavesToTimer(text: string, hasUnits: boolean): boolean {
  return hasUnits && text.includes("/run/systemd/system");
}

async function cronJobs(host: Host, hasUnits: boolean): Promise<Found> {
  const [all, own, files] = await Promise.all([
    readAll(host, tables),
    readAll(host, ownTables),
    readAll(host, scripts),
  ]);
  const sources: Source[] = [];
  const unread: string[] = [];
  for (const [reads, hasUser] of [
    [all, true],
    [own, false],
  ] as const)
    for (const read of reads)
      if (read.state === "ok")
        for (const { command, source } of parseCrontab(read.path, read.text, hasUser))
          if (/\baide\b/.test(command)) sources.push(source);
  for (const read of files)
    if (read.state === "ok" && /\baide\b/.test(read.text) && !leavesToTimer(read.text, hasUnits))
      sources.push(wholeFile(read.path));
  for (const read of [...all, ...own, ...files])
    if (read.state === "denied" || read.state === "failed") unread.push(read.reason);
  return { sources, unread };
}

async function watching(ask: Ask): Promise<IntegrityCheckers["services"]> {
  const all = await ask(units);
  if (all.state !== "known") return [];
  const found = await Promise.all(
    services.map(async (name) => ({ name, unit: await all.value.get(`${name}.service`) })),
  );
  return found.flatMap(({ name, unit }) =>
    unit !== undefined && !unit.masked && unit.state === "enabled"
      ? [{ name, source: wholeFile(unit.fragment, unit.state) }]
      : [],
  );
}

export const integrityCheckers: FactSource<IntegrityCheckers> = {
  title: "checkers of file integrity (AIDE, its database, timers and cron jobs; services of the kind)",
  async gather(host, ask): Promise<Fact<IntegrityCheckers>> {
    const all = await ask(units);
    const [own, data, timed, jobs, services] = await Promise.all([
      fileStates(host, programs),
      fileStates(host, databases),
      timersOf(ask, timers),
      cronJobs(host, all.state === "known"),
      watching(ask),
    ]);
    const there = (states: typeof own) =>
      states.flatMap((one) => (one.state === "ok" ? [wholeFile(one.path)] : []));
    const broken = [...own, ...data].flatMap((one) =>
      one.state === "denied" || one.state === "failed" ? [one.reason] : [],
    );
    return known({
      aide: there(own),
      databases: there(data),
      schedules: [
        ...timed.timers.filter(({ starts }) => starts).map(({ source }) => source),
        ...jobs.sources,
      ],
      services,
      unread: [...broken, ...timed.unread, ...jobs.unread],
    });
  },
};
