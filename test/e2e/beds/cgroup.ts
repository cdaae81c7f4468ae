// A control group of its own for a container, so that nothing of it stays behind. Sets no limits.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";

/** The hierarchies systemd uses: the unified one, and on hybrid machines its own (cgroups(7)). */
function hierarchies(): readonly string[] {
  const own = readFileSync("/proc/self/cgroup", "utf8");
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return own.split("\n").flatMap((line) => {
    const [id, controllers, path] = line.split(":");
    const unified = id === "0" && controllers === "";
    if (!unified && controllers !== "name=systemd") return [];
    const mounted = mounts
      .map((mount) => mount.split(" "))
      .find(([, , type, options]) =>
        unified ? type === "cgroup2" : type === "cgroup" && options?.split(",").includes("name=systemd"),
      );
    const place = mounted?.[1];
    return place === undefined ? [] : [join(place, path ?? "/")];
  });
}

const prefix = "nodeward-bed-";

function remove(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) remove(join(folder, entry.name));
  rmdirSync(folder);
}

/** Makes the groups; answers their folders. */
export function makeGroups(name: string): readonly string[] {
  return hierarchies().map((folder) => {
    const path = join(folder, `${prefix}${process.pid}-${name}`);
    mkdirSync(path, { recursive: true });
    return path;
  });
}

/** Takes empty groups away; false while the kernel still counts a process in one. */
export function removeGroups(folders: readonly string[]): boolean {
  try {
    for (const folder of folders) if (existsSync(folder)) remove(folder);
    return true;
  } catch {
    return false;
  }
}

/** Takes away what runs that were killed have left. */
export function sweepGroups(): void {
  for (const folder of hierarchies())
    for (const name of readdirSync(folder)) {
      const owner = name.startsWith(prefix) ? name.slice(prefix.length).split("-")[0] : undefined;
      if (owner !== undefined && !existsSync(`/proc/${owner}`)) removeGroups([join(folder, name)]);
    }
}
