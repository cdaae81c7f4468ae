// Saves what will be changed before anything is: bytes under their hash, attributes in empty files. On the disk when
// it returns. Changes no file of the node outside the state directory.
import type { GroupRecord } from "../core/journal-event.js";
import type { NodeWriter, Place, Refused, StateFiles } from "../host/node-writer.js";
import { keptName, saveOriginals as saveBytes } from "../state/originals.js";
import { isPlace, type PreparedFile, type PreparedGroup } from "./prepare.js";
import { sameImage } from "./same-image.js";

export type Saved =
  | {
      readonly state: "ok";
      readonly groups: readonly PreparedGroup[];
      readonly records: readonly GroupRecord[];
    }
  | Refused;

/** Places whose attributes are kept in one go: each holds two descriptors. */
const atOnce = 100;

function open(writer: NodeWriter, { record }: PreparedFile): Place | Refused {
  const place = writer.open(record.realPath, record.inPlace ? "attributes" : "name");
  if (!isPlace(place) || sameImage(place.image, record.before)) return place;
  place.close();
  const { path } = record;
  return { state: "refused", path, reason: `${path}: was changed since the plan was made` };
}

interface Keeping {
  readonly place: Place;
  readonly name: string;
}

/** Only regular files have more than an image tells; a link has its target, a directory its mode. */
function saveSome(
  writer: NodeWriter,
  files: StateFiles,
  some: readonly { readonly file: PreparedFile; readonly name: string }[],
): Refused | undefined {
  const keeping: Keeping[] = [];
  const originals: Buffer[] = [];
  try {
    for (const { file, name } of some) {
      const place = open(writer, file);
      if (!isPlace(place)) return place;
      keeping.push({ place, name });
      if (file.record.inPlace) continue;
      const read = place.read();
      if (read.state !== "ok") return read;
      originals.push(read.bytes);
    }
    const saved = saveBytes(files, originals);
    const kept = saved.state === "ok" ? files.keep(keeping) : saved;
    return kept.state === "ok" ? undefined : kept;
  } finally {
    for (const { place } of keeping) place.close();
  }
}

/** Saves the originals of a run. A refusal names the file; nothing was changed then. */
export function saveOriginals(
  writer: NodeWriter,
  files: StateFiles,
  run: string,
  groups: readonly PreparedGroup[],
): Saved {
  const all = groups.flatMap((group) => group.files);
  const need = all.reduce((sum, { record: { before, after, inPlace } }) => {
    const size = (image: typeof before) => (image.state === "file" && !inPlace ? image.size : 0);
    return sum + size(before) + size(after);
  }, 0);
  const room = writer.room(
    all.map(({ record }) => record.realPath),
    need,
  );
  if (room.state !== "ok") return room;
  const names = new Map<PreparedFile, string>();
  for (const file of all) if (file.record.before.state === "file") names.set(file, keptName(run, names.size));
  const pairs = [...names].map(([file, name]) => ({ file, name }));
  for (let start = 0; start < pairs.length; start += atOnce) {
    const bad = saveSome(writer, files, pairs.slice(start, start + atOnce));
    if (bad !== undefined) return bad;
  }
  const withKept = groups.map(({ group, files: some }) => ({
    group,
    files: some.map((file) => ({ ...file, record: { ...file.record, kept: names.get(file) ?? null } })),
  }));
  const records = withKept.map(({ group, files: some }) => ({
    ...group,
    files: some.map(({ record }) => record),
  }));
  return { state: "ok", groups: withKept, records };
}
