// Watched files as things of a snapshot, and back: what the next look need not read again. Compares nothing.
import type { Snapshot, Thing } from "../core/snapshot.js";
import { authorizedKeys } from "./authorized-keys.js";
import type { Ask } from "./source.js";
import type { KnownFile, WatchedFile } from "./watched-files.js";

/** A file with the fields that are compared. */
export function fileThing(file: WatchedFile): Thing {
  if (file.state === "unread") return { kind: "file", key: file.path, fields: { unread: file.reason } };
  const { path, kind, mode, uid, gid, target, sha256, stamp, ctimeMs } = file;
  const fields = {
    kind,
    mode: `0${mode.toString(8).padStart(3, "0")}`,
    owner: `${uid}:${gid}`,
    ...(target === undefined ? {} : { target }),
    ...(sha256 === "" ? {} : { sha256 }),
  };
  return { kind: "file", key: path, fields, changedMs: Math.round(ctimeMs), stamp };
}

/** What a snapshot remembers of files, so that the next one reads only what changed. */
export function knownFiles(snapshot: Snapshot | undefined): ReadonlyMap<string, KnownFile> {
  return new Map(
    (snapshot?.things ?? []).flatMap(({ kind, key, stamp, fields: { sha256 } }) =>
      kind === "file" && stamp !== undefined && sha256 !== undefined
        ? [[key, { stamp, sha256 }] as const]
        : [],
    ),
  );
}

/** The files of keys, which only sshd's configuration tells. */
export async function keyFiles(ask: Ask): Promise<readonly string[]> {
  const fact = await ask(authorizedKeys);
  return fact.state === "known" ? fact.value.files.map(({ path }) => path) : [];
}
