// Are two images of a path the same file? Compares values only.
import type { Image } from "../core/plan.js";

/** A hash that was not taken, because the bytes stay, says nothing against it; a size then neither. */
export function sameImage(a: Image, b: Image): boolean {
  if (a.state === "file" && b.state === "file") {
    const bytes = a.sha256 === "" || b.sha256 === "" || (a.sha256 === b.sha256 && a.size === b.size);
    return bytes && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
  }
  if (a.state === "directory" && b.state === "directory")
    return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;
  if (a.state === "symlink" && b.state === "symlink")
    return a.target === b.target && a.uid === b.uid && a.gid === b.gid;
  return a.state === "absent" && b.state === "absent";
}

/**
 * May `now` be what an interrupted change from `before` to `after` of mode and owner left: each of the two either old
 * or new, the mode no wider than either?
 */
export function halfWay(now: Image, before: Image, after: Image): boolean {
  if (now.state === "absent" || before.state === "absent" || after.state === "absent") return false;
  if (now.state === "symlink" || before.state === "symlink" || after.state === "symlink") return false;
  if (now.state !== before.state || now.state !== after.state) return false;
  const owner = (image: { uid: number; gid: number }) => `${image.uid}:${image.gid}`;
  const modes = [before.mode, after.mode, before.mode & after.mode & 0o777];
  return [owner(before), owner(after)].includes(owner(now)) && modes.includes(now.mode);
}

/** A new directory before it got its mode and owner. */
export function newDirectory(now: Image, after: Image): boolean {
  return (
    now.state === "directory" &&
    after.state === "directory" &&
    [0o700, after.mode].includes(now.mode) &&
    [0, after.uid].includes(now.uid)
  );
}
