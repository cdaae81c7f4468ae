// What stat(2) would say of a staged path: what is wanted, and for the rest what is there. Not where it lies (overlay.ts).
import type { Wanted } from "../core/plan.js";
import type { FileKind, Host, StatResult } from "./host.js";

/** `user:group` as numbers; a part that is not known stays as it is. */
export type OwnerIds = (owner: string) => {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
};

export const stagedKinds: Readonly<Record<Exclude<Wanted["state"], "absent" | "attributes">, FileKind>> = {
  file: "file",
  directory: "directory",
  symlink: "symlink",
};

const usualModes: Readonly<Partial<Record<FileKind, number>>> = { symlink: 0o777, directory: 0o755 };

/** Numbers, and root, need no file to be known. */
function ownerOf(owner: string, ids: OwnerIds): ReturnType<OwnerIds> {
  const number = (text: string | undefined) =>
    text === "root" ? 0 : text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  const [user, group] = owner.split(":");
  const found = ids(owner);
  return { uid: number(user) ?? found.uid, gid: number(group) ?? found.gid };
}

export async function statOfStaged(
  inner: Host,
  { real, wanted }: { readonly real: string; readonly wanted: Wanted },
  ids: OwnerIds,
  path = real,
): Promise<StatResult> {
  const before = await inner.lstat(real);
  const there = before.state === "ok" ? before : undefined;
  if (wanted.state === "absent" || (wanted.state === "attributes" && there === undefined))
    return { state: "absent", path, reason: `no such file: ${path}` };
  const owner = "owner" in wanted && wanted.owner !== undefined ? ownerOf(wanted.owner, ids) : undefined;
  const kind = wanted.state === "attributes" ? (there?.kind ?? "file") : stagedKinds[wanted.state];
  const same = there?.kind === kind ? there : undefined;
  const mode = "mode" in wanted ? wanted.mode : undefined;
  const size = wanted.state === "file" ? Buffer.byteLength(wanted.content, wanted.encoding) : same?.size;
  return {
    state: "ok",
    path,
    realPath: real,
    kind,
    mode: mode ?? same?.mode ?? usualModes[kind] ?? 0o644,
    uid: owner?.uid ?? same?.uid ?? 0,
    gid: owner?.gid ?? same?.gid ?? 0,
    size: size ?? 0,
    nlink: same?.nlink ?? 1,
    dev: same?.dev ?? 0,
    ino: same?.ino ?? 0,
    mtimeMs: wanted.state === "attributes" ? (same?.mtimeMs ?? inner.now) : inner.now,
    ctimeMs: inner.now,
  };
}
