// The search through the folders of each runtime: one method a runtime, each giving the containers found there. Does not
// join what several of them say.
import { listing } from "../core/printable.js";
import { parseDockerContainer } from "../formats/docker-container.js";
import { type ContainerConfig, parseOciConfig } from "../formats/oci-config.js";
import { parseRuntimeState } from "../formats/runtime-state.js";
import type { Host } from "../host/host.js";
import type { Bundle, BundlePlaces, Engine } from "./container-places.js";

const taskFolders = ["io.containerd.runtime.v2.task", "io.containerd.runtime.v1.linux"];
/** The low-level runtimes' own state, where nobody says otherwise (runc(8), crun(1)). */
const runtimeFolders = [
  { engine: "runc", folder: "/run/runc", file: "state.json" },
  { engine: "crun", folder: "/run/crun", file: "status" },
] as const;

/** Containers of one node: Kubernetes asks for 110 pods at most, large nodes run some 500. */
const containerLimit = 4000;
const configLimit = 1024 * 1024;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

interface Place {
  readonly folder: string;
  readonly id: string;
  readonly namespace: string;
}

export class Search {
  readonly unread: string[] = [];
  found = false;

  constructor(
    private readonly host: Host,
    private readonly places: BundlePlaces,
  ) {}

  /** Names of the folders in one; absent counts as empty. */
  async folders(
    folder: string,
    expects: (name: string) => boolean = (name) => idPattern.test(name),
  ): Promise<readonly string[]> {
    const list = await this.host.list(folder);
    if (list.state === "absent") return [];
    if (list.state !== "ok") {
      this.unread.push(list.reason);
      return [];
    }
    if (expects !== isStore) this.found = true;
    if (list.undecodable.length > 0)
      this.unread.push(`${folder}: names that are not UTF-8 (${listing(list.undecodable)})`);
    const named = list.entries.filter(({ kind }) => kind === "directory" || kind === "unknown");
    // In a folder of several things only those that are asked for are looked at.
    const strange = expects === isStore ? [] : named.filter(({ name }) => !expects(name));
    if (strange.length > 0)
      this.unread.push(`${folder}: no names of containers (${listing(strange.map(({ name }) => name))})`);
    if (named.length > containerLimit) this.unread.push(`${folder}: more than ${containerLimit} containers`);
    return named
      .slice(0, containerLimit)
      .map(({ name }) => name)
      .filter((name) => expects(name));
  }

  async containerd(): Promise<readonly Bundle[]> {
    const tasks = this.places.containerd.flatMap((state) =>
      taskFolders.map((folder) => `${state}/${folder}`),
    );
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

  /**
   * CRI-O's containers, and Podman's where root runs it: the folder is named by the storage driver; CRI-O writes the
   * configuration into both places, Podman into what is kept alone, and either the process's number into the other.
   */
  async storage(): Promise<readonly Bundle[]> {
    const all = await Promise.all(
      this.places.storage.map(async ({ run, kept }) => {
        const drivers = new Set(
          [...(await this.folders(kept, isStore)), ...(await this.folders(run, isStore))].filter(isStore),
        );
        const found = await Promise.all(
          [...drivers].map((driver) => this.stored(`${run}/${driver}`, `${kept}/${driver}`)),
        );
        return found.flat();
      }),
    );
    return all.flat();
  }

  private async stored(run: string, kept: string): Promise<readonly Bundle[]> {
    const ids = new Set([...(await this.folders(run)), ...(await this.folders(kept))]);
    const found = await Promise.all(
      [...ids].map(async (id) => {
        const [live, lasting] = [`${run}/${id}/userdata`, `${kept}/${id}/userdata`];
        const own = (await this.host.lstat(`${live}/config.json`)).state !== "absent" ? live : lasting;
        const bundle = await this.bundle({ folder: own, id, namespace: "" }, "config.json", "pidfile");
        if (bundle === undefined) return undefined;
        const pid = pidOf(await this.word(`${live}/pidfile`));
        const lost = (await this.host.stat(`${live}/pidfile`)).state;
        return { ...bundle, pid, stopped: lost === "absent" };
      }),
    );
    return found.filter((one) => one !== undefined);
  }

  /** What runc or crun started that none of the others knows. */
  async byHand(known: ReadonlySet<string>): Promise<readonly Bundle[]> {
    const all = await Promise.all(
      runtimeFolders.map(async ({ engine, folder, file }) => {
        const ids = (await this.folders(folder)).filter((id) => !known.has(id));
        return await Promise.all(ids.map((id) => this.handMade(engine, id, `${folder}/${id}/${file}`)));
      }),
    );
    return all.flat().filter((one) => one !== undefined);
  }

  private async handMade(engine: "runc" | "crun", id: string, path: string): Promise<Bundle | undefined> {
    const read = await this.host.read(path, { limit: configLimit });
    if (read.state === "absent") return undefined;
    const state = read.state === "ok" ? parseRuntimeState(read.text) : undefined;
    if (state?.state !== "ok") {
      this.unread.push(read.state === "ok" ? `${path}: ${state?.message ?? ""}` : read.reason);
      return undefined;
    }
    const { bundle, pid, startTicks } = state.value;
    const found = await this.bundle({ folder: bundle, id, namespace: "" }, "config.json", "");
    if (found === undefined) this.unread.push(`${path}: ${bundle}/config.json is gone`);
    return found === undefined ? undefined : { ...found, engine, pid, startTicks };
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
      pid: pidName === "" ? undefined : pidOf(await this.word(`${place.folder}/${pidName}`)),
      startTicks: undefined,
      stopped: false,
      shim: shim.slice(shim.lastIndexOf("/") + 1),
      docker: undefined,
    };
  }

  private async word(path: string): Promise<string> {
    const read = await this.host.read(path, { limit: 4096 });
    return read.state === "ok" ? read.text.trim() : "";
  }

  async docker(): Promise<readonly Bundle[]> {
    const found = await Promise.all(
      this.places.docker.map(async (root) => {
        const folder = `${root}/containers`;
        const ids = await this.folders(folder);
        return await Promise.all(ids.map((id) => this.dockerOne(folder, id)));
      }),
    );
    return found.flat().filter((one) => one !== undefined);
  }

  private async dockerOne(folder: string, id: string): Promise<Bundle | undefined> {
    const file = `${folder}/${id}/config.v2.json`;
    const own = await this.host.read(file);
    const given = await this.host.read(`${folder}/${id}/hostconfig.json`);
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
    const { config, running } = docker;
    const base = { engine: "docker", namespace: "", id, file, config, shim: "", docker } as const;
    return { ...base, pid, startTicks: undefined, stopped: !running };
  }
}

/** `overlay-containers`, `vfs-containers`. */
function isStore(name: string): boolean {
  return /^[a-z0-9]+-containers$/.test(name);
}

function pidOf(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}

function engineOf(namespace: string, { annotations }: ContainerConfig): Engine {
  if (namespace !== "") return "containerd";
  return annotations.get("io.container.manager") === "libpod" ? "podman" : "cri-o";
}
