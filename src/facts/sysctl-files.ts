// The files that set kernel settings at boot, in the order in which each program reads them (sysctl.d(5), sysctl(8),
// ufw(8)). Not what is in force (facts/sysctl.ts).
import { place } from "../core/source.js";
import type { SysctlReader } from "../formats/sysctl-conf.js";
import { lastOf, parseUfwConf } from "../formats/ufw-conf.js";
import type { Host, ReadOk } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";
import { packages } from "./packages.js";
import type { Ask } from "./source.js";

export interface SysctlSource {
  readonly name: string;
  readonly path: string;
  readonly read: ReadOk;
}

export interface SysctlFiles {
  /** Which program applies them at boot; `none` where its unit is masked. */
  readonly boot: SysctlReader | "none";
  readonly systemd: readonly SysctlSource[];
  /** The same directories, and /etc/sysctl.conf last of all. */
  readonly procps: readonly SysctlSource[];
  /** ufw's own, where ufw is enabled. */
  readonly ufw: SysctlSource | undefined;
  readonly unread: readonly string[];
  /** One of the directories or files exists. */
  readonly any: boolean;
}

const directories = [
  "/etc/sysctl.d",
  "/run/sysctl.d",
  "/usr/local/lib/sysctl.d",
  "/usr/lib/sysctl.d",
  "/lib/sysctl.d",
];
export const mainFile = "/etc/sysctl.conf";
const programs = ["/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"];
const unit = "/etc/systemd/system/systemd-sysctl.service";

async function bootReader(host: Host): Promise<SysctlFiles["boot"]> {
  const [stats, link] = await Promise.all([
    Promise.all(programs.map((path) => host.stat(path))),
    host.readlink(unit),
  ]);
  if (stats.every(({ state }) => state === "absent")) return "procps";
  return link.state === "ok" && link.target === "/dev/null" ? "none" : "systemd";
}

interface Ufw {
  readonly file: SysctlSource | undefined;
  readonly unread: readonly string[];
}

/** ufw-init sources both files and, where ufw is enabled, hands IPT_SYSCTL to `sysctl -p`. */
async function ufwFile(host: Host): Promise<Ufw> {
  const reads = await Promise.all([host.read("/etc/default/ufw"), host.read("/etc/ufw/ufw.conf")]);
  // Without either file ufw does not start.
  if (reads.some(({ state }) => state === "absent")) return { file: undefined, unread: [] };
  const unread = reads.flatMap((read) => (read.state === "ok" ? [] : [read.reason]));
  if (unread.length > 0) return { file: undefined, unread };
  const values = reads.flatMap((read) => (read.state === "ok" ? [parseUfwConf(read.path, read.text)] : []));
  const last = (name: string) =>
    values.map((conf) => lastOf(conf, name)).findLast((one) => one !== undefined);
  const [enabled, path] = [last("ENABLED"), last("IPT_SYSCTL")];
  for (const one of [enabled, path])
    if (one !== undefined && one.value === undefined)
      return { file: undefined, unread: [`${place(one.source)}: what the shell makes of it is not known`] };
  if (enabled?.value?.toLowerCase() !== "yes" || path?.value?.startsWith("/") !== true)
    return { file: undefined, unread: [] };
  const read = await host.read(path.value);
  if (read.state === "ok") return { file: { name: path.value, path: path.value, read }, unread: [] };
  return { file: undefined, unread: read.state === "absent" ? [] : [read.reason] };
}

/** From procps 4.0.5 on a pattern without a value keeps other patterns off (NEWS; tried with 4.0.4 and 4.0.7). */
export async function patternsExcludeOn(ask: Ask): Promise<boolean | undefined> {
  const installed = await ask(packages);
  if (installed.state !== "known") return undefined;
  const found = installed.value.get("procps") ?? installed.value.get("procps-ng");
  const parts = /^(?:\d+:)?(\d+)\.(\d+)(?:\.(\d+))?/.exec(found?.version ?? "");
  if (parts === null) return undefined;
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return major > 4 || (major === 4 && (minor > 0 || patch >= 5));
}

export async function sysctlFiles(host: Host): Promise<SysctlFiles> {
  const [boot, found, main, ufw] = await Promise.all([
    bootReader(host),
    dropIns(host, { directories, accepts: (name) => name.endsWith(".conf"), directoriesHide: true }),
    host.read(mainFile),
    ufwFile(host),
  ]);
  const files = found.files.flatMap(({ name, path, read }) =>
    read === undefined ? [] : [{ name, path, read }],
  );
  const last = main.state === "ok" ? [{ name: "sysctl.conf", path: mainFile, read: main }] : [];
  const mainUnread = main.state === "denied" || main.state === "failed" ? [main.reason] : [];
  return {
    boot,
    // systemd passes over hidden files, sysctl does not.
    systemd: files.filter(({ name }) => !name.startsWith(".")),
    procps: [...files, ...last],
    ufw: ufw.file,
    unread: [...found.unread, ...mainUnread, ...ufw.unread],
    any: found.directories.length > 0 || main.state !== "absent",
  };
}
