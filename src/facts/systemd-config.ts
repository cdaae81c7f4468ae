// The settings of one of systemd's own configuration files (journald.conf, coredump.conf, …), drop-ins included, as its
// programs read them (systemd-system.conf(5), "Configuration Directories and Precedence"). Units have a fact of their own.
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { parseUnit } from "../formats/systemd-unit.js";
import { LineIndex } from "../formats/traced.js";
import type { Host, ReadOk } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";

export interface SystemdSetting {
  readonly value: string;
  readonly source: Source;
}

export interface SystemdConfig {
  /** The assignment that counts: the last one, drop-ins after the main file. */
  get(section: string, key: string): SystemdSetting | undefined;
  /** Files that were read, in order. */
  readonly files: readonly string[];
  /** What could not be read: settings may differ. */
  readonly unread: readonly string[];
  /** A step that makes `key` hold `value`: in place where the winning line lies under /etc, else a drop-in of its own. */
  set(section: string, key: string, value: string): Step;
}

const folders = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

interface Placed extends SystemdSetting {
  readonly section: string;
  readonly key: string;
}

function settingsOf(path: string, read: ReadOk): readonly Placed[] {
  const lines = new LineIndex(read.text);
  return parseUnit(read.text, read.encoding).assignments.map(({ section, key, value, span }) => ({
    section,
    key,
    value,
    source: lines.source(path, span),
  }));
}

/** Reads `name` (`journald.conf`) and `name`.d. */
export async function systemdConfig(host: Host, name: string): Promise<SystemdConfig> {
  const found = await dropIns(host, {
    directories: folders.map((folder) => `${folder}/${name}.d`),
    accepts: (file) => file.endsWith(".conf") && !file.startsWith("."),
    directoriesHide: false,
  });
  const mains = await Promise.all(folders.map((folder) => host.read(`${folder}/${name}`)));
  const main = mains.find(({ state }) => state !== "absent");
  const reads = [
    ...(main?.state === "ok" ? [{ path: main.path, read: main }] : []),
    ...found.files.flatMap(({ path, read }) => (read === undefined ? [] : [{ path, read }])),
  ];
  const settings = reads.flatMap(({ path, read }) => settingsOf(path, read));
  const last = (section: string, key: string) =>
    settings.findLast((setting) => setting.section === section && setting.key === key);
  return {
    get: last,
    files: reads.map(({ path }) => path),
    unread: [...(main === undefined || main.state === "ok" ? [] : [main.reason]), ...found.unread],
    set: (section, key, value) => {
      const winner = last(section, key);
      if (winner?.source.file.startsWith("/etc/") === true) {
        const { file, span } = winner.source;
        return { kind: "edit", file, edits: [{ span, text: `${key}=${value}` }] };
      }
      const file = `/etc/systemd/${name}.d/zz-nodeward-${key.toLowerCase()}.conf`;
      return { kind: "write", file, content: `[${section}]\n${key}=${value}\n`, mode: 0o644 };
    },
  };
}
