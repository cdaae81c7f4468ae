// Who did what on this node lately, as its logs tell: the package manager, login sessions, sudo, the kernel's audit log.
// Judges nothing, and ties nothing to a change (engine/attribute.ts).
import { type AuditedPath, parseAuditPaths } from "../formats/audit-paths.js";
import { type DpkgDeed, parseDpkgLog } from "../formats/dpkg-log.js";
import { parseSudoLog, type SudoCommand } from "../formats/sudo-log.js";
import { type LoginSession, parseWtmp } from "../formats/wtmp.js";
import type { Host, Read } from "../host/host.js";

export interface Deeds {
  readonly packages: readonly DpkgDeed[];
  readonly sessions: readonly LoginSession[];
  readonly commands: readonly SudoCommand[];
  readonly audited: readonly AuditedPath[];
}

/** Logs are rotated at this size or long before; a larger one is not read. */
const logLimit = 64 * 1024 * 1024;

/** A log and the one before it, the older first: `auth.log.1`, or `auth.log-20261122` (logrotate(8), dateext). */
async function rotated(host: Host, path: string): Promise<readonly string[]> {
  const at = path.lastIndexOf("/") + 1;
  const [folder, name] = [path.slice(0, at - 1), path.slice(at)];
  const listing = await host.list(folder);
  const entries = listing.state === "ok" ? listing.entries.map((entry) => entry.name) : [];
  const dated = entries
    .filter(
      (entry) => entry.startsWith(`${name}-`) && /^\d{8}(?:-?\d{1,10})?$/.test(entry.slice(name.length + 1)),
    )
    .sort()
    .at(-1);
  return [`${path}.1`, ...(dated === undefined ? [] : [`${folder}/${dated}`]), path];
}

async function reads(host: Host, paths: readonly string[]): Promise<readonly Read[]> {
  const all = (await Promise.all(paths.map((path) => rotated(host, path)))).flat();
  return await Promise.all(all.map((path) => host.read(path, { limit: logLimit })));
}

async function logs(host: Host, ...paths: readonly string[]): Promise<readonly string[]> {
  return (await reads(host, paths)).flatMap((read) => (read.state === "ok" ? [read.text] : []));
}

function bytesOf(read: Read): Buffer {
  if (read.state !== "ok") return Buffer.alloc(0);
  return Buffer.from(read.text, read.encoding === "latin1" ? "latin1" : "utf8");
}

async function sessionsOf(host: Host, path: string): Promise<readonly LoginSession[]> {
  return (await reads(host, [path])).flatMap((read) => parseWtmp(bytesOf(read)) ?? []);
}

/** What happened since `sinceMs`; logs that are absent or unreadable tell nothing. */
export async function deedsSince(host: Host, sinceMs: number): Promise<Deeds> {
  const [dpkg, auth, audit, sessions] = await Promise.all([
    logs(host, "/var/log/dpkg.log"),
    logs(host, "/var/log/auth.log", "/var/log/secure"),
    logs(host, "/var/log/audit/audit.log"),
    sessionsOf(host, "/var/log/wtmp"),
  ]);
  const recent = <T extends { readonly atMs: number }>(all: readonly T[]) =>
    all.filter(({ atMs }) => atMs >= sinceMs);
  return {
    packages: recent(dpkg.flatMap(parseDpkgLog)),
    commands: recent(auth.flatMap((text) => parseSudoLog(text, host.now))),
    audited: recent(audit.flatMap(parseAuditPaths)),
    sessions: sessions.filter(({ untilMs }) => untilMs === undefined || untilMs >= sinceMs),
  };
}
