// The database of rpm read from its own file, where rpm is not there to be asked (--root): the installed packages with their
// files. Not the one of Berkeley DB, and not what rpm itself answers on a running machine (facts/packages.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type RpmHeader, rpmHeader } from "../formats/rpm-header.js";
import { ndbBlobs } from "../formats/rpm-ndb.js";
import { sqliteTable } from "../formats/sqlite.js";
import type { Host, Read } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface RpmDatabase {
  readonly path: string;
  readonly headers: readonly RpmHeader[];
}

/** That of a machine with some thousand packages is near 200 MiB. */
const databaseLimit = 256 * 1024 * 1024;

/** Fedora and SUSE moved it below /usr; RHEL keeps the old place. */
const folders = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"];

/** Of a file that is a database in each of rpm's formats, the newest first: a conversion leaves the old one. */
export const rpmDatabases: readonly string[] = ["rpmdb.sqlite", "Packages.db", "Packages"].flatMap((name) =>
  folders.map((folder) => `${folder}/${name}`),
);

/** The bytes as they lie in the file, whatever they look like. */
function bytesOf(read: Read): Uint8Array {
  return read.state === "ok" ? Buffer.from(read.text, read.encoding) : new Uint8Array();
}

function headersOf(path: string, blobs: readonly Uint8Array[]): Fact<RpmDatabase> {
  const headers: RpmHeader[] = [];
  for (const blob of blobs) {
    const read = rpmHeader(blob);
    if (read.state !== "ok") return failed(`${path} cannot be followed: ${read.reason}`);
    headers.push(read.header);
  }
  return headers.length === 0 ? failed(`${path} names no package`) : known({ path, headers });
}

/** What is not yet in the file: a log that is to be read with it, or a transaction that was cut off. */
async function ofSqlite(host: Host, path: string, bytes: Uint8Array): Promise<Fact<RpmDatabase>> {
  const [log, cut] = await Promise.all([
    host.read(`${path}-wal`, { limit: databaseLimit }),
    host.stat(`${path}-journal`),
  ]);
  if (log.state !== "ok" && log.state !== "absent") return failed(log.reason);
  if (cut.state !== "absent" && (cut.state !== "ok" || cut.size > 0))
    return failed(`${path}-journal: a transaction was cut off, which only rpm can put right`);
  const table = sqliteTable(bytes, bytesOf(log), "Packages");
  if (table.state !== "ok") return failed(`${path} cannot be followed: ${table.reason}`);
  const blobs = table.rows.map(([, blob]) => blob).filter((blob) => blob instanceof Uint8Array);
  if (blobs.length < table.rows.length) return failed(`${path} cannot be followed: a package has no header`);
  return headersOf(path, blobs);
}

async function databaseAt(host: Host, path: string): Promise<Fact<RpmDatabase>> {
  if (path.endsWith("/Packages"))
    return failed(
      `${path} is of Berkeley DB, which only rpm reads: convert a copy (rpmdb --rebuilddb), or ask on the running node`,
    );
  const read = await host.read(path, { limit: databaseLimit });
  if (read.state !== "ok") return failed(read.reason);
  const bytes = bytesOf(read);
  if (path.endsWith(".sqlite")) return await ofSqlite(host, path, bytes);
  const ndb = ndbBlobs(bytes);
  return ndb.state === "ok"
    ? headersOf(path, ndb.blobs)
    : failed(`${path} cannot be followed: ${ndb.reason}`);
}

export const rpmDatabase: FactSource<RpmDatabase> = {
  title: `the database of rpm (${folders.map((folder) => `${folder}/rpmdb.sqlite`).join(", ")}, Packages.db)`,
  async gather(host) {
    for (const path of rpmDatabases) {
      const stat = await host.stat(path);
      if (stat.state === "absent") continue;
      return stat.state === "ok" ? await databaseAt(host, path) : failed(stat.reason);
    }
    return absent("no package database (dpkg, rpm) on this node");
  },
};
