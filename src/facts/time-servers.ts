// The servers from which each program that keeps the clock takes the time, and the account chronyd runs as. Not which of the
// programs runs (services.ts), nor what a server says.
import { type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import {
  chronyStyle,
  type DirectiveLine,
  type DirectiveStyle,
  ntpStyle,
  parseDirectives,
} from "../formats/directive-lines.js";
import type { Host } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";
import { IncludedFiles } from "./included-files.js";
import type { FactSource } from "./source.js";
import { systemdConf } from "./systemd-conf.js";

export type TimeKeeper = "chrony" | "timesyncd" | "ntpsec" | "openntpd";

export interface TimeServer {
  /** A name, an address, or a clock of the machine (`PHC /dev/ptp0`). */
  readonly name: string;
  readonly source: Source;
}

export interface TimeConfiguration {
  /** The main file, there or not. */
  readonly file: string;
  readonly servers: readonly TimeServer[];
  /** `user` of chrony.conf; undefined where nothing sets it. */
  readonly user: TimeServer | undefined;
  readonly unread: readonly string[];
}

export interface TimeServers {
  of(keeper: TimeKeeper): TimeConfiguration;
}

const limits = { depth: 10, files: 200 } as const;

const sources: Readonly<Record<string, "first" | "all">> = {
  server: "first",
  servers: "first",
  pool: "first",
  peer: "first",
  refclock: "all",
  sensor: "all",
};

function serversOf(lines: readonly DirectiveLine[]): readonly TimeServer[] {
  return lines.flatMap(({ name, args, source }) => {
    const kind = Object.hasOwn(sources, name) ? sources[name] : undefined;
    const text = kind === "all" ? args.slice(0, 2).join(" ") : args[0];
    return kind === undefined || text === undefined || text === "" ? [] : [{ name: text, source }];
  });
}

/** A file with what it includes, in order (chrony.conf(5): include, confdir, sourcedir). */
class Reading {
  readonly lines: DirectiveLine[] = [];
  readonly included: IncludedFiles;

  constructor(
    private readonly host: Host,
    private readonly style: DirectiveStyle,
  ) {
    this.included = new IncludedFiles(host, limits);
  }

  async file(path: string, depth: number): Promise<void> {
    const read = await this.included.read(path, depth);
    if (read === undefined) return;
    for (const line of parseDirectives(path, read.text, this.style)) {
      this.lines.push(line);
      for (const name of await this.named(line)) await this.file(name, depth + 1);
    }
  }

  /** The files a directive puts in its place; of folders, names in an earlier one hide those of a later one. */
  private async named({ name, args }: DirectiveLine): Promise<readonly string[]> {
    if (name === "include" || name === "includefile") return await this.included.matching(args[0] ?? "");
    const suffix = name === "confdir" ? ".conf" : name === "sourcedir" ? ".sources" : undefined;
    if (suffix === undefined) return [];
    const accepts = (file: string) => file.endsWith(suffix);
    const { files, unread } = await dropIns(this.host, {
      directories: args,
      accepts,
      directoriesHide: false,
    });
    this.included.unread.push(...unread);
    return files.flatMap(({ path, read }) => (read === undefined ? [] : [path]));
  }
}

async function fromFiles(
  host: Host,
  paths: readonly [string, ...string[]],
  style: DirectiveStyle,
): Promise<TimeConfiguration> {
  const reading = new Reading(host, style);
  const states = await Promise.all(paths.map((path) => host.stat(path)));
  // The first that is there: distributions put the file in different places.
  const file = paths[states.findIndex(({ state }) => state !== "absent")] ?? paths[0];
  await reading.file(file, 0);
  const user = reading.lines.findLast(({ name }) => name === "user");
  return {
    file,
    servers: serversOf(reading.lines),
    user: user?.args[0] === undefined ? undefined : { name: user.args[0], source: user.source },
    unread: reading.included.unread,
  };
}

/** Assignments add up, an empty one starts anew; NTP= is asked first, FallbackNTP= where it names none (timesyncd.conf(5)). */
async function fromTimesyncd(host: Host): Promise<TimeConfiguration> {
  const conf = await systemdConf(host, "timesyncd.conf");
  const listed = (key: string): readonly TimeServer[] => {
    const found: TimeServer[] = [];
    for (const { value, source } of conf.all("Time", key)) {
      const names = value.split(/\s+/).filter((name) => name !== "");
      if (names.length === 0) found.length = 0;
      for (const name of names) found.push({ name, source });
    }
    return found;
  };
  const named = listed("NTP");
  return {
    file: "/etc/systemd/timesyncd.conf",
    servers: named.length > 0 ? named : listed("FallbackNTP"),
    user: undefined,
    unread: conf.unread,
  };
}

export const timeServers: FactSource<TimeServers> = {
  title: "time servers (chrony.conf, timesyncd.conf, ntp.conf, openntpd's ntpd.conf)",
  async gather(host): Promise<Fact<TimeServers>> {
    const [chrony, timesyncd, ntpsec, openntpd] = await Promise.all([
      fromFiles(host, ["/etc/chrony/chrony.conf", "/etc/chrony.conf"], chronyStyle),
      fromTimesyncd(host),
      fromFiles(host, ["/etc/ntpsec/ntp.conf", "/etc/ntp.conf"], ntpStyle),
      fromFiles(host, ["/etc/openntpd/ntpd.conf", "/etc/ntpd.conf"], ntpStyle),
    ]);
    const all = { chrony, timesyncd, ntpsec, openntpd };
    return known({ of: (keeper) => all[keeper] });
  },
};
