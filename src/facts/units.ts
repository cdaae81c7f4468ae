// The systemd units on the node, by name, read when asked for: state, settings and commands. Asks no running systemd.
import { absent, failed, known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import { packages } from "./packages.js";
import { platform } from "./platform.js";
import type { Ask, FactSource } from "./source.js";
import { aliasesIn, type LoadedUnit, loadUnit } from "./unit.js";
import type { Surroundings } from "./unit-environment.js";
import { type Exec, execOf } from "./unit-exec.js";
import { type Pull, unitLayout } from "./unit-paths.js";
import { inForce, type UnitSetting } from "./unit-state.js";

export interface Unit extends LoadedUnit {
  /** The assignments in force of a list such as `After`: those after the last empty one. */
  list(section: string, key: string): readonly UnitSetting[];
  /** The assignment in force of a single value. */
  last(section: string, key: string): UnitSetting | undefined;
  /** The commands of ExecStart, or of another key, as they are run. */
  exec(key?: string): Promise<Exec>;
}

export interface Units {
  /** Every name that has a file or link, aliases and templates too; in byte order. */
  readonly names: readonly string[];
  /** Every link under `.wants`, `.requires` and `.upholds`, in any folder. */
  readonly pulls: readonly Pull[];
  /** Undefined: no file gives such a unit. A template is found by its instances' names too. */
  get(name: string): Promise<Unit | undefined>;
}

/** Specifiers of systemd.unit(5) for a system service, as far as names and fixed folders tell them. */
function specifiers(
  unit: LoadedUnit,
  asked: string,
  hostname: string,
): (letter: string) => string | null | undefined {
  const full = asked.includes("@") && !unit.name.includes("@") ? unit.name : asked;
  const stem = full.slice(0, full.lastIndexOf("."));
  const at = stem.indexOf("@");
  const prefix = at < 0 ? stem : stem.slice(0, at);
  const instance = at < 0 ? "" : stem.slice(at + 1);
  const last = prefix.slice(prefix.lastIndexOf("-") + 1);
  const plain = (text: string) =>
    text
      .replaceAll("-", "/")
      .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const user =
    unit.settings.findLast(({ section, key }) => section === "Service" && key === "User")?.value ?? "";
  const own = user === "" || user === "root" || user === "0";
  const values: Readonly<Record<string, string | null>> = {
    n: full,
    N: stem,
    p: prefix,
    P: plain(prefix),
    i: instance,
    I: plain(instance),
    j: last,
    J: plain(last),
    f: `/${plain(instance === "" ? prefix : instance)}`,
    y: unit.fragment,
    Y: unit.fragment.slice(0, unit.fragment.lastIndexOf("/")),
    t: "/run",
    S: "/var/lib",
    C: "/var/cache",
    L: "/var/log",
    E: "/etc",
    T: "/tmp",
    V: "/var/tmp",
    H: hostname,
    l: hostname.split(".", 1)[0] ?? "",
    // The manager's user, not User=, which only %u, %U, %g, %G, %h, %s of a user manager would follow.
    u: "root",
    U: "0",
    g: "root",
    G: "0",
    h: "/root",
    s: own ? "/bin/sh" : null,
    a: null,
    A: null,
    b: null,
    B: null,
    d: null,
    m: null,
    M: null,
    o: null,
    q: null,
    v: null,
    w: null,
    W: null,
  };
  return (letter) => (Object.hasOwn(values, letter) ? values[letter] : undefined);
}

async function surroundingsOf(ask: Ask, unit: LoadedUnit, asked: string): Promise<Surroundings> {
  const os = await ask(platform);
  const specifier = specifiers(unit, asked, os.state === "known" ? os.value.hostname : "");
  return {
    specifier,
    commentsContinue: async () => {
      const installed = await ask(packages);
      const version = installed.state === "known" ? installed.value.get("systemd")?.version : undefined;
      return version !== undefined && Number.parseInt(version, 10) < 254;
    },
  };
}

function unitOf(host: Host, ask: Ask, loaded: LoadedUnit, asked: string): Unit {
  return {
    ...loaded,
    list: (section, key) => inForce(loaded.settings, section, key),
    last: (section, key) =>
      loaded.settings.findLast((setting) => setting.section === section && setting.key === key),
    exec: async (key = "ExecStart") => execOf(host, loaded, await surroundingsOf(ask, loaded, asked), key),
  };
}

export const units: FactSource<Units> = {
  title: "the systemd units and their drop-ins (systemd/system under /etc, /run, /usr/local/lib, /usr/lib)",
  async gather(host, ask) {
    const layout = await unitLayout(host);
    if (layout === undefined) return absent("no systemd unit folder on this node");
    // What cannot be listed could hold or mask any unit.
    if (layout.unread[0] !== undefined) return failed(layout.unread.join("; "));
    const aliases = aliasesIn(layout);
    const loaded = new Map<string, Promise<Unit | undefined>>();
    return known({
      pulls: layout.pulls,
      names: [...layout.winners.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      get: (name: string) => {
        const before = loaded.get(name);
        if (before !== undefined) return before;
        const made = loadUnit(host, layout, aliases, name).then((unit) =>
          unit === undefined ? undefined : unitOf(host, ask, unit, name),
        );
        loaded.set(name, made);
        return made;
      },
    });
  },
};
