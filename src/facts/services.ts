// Services as they start and run: units by their links and files, systemd's own word where it runs, System V links, inetd,
// processes. Not what the services are configured to do.
import { type Fact, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { parseUnitList } from "../formats/systemctl-list.js";
import type { Host } from "../host/host.js";
import { type InetdEntry, inetdEntries } from "./inetd.js";
import { initLinks } from "./init-links.js";
import { type KnownServiceName, knownServices } from "./known-services.js";
import { type Process, type Processes, processes } from "./processes.js";
import type { Ask, FactSource } from "./source.js";
import { type Unit, type Units, units } from "./units.js";

export interface ServiceUnit {
  readonly name: string;
  /** As `systemctl is-enabled` has it; `sysv` for a script of /etc/init.d alone. */
  readonly state: Unit["state"] | "sysv";
  /** Links that start it at boot or when something asks for it; none: it does not start by itself. */
  readonly startedBy: readonly Source[];
  /** `active`, `inactive`, `failed`, …; undefined where no running systemd told. */
  readonly active: string | undefined;
  readonly source: Source;
  /** What could not be read of it. */
  readonly unread: readonly string[];
}

export interface ServiceState {
  /** Whether it has a process while it runs; units that only do something once (Type=oneshot) have none. */
  readonly hasProcess: boolean;
  /** The units of the service that are there. */
  readonly units: readonly ServiceUnit[];
  /** Its processes in the host's own process namespace, those of pods left out. */
  readonly running: readonly Process[];
  /** Entries for it in inetd.conf and xinetd.d, and only where one of the two starts. */
  readonly inetd: readonly InetdEntry[];
  /** What could not be read and may start it. */
  readonly unread: readonly string[];
}

export interface Services {
  of(name: KnownServiceName): ServiceState;
  /** Every unit that starts by itself, in the order of their names. */
  readonly starting: readonly ServiceUnit[];
  /** Units that systemd says have failed. */
  readonly failed: readonly string[];
  /** Why systemd did not say what is active; undefined where it did. */
  readonly activeUnknown: string | undefined;
  /** Whether systemd could be asked at all: not that of another root. */
  readonly live: boolean;
  readonly processes: Fact<Processes>;
  /** What could not be read of any unit, and of other ways to start something. */
  readonly unread: readonly string[];
}

/** Targets that every boot reaches, or that only wait for a request. Links of the distribution under others prove nothing. */
const bootTargets = new Set(
  "default multi-user graphical basic sysinit sockets timers paths local-fs network network-online remote-fs getty"
    .split(" ")
    .map((name) => `${name}.target`),
);

const persistent = ["/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator.late"];

function startingLinks(unit: Unit): readonly Source[] {
  if (unit.masked) return [];
  const pulls = unit.pulledBy.filter(({ folder, by }) => persistent.includes(folder) || bootTargets.has(by));
  const links = pulls.map(({ path, by }) => wholeFile(path, `wanted by ${by}`));
  // Enabled by an alias alone: `display-manager.service`, `dbus-….service`.
  const aliased = unit.state === "enabled" || unit.state === "enabled-runtime";
  return links.length === 0 && aliased ? [wholeFile(unit.fragment, unit.state)] : links;
}

interface Live {
  readonly active: ReadonlyMap<string, string>;
  readonly failed: readonly string[];
  readonly unknown: string | undefined;
}

async function askSystemd(host: Host): Promise<Live> {
  const nothing = { active: new Map<string, string>(), failed: [] };
  // sd_booted(3): without this directory systemd is not the init of this system, and has nothing to say.
  const booted = host.live ? await host.lstat("/run/systemd/system") : undefined;
  if (booted?.state === "absent") return { ...nothing, unknown: "systemd does not run here" };
  const result = await host.run("unit-states");
  if (result.state !== "ok") return { ...nothing, unknown: result.reason };
  const listed = parseUnitList(result.stdout);
  if (result.code !== 0 || listed.length === 0)
    return {
      ...nothing,
      unknown: `systemd does not answer: ${result.stderr.trim().split("\n", 1)[0] ?? ""}`,
    };
  return {
    active: new Map(listed.map(({ name, active }) => [name, active])),
    failed: listed.filter(({ active }) => active === "failed").map(({ name }) => name),
    unknown: undefined,
  };
}

function unitState(unit: Unit, live: Live): ServiceUnit {
  // What systemd has not loaded is not active.
  const active = live.unknown === undefined ? (live.active.get(unit.name) ?? "inactive") : undefined;
  return {
    name: unit.name,
    state: unit.state,
    startedBy: startingLinks(unit),
    active,
    source: wholeFile(unit.fragment, unit.state),
    unread: unit.unread,
  };
}

class Tracked {
  readonly byName = new Map<string, ServiceUnit>();
  private readonly aliases = new Map<string, string>();

  constructor(
    private readonly known: Units,
    private readonly live: Live,
  ) {}

  async add(name: string): Promise<void> {
    const asked = await this.known.get(name);
    // An alias is the unit that it leads to.
    const unit = asked?.state === "alias" ? await this.known.get(asked.name) : asked;
    if (unit === undefined) return;
    this.aliases.set(name, unit.name);
    this.byName.set(unit.name, unitState(unit, this.live));
  }

  named(name: string): ServiceUnit | undefined {
    return this.byName.get(this.aliases.get(name) ?? name);
  }

  /** Scripts that no unit file stands in for. */
  script(name: string, links: readonly Source[]): void {
    const unit = `${name}.service`;
    if (this.named(unit) !== undefined || this.known.names.includes(unit)) return;
    const active = this.live.unknown === undefined ? (this.live.active.get(unit) ?? "inactive") : undefined;
    this.byName.set(unit, {
      name: unit,
      state: "sysv",
      startedBy: links,
      active,
      source: wholeFile(`/etc/init.d/${name}`),
      unread: [],
    });
  }
}

/** Pods with the host's process namespace are told from the host's own services by their control group. */
async function ofThisHost(host: Host, found: readonly Process[]): Promise<readonly Process[]> {
  const own = await Promise.all(
    found
      .filter(({ nsPids }) => nsPids === 1)
      .map(async (running) => {
        const read = await host.read(`/proc/${running.pid}/cgroup`);
        const inPod =
          read.state === "ok" && /kubepods|\/docker[/-]|cri-containerd|crio-|\/lxc/.test(read.text);
        return inPod ? [] : [running];
      }),
  );
  return own.flat();
}

async function runningOf(
  host: Host,
  all: Fact<Processes>,
  wanted: readonly string[],
): Promise<readonly Process[]> {
  if (all.state !== "known") return [];
  const found = wanted.flatMap((one) => {
    const [name = "", word] = one.split(" ");
    return all.value.named(name).filter(({ args }) => word === undefined || args.includes(word));
  });
  return await ofThisHost(host, found);
}

async function gatherServices(host: Host, ask: Ask): Promise<Fact<Services>> {
  const [live, found, all] = await Promise.all([askSystemd(host), ask(units), ask(processes)]);
  if (found.state !== "known") return found;
  const tracked = new Tracked(found.value, live);
  const pulled = found.value.pulls.map(({ unit }) => unit);
  const names = Object.values(knownServices).flatMap((service): readonly string[] => service.units);
  await Promise.all([...new Set([...names, ...pulled])].map((name) => tracked.add(name)));
  const scripts = await initLinks(host);
  for (const [name, links] of scripts.links) tracked.script(name, links);
  const inetd = await inetdEntries(host);
  const superServers = ["inetd", "xinetd"] as const;
  const starts = superServers.some((name) =>
    knownServices[name].units.some((unit) => (tracked.named(unit)?.startedBy.length ?? 0) > 0),
  );
  const states = new Map<string, ServiceState>();
  for (const [name, service] of Object.entries(knownServices)) {
    const own = service.units.map((unit) => tracked.named(unit)).filter((unit) => unit !== undefined);
    const asked: readonly string[] = "inetd" in service ? service.inetd : [];
    states.set(name, {
      hasProcess: service.processes.length > 0,
      units: [...new Set(own)],
      running: await runningOf(host, all, service.processes),
      inetd: starts ? inetd.entries.filter((entry) => asked.includes(entry.name)) : [],
      unread: [
        ...own.flatMap(({ unread }) => unread),
        ...scripts.unread,
        ...(asked.length > 0 ? inetd.unread : []),
      ],
    });
  }
  return known({
    of: (name) => states.get(name) ?? { hasProcess: false, units: [], running: [], inetd: [], unread: [] },
    starting: [...tracked.byName.values()]
      .filter(({ startedBy }) => startedBy.length > 0)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    failed: live.failed,
    activeUnknown: live.unknown,
    live: host.live,
    processes: all,
    unread: [
      ...[...tracked.byName.values()].flatMap(({ unread }) => unread),
      ...scripts.unread,
      ...inetd.unread,
    ],
  });
}

export const services: FactSource<Services> = {
  title: "services: systemd units, links of /etc/rc?.d, inetd and xinetd, `systemctl list-units`, processes",
  waits: "program",
  gather: gatherServices,
};
