// Where containerd, CRI-O and Docker keep what they run, and the files found there. Joins nothing with /proc.
import { listing } from "../core/printable.js";
import { type DockerContainer, parseDockerContainer } from "../formats/docker-container.js";
import { type ContainerConfig, parseOciConfig } from "../formats/oci-config.js";
import type { Host } from "../host/host.js";

export type Engine = "containerd" | "cri-o" | "podman" | "docker";

export interface Bundle {
  readonly engine: Engine;
  /** containerd's namespace: `k8s.io`, `moby`; empty for the others. */
  readonly namespace: string;
  readonly id: string;
  readonly file: string;
  readonly config: ContainerConfig;
  /** As its pid file says; undefined where there is none. */
  readonly pid: number | undefined;
  /** The last part of the shim's path: `containerd-shim-runc-v2`; empty where it is not told. */
  readonly shim: string;
  readonly docker: DockerContainer | undefined;
}

export interface Bundles {
  readonly all: readonly Bundle[];
  readonly unread: readonly string[];
  /** Is there any folder of a runtime? */
  readonly found: boolean;
}

/** containerd's state folder of its own, of k3s and rke2, of MicroK8s, of Docker's private containerd. */
const containerdStates = [
  "/run/containerd",
  "/run/k3s/containerd",
  "/var/snap/microk8s/common/run/containerd",
  "/run/docker/containerd/daemon",
];
const taskFolders = ["io.containerd.runtime.v2.task", "io.containerd.runtime.v1.linux"];
/** CRI-O's, and Podman's where root runs it (containers/storage). */
const overlayFolder = "/run/containers/storage/overlay-containers";
const dockerFolder = "/var/lib/docker/containers";

/** Containers of one node: Kubernetes asks for 110 pods at most, large nodes run some 500. */
const containerLimit = 4000;
const configLimit = 1024 * 1024;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

interface Place {
  readonly folder: string;
  readonly id: string;
  readonly namespace: string;
}

class Search {
  readonly unread: string[] = [];
  found = false;

  constructor(private readonly host: Host) {}

  /** Names of the folders in one; absent counts as empty. */
  async folders(folder: string): Promise<readonly string[]> {
    const list = await this.host.list(folder);
    if (list.state === "absent") return [];
    if (list.state !== "ok") {
      this.unread.push(list.reason);
      return [];
    }
    this.found = true;
    if (list.undecodable.length > 0)
      this.unread.push(`${folder}: names that are not UTF-8 (${listing(list.undecodable)})`);
    const named = list.entries.filter(({ kind }) => kind === "directory" || kind === "unknown");
    const strange = named.filter(({ name }) => !idPattern.test(name));
    if (strange.length > 0)
      this.unread.push(`${folder}: no names of containers (${listing(strange.map(({ name }) => name))})`);
    if (named.length > containerLimit) this.unread.push(`${folder}: more than ${containerLimit} containers`);
    return named
      .slice(0, containerLimit)
      .map(({ name }) => name)
      .filter((name) => idPattern.test(name));
  }

  async containerd(): Promise<readonly Bundle[]> {
    const tasks = containerdStates.flatMap((state) => taskFolders.map((folder) => `${state}/${folder}`));
    const places = await Promise.all(
      tasks.map(async (folder) => {
        const namespaces = await this.folders(folder);
        const inside = await Promise.all(
          namespaces.map(async (namespace) =>
            (await this.folders(`${folder}/${namespace}`)).map((id) => ({
              folder: `${folder}/${namespace}/${id}`,
              id,
              namespace,
            })),
          ),
        );
        return inside.flat();
      }),
    );
    return await this.bundles(places.flat(), "config.json", "init.pid");
  }

  async overlay(): Promise<readonly Bundle[]> {
    const ids = await this.folders(overlayFolder);
    const places = ids.map((id) => ({ folder: `${overlayFolder}/${id}/userdata`, id, namespace: "" }));
    return await this.bundles(places, "config.json", "pidfile");
  }

  private async bundles(places: readonly Place[], config: string, pid: string): Promise<readonly Bundle[]> {
    const found = await Promise.all(places.map((place) => this.bundle(place, config, pid)));
    return found.filter((one) => one !== undefined);
  }

  private async bundle(place: Place, name: string, pidName: string): Promise<Bundle | undefined> {
    const file = `${place.folder}/${name}`;
    const read = await this.host.read(file, { limit: configLimit });
    // Made after its folder and gone before it.
    if (read.state === "absent") return undefined;
    if (read.state !== "ok") {
      this.unread.push(read.reason);
      return undefined;
    }
    const parsed = parseOciConfig(read.text);
    if (parsed.state === "error") {
      this.unread.push(`${file}: ${parsed.message}`);
      return undefined;
    }
    const config = parsed.value;
    const shim = await this.word(`${place.folder}/shim-binary-path`);
    return {
      engine: engineOf(place.namespace, config),
      namespace: place.namespace,
      id: place.id,
      file,
      config,
      pid: pidOf(await this.word(`${place.folder}/${pidName}`)),
      shim: shim.slice(shim.lastIndexOf("/") + 1),
      docker: undefined,
    };
  }

  private async word(path: string): Promise<string> {
    const read = await this.host.read(path, { limit: 4096 });
    return read.state === "ok" ? read.text.trim() : "";
  }

  async docker(): Promise<readonly Bundle[]> {
    const ids = await this.folders(dockerFolder);
    const found = await Promise.all(ids.map((id) => this.dockerOne(id)));
    return found.filter((one) => one !== undefined);
  }

  private async dockerOne(id: string): Promise<Bundle | undefined> {
    const file = `${dockerFolder}/${id}/config.v2.json`;
    const own = await this.host.read(file);
    const given = await this.host.read(`${dockerFolder}/${id}/hostconfig.json`);
    if (own.state === "absent") return undefined;
    for (const read of [own, given]) if (read.state !== "ok") this.unread.push(read.reason);
    if (own.state !== "ok" || given.state !== "ok") return undefined;
    const parsed = parseDockerContainer(own.text, given.text);
    if (parsed.state === "error") {
      this.unread.push(`${file}: ${parsed.message}`);
      return undefined;
    }
    const docker = parsed.value;
    const pid = docker.pid > 0 ? docker.pid : undefined;
    return { engine: "docker", namespace: "", id, file, config: docker.config, pid, shim: "", docker };
  }
}

function pidOf(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function engineOf(namespace: string, { annotations }: ContainerConfig): Engine {
  if (namespace !== "") return "containerd";
  return annotations.get("io.container.manager") === "libpod" ? "podman" : "cri-o";
}

/** Docker's containers are containerd's too (namespace moby): one of each, with what both say. */
function joined(bundles: readonly Bundle[], docker: readonly Bundle[]): readonly Bundle[] {
  const byId = new Map(docker.map((one) => [one.id, one]));
  const running = bundles.map((one): Bundle => {
    const same = byId.get(one.id);
    if (same === undefined) return one;
    byId.delete(one.id);
    return { ...one, engine: "docker", docker: same.docker };
  });
  return [...running, ...byId.values()];
}

/** Looks at every folder where a runtime keeps its containers. */
export async function findBundles(host: Host): Promise<Bundles> {
  const search = new Search(host);
  const [tasks, overlay, docker] = await Promise.all([
    search.containerd(),
    search.overlay(),
    search.docker(),
  ]);
  return { all: joined([...tasks, ...overlay], docker), unread: search.unread, found: search.found };
}
