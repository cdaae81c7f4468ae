// The files and folders that Docker, containerd and CRI-O trust: where they lie on this node and what they are now. Not
// what they should be.
import { known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import { type Containerd, containerd } from "./containerd.js";
import { type Crio, crio } from "./crio.js";
import { type Docker, docker } from "./docker.js";
import { type FileState, fileStates } from "./file-state.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export type FileGroup =
  | "config"
  | "service"
  | "socket-unit"
  | "directory"
  | "drop-ins"
  | "environment"
  | "registries"
  | "policy"
  | "hooks"
  | "credentials"
  | "tls-ca"
  | "tls-cert"
  | "tls-key"
  | "state"
  | "programs";

export type RuntimeName = "docker" | "containerd" | "crio";

export interface RuntimeFiles {
  /** Those that are there, or that could not be looked at. */
  of(runtime: RuntimeName, group: FileGroup): readonly FileState[];
  /** Why files may be missing from a runtime's groups. */
  unread(runtime: RuntimeName): readonly string[];
}

/** A path, or why paths are not known. */
type Place = string | FileState;
type Paths = Readonly<Partial<Record<FileGroup, readonly Place[]>>>;

interface Found {
  readonly states: ReadonlyMap<string, readonly FileState[]>;
  readonly unread: readonly string[];
}

const nothing: Found = { states: new Map(), unread: [] };

/** The files of a unit: its own and its drop-ins, wherever they lie. */
async function unitFiles(ask: Ask, name: string): Promise<readonly Place[]> {
  const all = await ask(units);
  if (all.state === "error") return [{ state: "failed", path: name, reason: all.reason }];
  const unit = all.state === "known" ? await all.value.get(name) : undefined;
  if (unit === undefined || unit.masked) return [];
  return [...(unit.fragment === "" ? [] : [unit.fragment]), ...unit.dropIns];
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => path.startsWith("/"));
}

/** Certificates, keys and hosts files: two levels below, as docker and containerd lay them out. */
async function registryFiles(host: Host, folder: string): Promise<readonly string[]> {
  const listing = await host.list(folder);
  if (listing.state !== "ok") return [folder];
  const below = listing.entries.map(({ name }) => `${folder}/${name}`);
  return [folder, ...below, ...below.map((path) => `${path}/*`)];
}

async function statesOf(host: Host, paths: Paths, unread: readonly string[]): Promise<Found> {
  const groups = await Promise.all(
    Object.entries(paths).map(async ([group, list]) => {
      const known = list.filter((place) => typeof place === "string");
      const lost = list.filter((place) => typeof place !== "string");
      const states = [...lost, ...(await fileStates(host, unique(known)))];
      // A file in a place where a folder was expected has no entries.
      return [group, states.filter(({ state }) => state !== "absent")] as const;
    }),
  );
  return { states: new Map(groups), unread };
}

async function ofDocker(host: Host, ask: Ask, found: Docker): Promise<Found> {
  const tls = (name: string) => [found.text(name, "").value];
  const paths: Paths = {
    service: await unitFiles(ask, "docker.service"),
    "socket-unit": await unitFiles(ask, "docker.socket"),
    directory: [folderOf(found.configFile), "/etc/docker"],
    environment: ["/etc/default/docker", "/etc/sysconfig/docker"],
    registries: await registryFiles(host, "/etc/docker/certs.d"),
    "tls-ca": tls("tlscacert"),
    "tls-cert": tls("tlscert"),
    "tls-key": tls("tlskey"),
    state: [found.text("data-root", "/var/lib/docker").value],
    programs: ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd", "/usr/bin/docker-proxy"],
  };
  return await statesOf(host, paths, found.unread);
}

async function ofContainerd(host: Host, ask: Ask, found: Containerd): Promise<Found> {
  const configPath = found.cri("registry", "config_path")?.value;
  const registries = typeof configPath === "string" ? configPath.split(":") : [];
  const [, ...imported] = found.files.map(({ read }) => read.path);
  const handlers = found.runtimes.flatMap(({ programs }) => programs.map(({ path }) => path));
  const hooks = found.baseSpecs.flatMap(({ content }) => ("hooks" in content ? content.hooks : []));
  const paths: Paths = {
    config: [found.configFile, ...found.baseSpecs.map(({ path }) => path)],
    service: await unitFiles(ask, "containerd.service"),
    directory: unique([folderOf(found.configFile), ...imported.map(folderOf)]),
    "drop-ins": imported,
    registries: (await Promise.all(unique(registries).map((one) => registryFiles(host, one)))).flat(),
    state: [found.root, found.state],
    programs: [
      ...["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].flatMap((folder) => [
        `${folder}/containerd`,
        `${folder}/containerd-shim*`,
        `${folder}/runc`,
        `${folder}/crun`,
      ]),
      ...handlers,
      ...hooks.map(({ value }) => value),
    ],
  };
  return await statesOf(host, paths, found.unread);
}

async function ofCrio(host: Host, ask: Ask, found: Crio): Promise<Found> {
  const text = (table: "runtime" | "image", key: string, fallback: string) =>
    found.text(table, key, fallback).value;
  const hooks = found.list("runtime", "hooks_dir", ["/usr/share/containers/oci/hooks.d"]).value;
  const dropIns = found.files.map(({ read }) => read.path).filter((path) => path !== found.configFile);
  const paths: Paths = {
    config: [found.configFile],
    service: await unitFiles(ask, "crio.service"),
    directory: unique([folderOf(found.configFile), found.dropInFolder, ...dropIns.map(folderOf)]),
    "drop-ins": dropIns,
    environment: ["/etc/default/crio", "/etc/sysconfig/crio", "/etc/sysconfig/crio-*"],
    registries: [
      "/etc/containers/registries.conf",
      "/etc/containers/registries.conf.d",
      "/etc/containers/registries.conf.d/*",
      ...(await registryFiles(host, "/etc/containers/certs.d")),
    ],
    policy: [
      text("image", "signature_policy", "/etc/containers/policy.json"),
      text("image", "signature_policy_dir", "/etc/crio/policies"),
      `${text("image", "signature_policy_dir", "/etc/crio/policies")}/*`,
      "/etc/containers/storage.conf",
      ...found.seccompFiles.map(({ path }) => path),
    ],
    hooks: [...hooks, ...hooks.map((folder) => `${folder.replace(/\/$/, "")}/*`)],
    credentials: [text("image", "global_auth_file", ""), text("image", "pause_image_auth_file", "")],
    state: [found.root, found.runRoot],
    programs: [
      "/usr/bin/crio",
      "/usr/local/bin/crio",
      "/usr/libexec/crio/*",
      "/usr/bin/conmon",
      "/usr/bin/pinns",
      ...found.runtimes.flatMap(({ programs }) => programs.map(({ path }) => path)),
    ],
  };
  return await statesOf(host, paths, found.unread);
}

export const runtimeFiles: FactSource<RuntimeFiles> = {
  title:
    "the files that Docker, containerd and CRI-O trust (units, configuration, certificates, programs, state)",
  async gather(host, ask) {
    const [ofD, ofC, ofO] = await Promise.all([ask(docker), ask(containerd), ask(crio)]);
    const found: Readonly<Record<RuntimeName, Found>> = {
      docker: ofD.state === "known" ? await ofDocker(host, ask, ofD.value) : nothing,
      containerd: ofC.state === "known" ? await ofContainerd(host, ask, ofC.value) : nothing,
      crio: ofO.state === "known" ? await ofCrio(host, ask, ofO.value) : nothing,
    };
    return known({
      of: (runtime, group) => found[runtime].states.get(group) ?? [],
      unread: (runtime) => found[runtime].unread,
    });
  },
};
