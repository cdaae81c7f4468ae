// Where containerd, CRI-O, Podman, Docker, runc and crun keep what they run, and the files found there, each container once.
// Joins nothing with /proc.
import type { Host } from "../host/host.js";
import type { Bundle, BundlePlaces } from "./container-places.js";
import { Search } from "./container-search.js";

export interface Bundles {
  readonly all: readonly Bundle[];
  readonly unread: readonly string[];
  /** Is there any folder of a runtime? */
  readonly found: boolean;
}

/** Docker's containers are containerd's too (namespace moby): one of each, with what both say. */
function joined(bundles: readonly Bundle[], docker: readonly Bundle[]): readonly Bundle[] {
  const byId = new Map(docker.map((one) => [one.id, one]));
  const running = bundles.map((one): Bundle => {
    const same = byId.get(one.id);
    if (same === undefined) return one;
    byId.delete(one.id);
    return { ...one, engine: "docker", docker: same.docker, stopped: same.stopped };
  });
  return [...running, ...byId.values()];
}

/** Looks at every folder where a runtime keeps its containers. */
export async function findBundles(host: Host, places: BundlePlaces): Promise<Bundles> {
  const search = new Search(host, places);
  const [tasks, stored, docker] = await Promise.all([search.containerd(), search.storage(), search.docker()]);
  const managed = joined([...tasks, ...stored], docker);
  const others = await search.byHand(new Set(managed.map(({ id }) => id)));
  return { all: [...managed, ...others], unread: search.unread, found: search.found };
}
