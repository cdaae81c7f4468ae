// The watched files beside the accepted baseline (/var/lib/nodeward/baseline.json). Says what differs, not who did it.
import { absent, failed, known } from "../core/fact.js";
import type { Thing } from "../core/snapshot.js";
import { type Source, wholeFile } from "../core/source.js";
import { parseSnapshot } from "../formats/snapshot.js";
import type { FactSource } from "./source.js";
import { watchFiles } from "./watched-files.js";
import { fileThing, keyFiles, knownFiles } from "./watched-things.js";

const path = "/var/lib/nodeward/baseline.json";
/** A thousand files are some hundred KiB. */
const limit = 64 * 1024 * 1024;

export interface FileDifference {
  readonly path: string;
  /** `is new`, `is gone`, `has other content`, `mode 0644 -> 0666`, joined by commas. */
  readonly what: string;
}

export interface Integrity {
  /** RFC 3339: when the baseline was accepted. */
  readonly acceptedAt: string;
  readonly source: Source;
  /** Files that are compared. */
  readonly watched: number;
  readonly differences: readonly FileDifference[];
  /** Files and folders that could not be read now. */
  readonly unread: readonly string[];
}

function differenceOf(before: Thing, after: Thing): string {
  return Object.keys(after.fields)
    .filter((name) => Object.hasOwn(before.fields, name) && before.fields[name] !== after.fields[name])
    .map((name) =>
      name === "sha256" ? "has other content" : `${name} ${before.fields[name]} -> ${after.fields[name]}`,
    )
    .join(", ");
}

function differences(
  before: readonly Thing[],
  after: readonly Thing[],
  whole: boolean,
): readonly FileDifference[] {
  const [old, now] = [before, after].map((things) => new Map(things.map((thing) => [thing.key, thing])));
  const changed = after.flatMap((thing) => {
    const was = old?.get(thing.key);
    const what = was === undefined ? (whole ? "is new" : "") : differenceOf(was, thing);
    return what === "" ? [] : [{ path: thing.key, what }];
  });
  const gone = before.filter(({ key }) => whole && now?.get(key) === undefined);
  return [...changed, ...gone.map(({ key }) => ({ path: key, what: "is gone" }))];
}

export const integrity: FactSource<Integrity> = {
  title: `the watched files and the accepted baseline (${path})`,
  async gather(host, ask) {
    const read = await host.read(path, { limit });
    if (read.state === "absent") return absent("no baseline was accepted yet: nodeward baseline accept");
    if (read.state !== "ok") return failed(read.reason);
    const kept = parseSnapshot(read.text);
    if (kept.state !== "ok") return failed(`${path}: ${kept.state === "unusable" ? kept.reason : "is gone"}`);
    const { snapshot } = kept;
    const found = await watchFiles(host, knownFiles(snapshot), await keyFiles(ask));
    const files = snapshot.things.filter(({ kind }) => kind === "file");
    const unread = found.files.flatMap((file) => (file.state === "unread" ? [file.reason] : []));
    // Of folders that could not be listed, then or now, nothing is said to be new or gone.
    const whole = found.unread.length === 0 && snapshot.unseen.file === undefined;
    return known({
      acceptedAt: snapshot.takenAt,
      source: wholeFile(path, `accepted ${snapshot.takenAt}`),
      watched: files.length,
      differences: differences(files, found.files.map(fileThing), whole),
      unread: [...found.unread, ...unread],
    });
  },
};
