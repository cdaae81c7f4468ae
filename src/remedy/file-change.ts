// One change of a file as the plan shows it: before and after, with the directories it needs and its diff. Pure.
import type { FileChange, Image, Wanted } from "../core/plan.js";
import { printable } from "../core/printable.js";
import { redact } from "../core/redact.js";
import type { Place } from "./place.js";
import { holdsSecrets } from "./secret-files.js";
import { unifiedDiff } from "./unified-diff.js";

/** Numbers of the node's users and groups. */
export interface Owners {
  uid(name: string): number | undefined;
  gid(name: string): number | undefined;
}

export type Made =
  | { readonly state: "ok"; readonly changes: readonly FileChange[] }
  | { readonly state: "impossible"; readonly reason: string };

function idOf(name: string, known: (name: string) => number | undefined): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : (known(name) ?? (name === "root" ? 0 : undefined));
}

/** `user:group` in numbers: what is restored and compared must not depend on names. */
function numbers(owner: string, owners: Owners): string | undefined {
  const [user = "", group = ""] = owner.split(":");
  const [uid, gid] = [idOf(user, owners.uid), idOf(group, owners.gid)];
  return uid === undefined || gid === undefined ? undefined : `${uid}:${gid}`;
}

function withNumbers(wanted: Wanted, owners: Owners): Wanted | string {
  if (!("owner" in wanted) || wanted.owner === undefined) return wanted;
  const owner = numbers(wanted.owner, owners);
  return owner === undefined
    ? `no such owner on this node: ${printable(wanted.owner)}`
    : { ...wanted, owner };
}

/** What a line of a file may be shown as. */
function shown(line: string): string {
  return redact(line)
    .split("\t")
    .map((part) => printable(part, 2000))
    .join("\t");
}

/** A diff that may be shown and kept: redacted, and empty for what holds secrets. */
export function shownDiff(
  path: string,
  old: string,
  fresh: string,
  before: Image,
  after: Image | Wanted,
): string {
  if (holdsSecrets(path, old) || holdsSecrets(path, fresh)) return "";
  const side = (letter: string, image: Image | Wanted) =>
    image.state === "absent" ? "/dev/null" : `${letter}${path}`;
  const diff = unifiedDiff({ name: side("a", before), text: old }, { name: side("b", after), text: fresh });
  return diff
    .split("\n")
    .map((line) => shown(line))
    .join("\n");
}

function diffOf({ path, image, read }: Place, wanted: Wanted): string {
  return wanted.state === "file" ? shownDiff(path, read?.text ?? "", wanted.content, image, wanted) : "";
}

function sameAttributes(image: Image, wanted: { readonly mode?: number; readonly owner?: string }): boolean {
  if (!("mode" in image)) return false;
  const owner = `${image.uid}:${image.gid}`;
  return (wanted.mode ?? image.mode) === image.mode && (wanted.owner ?? owner) === owner;
}

/** Is the place already as wanted? */
function isThere({ image, read }: Place, wanted: Wanted): boolean {
  if (wanted.state === "absent") return image.state === "absent";
  if (wanted.state === "symlink") return image.state === "symlink" && image.target === wanted.target;
  if (wanted.state === "directory") return image.state === "directory";
  if (wanted.state === "attributes") return sameAttributes(image, wanted);
  return image.state === "file" && read?.text === wanted.content && sameAttributes(image, wanted);
}

/** Why what is there cannot become what is wanted. */
function obstacle({ path, image }: Place, wanted: Wanted): string | undefined {
  if (wanted.state === "attributes" && image.state === "absent") return `${path}: is not there`;
  if (wanted.state === "attributes" || image.state === "absent") return undefined;
  if (image.state === "directory") return `${path}: is a directory`;
  return undefined;
}

/** No change at all where the place is already as wanted. */
export function fileChange(place: Place, asked: Wanted, checks: readonly string[], owners: Owners): Made {
  const wanted = withNumbers(asked, owners);
  if (typeof wanted === "string")
    return { state: "impossible", reason: `${printable(place.path)}: ${wanted}` };
  if (isThere(place, wanted)) return { state: "ok", changes: [] };
  const reason = obstacle(place, wanted);
  if (reason !== undefined) return { state: "impossible", reason: printable(reason) };
  const directories = place.directories.map(
    (path): FileChange => ({
      path,
      before: { state: "absent" },
      wanted: { state: "directory", mode: 0o755, owner: "0:0" },
      checks,
      diff: "",
    }),
  );
  const change = { path: place.path, before: place.image, wanted, checks, diff: diffOf(place, wanted) };
  return { state: "ok", changes: [...directories, change] };
}
