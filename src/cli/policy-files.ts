// Policy files of the machine, opened only when nobody but root could have written them. Reads; does not parse.
import { printable } from "../core/printable.js";
import type { Host, StatResult } from "../host/host.js";
import type { PolicyFiles, PolicyTexts } from "../policy/load.js";
import type { Context } from "./context.js";

const profileLimit = 256 * 1024;

function parents(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return ["/", ...parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
}

/** Why somebody other than root could change what is there, or undefined. */
function untrusted(stat: StatResult): string | undefined {
  if (stat.state !== "ok") return undefined;
  const shown = printable(stat.path);
  if (stat.uid !== 0)
    return `${shown} belongs to user ${stat.uid}: it must belong to root (chown root ${shown})`;
  // In a sticky directory only the owner of a file can replace it.
  const open = stat.kind === "directory" && (stat.mode & 0o1000) !== 0 ? 0 : stat.mode & 0o022;
  if (open !== 0) return `${shown} is writable by others: chmod go-w ${shown}`;
  return undefined;
}

/** Why somebody other than root could have written the file at `path`; undefined where nobody could. */
export async function distrustOf(host: Host, path: string): Promise<string | undefined> {
  const stat = await host.stat(path);
  return stat.state === "ok" ? await guard(host, path) : stat.reason;
}

async function guard(host: Host, path: string): Promise<string | undefined> {
  const own = await host.stat(path);
  const real = own.state === "ok" ? own.realPath : path;
  const stats = await Promise.all([...parents(path), ...parents(real), real].map((part) => host.stat(part)));
  return [own, ...stats].map(untrusted).find((reason) => reason !== undefined);
}

/** Files by absolute path on the machine itself; a run as root refuses what others can write. */
export function policyFiles(host: Host, { data, uid }: Pick<Context, "data" | "uid">): PolicyFiles {
  return {
    profileNames: data
      .list("profiles")
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => name.replace(/\.yaml$/, "")),
    shipped: (name) => data.read(`profiles/${name}.yaml`),
    open: async (path) => {
      const read = await host.read(path, { limit: profileLimit });
      if (read.state === "absent") return undefined;
      if (read.state !== "ok") return { reason: read.reason };
      const distrust = uid === 0 ? await guard(host, path) : undefined;
      return distrust === undefined ? { text: read.text } : { reason: distrust };
    },
  };
}

/** Notes what was opened; with `kept`, what was opened then is not opened again. */
export function notedFiles(
  files: PolicyFiles,
  kept: PolicyTexts | undefined,
): PolicyFiles & { readonly texts: () => PolicyTexts } {
  const texts = new Map<string, string | null>();
  const before = kept === undefined ? undefined : new Map(Object.entries(kept));
  return {
    ...files,
    open: async (path) => {
      const was = before?.get(path);
      const again = was === null ? undefined : { text: was ?? "" };
      const opened = was === undefined ? await files.open(path) : again;
      if (opened === undefined) texts.set(path, null);
      else if ("text" in opened) texts.set(path, opened.text);
      return opened;
    },
    texts: () => Object.fromEntries(texts),
  };
}
