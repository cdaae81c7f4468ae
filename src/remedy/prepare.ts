// From what a plan wants of some paths to what will be done to which file: links resolved, rules asked, owners looked
// up, missing directories named. Reads; changes nothing.
import { createHash } from "node:crypto";
import type { FileRecord, GroupRecord } from "../core/journal-event.js";
import type { FileChange, Group, Image, Wanted } from "../core/plan.js";
import type { NewFile, NodeWriter, Place, Refused, Use } from "../host/node-writer.js";
import { sameImage } from "./same-image.js";

/** `user:group`, names or numbers -> ids; undefined where there is no such account. */
export type OwnerOf = (owner: string) => { readonly uid: number; readonly gid: number } | undefined;

/** One file with what its new bytes are, which the journal does not keep. */
export interface PreparedFile {
  readonly record: FileRecord;
  readonly bytes: Buffer | undefined;
  readonly like: NewFile["like"];
}

export interface PreparedGroup {
  readonly group: Omit<GroupRecord, "files">;
  readonly files: readonly PreparedFile[];
}

/** A path that must not or cannot be changed, for the checks that asked for it. */
export interface RefusedChange extends Refused {
  readonly checks: readonly string[];
}

export interface Prepared {
  readonly groups: readonly PreparedGroup[];
  readonly refused: readonly RefusedChange[];
}

export function useFor(wanted: Wanted): Use {
  if (wanted.state === "file") return "content";
  return wanted.state === "attributes" || wanted.state === "directory" ? "attributes" : "name";
}

export type Inspected =
  | { readonly state: "ok"; readonly realPath: string; readonly image: Image }
  /** Neither it nor the directories of `missing`, the outermost first. */
  | { readonly state: "nowhere"; readonly realPath: string; readonly missing: readonly string[] }
  | Refused;

async function nowhere(writer: NodeWriter, path: string, directory: string): Promise<Inspected> {
  const above = await inspect(writer, directory, "name");
  if (above.state === "refused") return above;
  const missing = [...(above.state === "nowhere" ? above.missing : []), above.realPath];
  return {
    state: "nowhere",
    realPath: `${above.realPath}/${path.slice(path.lastIndexOf("/") + 1)}`,
    missing,
  };
}

/** What is at a path, and whether the rules let it be changed so. */
export async function inspect(writer: NodeWriter, path: string, use: Use): Promise<Inspected> {
  const located = await writer.locate(path, use);
  if (located.state === "refused") return located;
  if (located.state === "no-directory") return await nowhere(writer, path, located.path);
  const place = writer.open(located.realPath, use);
  if ("state" in place) return place;
  const { image, realPath } = place;
  place.close();
  return { state: "ok", realPath, image };
}

interface After {
  readonly state: "ok";
  readonly image: Image;
  readonly inPlace: boolean;
  readonly bytes: Buffer | undefined;
}

const newFile = { mode: 0o644, uid: 0, gid: 0 };

function withOwner(
  path: string,
  owner: string | undefined,
  old: { readonly uid: number; readonly gid: number },
  ownerOf: OwnerOf,
): { readonly uid: number; readonly gid: number } | Refused {
  if (owner === undefined) return { uid: old.uid, gid: old.gid };
  const ids = ownerOf(owner);
  return ids ?? { state: "refused", path, reason: `${path}: there is no ${owner} on this machine` };
}

function fileAfter(
  path: string,
  wanted: Wanted & { readonly state: "file" },
  before: Image,
  ownerOf: OwnerOf,
): After | Refused {
  if (before.state !== "file" && before.state !== "absent")
    return { state: "refused", path, reason: `${path}: is a ${before.state}, not a file` };
  const old = before.state === "file" ? before : newFile;
  const owner = withOwner(path, wanted.owner, old, ownerOf);
  if ("state" in owner) return owner;
  const bytes = Buffer.from(wanted.content, wanted.encoding);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const image: Image = {
    state: "file",
    sha256,
    size: bytes.length,
    mode: wanted.mode ?? old.mode,
    uid: owner.uid,
    gid: owner.gid,
  };
  return { state: "ok", image, inPlace: false, bytes };
}

/** What a path will be. */
function afterOf(path: string, wanted: Wanted, before: Image, ownerOf: OwnerOf): After | Refused {
  const refuse = (reason: string): Refused => ({ state: "refused", path, reason: `${path}: ${reason}` });
  const become = (image: Image, inPlace = false): After => ({
    state: "ok",
    image,
    inPlace,
    bytes: undefined,
  });
  if (wanted.state === "file") return fileAfter(path, wanted, before, ownerOf);
  if (wanted.state === "absent" || wanted.state === "symlink") {
    if (before.state === "directory") return refuse("is a directory, which is not removed");
    return become(wanted.state === "absent" ? wanted : { ...wanted, uid: 0, gid: 0 });
  }
  if (wanted.state === "directory" && before.state !== "directory") {
    if (before.state !== "absent") return refuse(`is a ${before.state}, not a directory`);
    const owner = withOwner(path, wanted.owner, newFile, ownerOf);
    return "state" in owner ? owner : become({ state: "directory", mode: wanted.mode, ...owner });
  }
  if (before.state !== "file" && before.state !== "directory") return refuse("is not there any more");
  const owner = withOwner(path, wanted.owner, before, ownerOf);
  return "state" in owner ? owner : become({ ...before, mode: wanted.mode ?? before.mode, ...owner }, true);
}

function newDirectories(missing: readonly string[], checks: readonly string[]): readonly PreparedFile[] {
  return missing.map((path) => ({
    record: {
      path,
      realPath: path,
      before: { state: "absent" },
      after: { state: "directory", mode: 0o755, uid: 0, gid: 0 },
      inPlace: false,
      kept: null,
      checks,
      diff: "",
    },
    bytes: undefined,
    like: "none",
  }));
}

async function prepareFile(
  writer: NodeWriter,
  change: FileChange,
  ownerOf: OwnerOf,
): Promise<readonly PreparedFile[] | Refused> {
  const { path, wanted, checks, diff } = change;
  const found = await inspect(writer, path, useFor(wanted));
  if (found.state === "refused") return found;
  const before: Image = found.state === "ok" ? found.image : { state: "absent" };
  if (!sameImage(before, change.before))
    return { state: "refused", path, reason: `${path}: was changed since the plan was made` };
  const after = afterOf(path, wanted, before, ownerOf);
  if (after.state === "refused") return after;
  if (sameImage(before, after.image)) return [];
  const record: FileRecord = {
    path,
    realPath: found.realPath,
    before,
    after: after.image,
    inPlace: after.inPlace,
    kept: null,
    checks,
    diff,
  };
  const like = before.state === "file" ? "place" : "none";
  const made = { record, bytes: after.bytes, like } as const;
  return [...(found.state === "nowhere" ? newDirectories(found.missing, checks) : []), made];
}

/** Each real path once: several files may need the same new directory. */
function once(files: readonly PreparedFile[]): readonly PreparedFile[] {
  const seen = new Set<string>();
  return files.filter(({ record }) => !seen.has(record.realPath) && seen.add(record.realPath));
}

/** Looks at every path of some groups. A refused path is left out, and named: what its checks need is not whole then. */
export async function prepare(
  writer: NodeWriter,
  groups: readonly Group[],
  ownerOf: OwnerOf,
): Promise<Prepared> {
  const refused: RefusedChange[] = [];
  const prepared: PreparedGroup[] = [];
  for (const { files, ...group } of groups) {
    const ready: PreparedFile[] = [];
    for (const change of files) {
      const made = await prepareFile(writer, change, ownerOf);
      if ("state" in made) refused.push({ ...made, checks: change.checks });
      else ready.push(...made);
    }
    prepared.push({ group, files: once(ready) });
  }
  const flags = writer.flagged(prepared.flatMap(({ files }) => files.map(({ record }) => record.realPath)));
  for (const flag of flags) {
    const concerned = prepared.flatMap(({ files }) =>
      files.filter(
        ({ record: { realPath } }) => realPath === flag.path || realPath.startsWith(`${flag.path}/`),
      ),
    );
    refused.push({ ...flag, checks: [...new Set(concerned.flatMap(({ record }) => record.checks))] });
  }
  return { groups: prepared, refused };
}

export function isPlace(place: Place | Refused): place is Place {
  return !("state" in place);
}
