// The set-id files that the walk found, with the package each came with, and where foreign ones could be brought in.
import { type Fact, known } from "../core/fact.js";
import { containerStores } from "./container-stores.js";
import { type FileTree, type FoundFile, fileTree } from "./file-tree.js";
import { type Mount, mounts } from "./mounts.js";
import { type PackageOwners, packageOwners } from "./package-owners.js";
import { type SetIdProgram, setIdProgram } from "./set-id-programs.js";
import type { FactSource } from "./source.js";
import { containerAreas, isBelow } from "./walk-plan.js";

export interface SetIdFile extends FoundFile {
  /** What distributions install there, if anything. */
  readonly program: SetIdProgram | undefined;
}

export interface SetIdFiles {
  readonly files: readonly SetIdFile[];
  /** More were found than are named. */
  readonly more: number;
  readonly owners: Fact<PackageOwners>;
  /** File systems of others on which set-id bits count, outside the directories of containers. */
  readonly foreign: readonly Mount[];
  readonly unseen: FileTree["unseen"];
  readonly remarks: FileTree["remarks"];
}

/** Snaps are read-only images that snapd verified; the programs in them are confined by it. */
const trustedImages = ["/snap", "/var/lib/snapd/snap"];

function isForeign({ kind, point, options }: Mount): boolean {
  if (point === "/" || options.has("nosuid")) return false;
  if (kind === "network") return true;
  return kind === "image" && !trustedImages.some((folder) => isBelow(point, folder));
}

export const setIdFiles: FactSource<SetIdFiles> = {
  title:
    "programs that run with another's rights (set-user-id, set-group-id), and the packages they came with",
  async gather(host, ask) {
    const [tree, mounted, stores] = await Promise.all([ask(fileTree), ask(mounts), ask(containerStores)]);
    if (tree.state !== "known") return tree;
    const { setId, unseen, remarks } = tree.value;
    const files = setId.entries.map((entry) => ({ ...entry, program: setIdProgram(entry.path) }));
    const likely = new Set(files.flatMap(({ program }) => program?.packages ?? []));
    const paths = files.filter(({ exact }) => exact).map(({ path }) => path);
    const table =
      mounted.state === "known" && mounted.value.running.state === "known"
        ? mounted.value.running.value
        : undefined;
    const areas = [...containerAreas(table), ...(stores.state === "known" ? stores.value.parts : [])];
    return known({
      files,
      more: setId.count - files.length,
      owners: await packageOwners(host, ask, paths, likely),
      foreign: (table?.visible ?? []).filter(
        (mount) => isForeign(mount) && !areas.some((area) => isBelow(mount.point, area)),
      ),
      unseen,
      remarks,
    });
  },
};
