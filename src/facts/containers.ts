// The containers of this node, from their runtimes' state on disk and /proc: who they are and what they are granted.
// Talks to no runtime, and reads no environment and no arguments of theirs.
import { absent, failed, known } from "../core/fact.js";
import { listing } from "../core/printable.js";
import type { Host } from "../host/host.js";
import type { Contained, ContainedSet, GrantKind } from "./contained.js";
import { findBundles } from "./container-bundles.js";
import { type FirstProcess, grantsOf } from "./container-grants.js";
import { namesOf, ownerOf, runtimeOf } from "./container-names.js";
import { type Bundle, type BundlePlaces, type Engine, usualPlaces } from "./container-places.js";
import { containerd } from "./containerd.js";
import { crio } from "./crio.js";
import { docker } from "./docker.js";
import { type Process, type Processes, processes, startedTicks } from "./processes.js";
import type { Ask, FactSource } from "./source.js";

export interface Container extends Contained {
  readonly id: string;
  readonly engine: Engine;
  /** Kubernetes' namespace and pod; empty for what no kubelet started. */
  readonly namespace: string;
  readonly pod: string;
  readonly image: string;
  /** The pause container that holds a pod's namespaces: does nothing, and is not judged. */
  readonly sandbox: boolean;
  /** `runc`, `runsc`, `kata`, or what the shim's name says. */
  readonly runtime: string;
  readonly state: "running" | "stopped" | "unknown";
  readonly first: FirstProcess | undefined;
  readonly uid: number | undefined;
  readonly noNewPrivileges: boolean;
  readonly capabilities: readonly string[];
  readonly appArmorProfile: string;
  /** Its filter as one text (formats/seccomp-canonical.ts); empty where there is none. */
  readonly seccompText: string;
  /** The file its filter came from, where the runtime keeps that (CRI-O); empty elsewhere. */
  readonly seccompPath: string;
}

export interface Containers extends ContainedSet {
  /** Every container, stopped ones and sandboxes too; `all` holds those that are judged. */
  readonly seen: readonly Container[];
}

const kinds = ["net", "pid", "ipc", "user"];

async function namespacesOf(host: Host, pid: number): Promise<ReadonlyMap<string, string>> {
  const links = await Promise.all(
    kinds.map(async (kind) => [kind, await host.readlink(`/proc/${pid}/ns/${kind}`)] as const),
  );
  return new Map(links.flatMap(([kind, link]) => (link.state === "ok" ? [[kind, link.target]] : [])));
}

async function labelOf(host: Host, pid: number): Promise<string | undefined> {
  // Beside another security module that answers in attr/current AppArmor has a folder of its own (proc_pid_attr(5)).
  for (const path of [`/proc/${pid}/attr/apparmor/current`, `/proc/${pid}/attr/current`]) {
    const read = await host.read(path, { limit: 64 * 1024 });
    if (read.state === "ok") return read.text.replace(/[\n\0]+$/, "");
  }
  return undefined;
}

async function firstProcess(
  host: Host,
  leader: Process,
  ofNode: ReadonlyMap<string, string>,
): Promise<FirstProcess> {
  const own = await namespacesOf(host, leader.pid);
  const shares = (type: string) => {
    const [mine, theirs] = [own.get(type), ofNode.get(type)];
    return mine === undefined || theirs === undefined ? undefined : mine === theirs;
  };
  const { pid, euid, seccomp, noNewPrivs, capEff } = leader;
  return { pid, euid, seccomp, noNewPrivs, capEff, appArmor: await labelOf(host, pid), shares };
}

/** On the running machine; undefined where it cannot be told, under --root. */
async function appArmorOn(host: Host): Promise<boolean | undefined> {
  const read = await host.read("/sys/module/apparmor/parameters/enabled");
  if (read.state === "ok") return read.text.startsWith("Y");
  return read.state === "absent" && host.live ? false : undefined;
}

interface Found {
  readonly state: Container["state"];
  readonly first: FirstProcess | undefined;
}

/** The container's process, by when it started or by its control group; undefined where neither tells. */
async function isSame(host: Host, bundle: Bundle, pid: number): Promise<boolean | undefined> {
  if (bundle.startTicks !== undefined) {
    const ticks = await startedTicks(host, pid);
    return ticks === undefined ? undefined : ticks === bundle.startTicks;
  }
  const group = await host.read(`/proc/${pid}/cgroup`, { limit: 64 * 1024 });
  return group.state === "ok" && group.text.includes(bundle.id) ? true : undefined;
}

/** A number left behind may be another process's by now: its control group names the container it is of. */
async function look(
  host: Host,
  bundle: Bundle,
  running: Processes | undefined,
  ofNode: ReadonlyMap<string, string>,
): Promise<Found> {
  const unknown = { state: "unknown", first: undefined } as const;
  if (bundle.stopped) return { state: "stopped", first: undefined };
  if (bundle.pid === undefined || running === undefined) return unknown;
  const leader = running.byPid(bundle.pid);
  if (leader === undefined)
    return running.unread.some((reason) => reason.includes(`/proc/${bundle.pid}/`))
      ? unknown
      : { state: "stopped", first: undefined };
  if (leader.zombie) return { state: "stopped", first: undefined };
  const same = await isSame(host, bundle, bundle.pid);
  if (same === undefined) return unknown;
  if (!same) return { state: "stopped", first: undefined };
  return { state: "running", first: await firstProcess(host, leader, ofNode) };
}

interface Together {
  readonly bundle: Bundle;
  readonly found: Found;
}

/** Does the container with this first process share a namespace with the node, as far as its configuration says? */
function sharing(all: readonly Together[]): (pid: number, type: string) => boolean | undefined {
  const byPid = new Map(all.map((one) => [one.bundle.pid, one]));
  return (pid, type) => {
    const holder = byPid.get(pid);
    const own = holder?.bundle.config.namespaces.find((one) => one.type === type);
    if (holder === undefined) return undefined;
    if (own === undefined) return true;
    // The holder joins what was made for it; one that joins a further process is not followed.
    return own.path.startsWith("/proc/") ? undefined : false;
  };
}

function containerOf(
  { bundle, found }: Together,
  appArmor: boolean | undefined,
  sharedBy: (pid: number, type: string) => boolean | undefined,
): Container {
  const names = namesOf(bundle);
  const runtime = runtimeOf(bundle);
  const { config, file } = bundle;
  const sandboxed = runtime === "runsc" || runtime === "kata";
  const input = { config, file, podUid: names.podUid, first: found.first, sandboxed, appArmor, sharedBy };
  return {
    ...names,
    ...found,
    ...grantsOf(input),
    owner: ownerOf(bundle, names),
    source: { file, line: 0, span: { start: 0, end: 0 }, text: "" },
    id: bundle.id,
    engine: bundle.engine,
    runtime,
    uid: config.uid,
    noNewPrivileges: config.noNewPrivileges,
    capabilities: config.capabilities,
    appArmorProfile: config.appArmorProfile,
    seccompText: config.seccompText,
    seccompPath: config.annotations.get("io.kubernetes.cri-o.SeccompProfilePath") ?? "",
  };
}

function byName(a: Container, b: Container): number {
  const [first, second] = [a, b].map(({ owner, container, id }) => `${owner}\0${container}\0${id}`);
  return Buffer.compare(Buffer.from(first ?? ""), Buffer.from(second ?? ""));
}

/** Where the runtimes of this node are told to keep their state, beside the usual places. */
async function placesOf(ask: Ask): Promise<BundlePlaces> {
  const [ofContainerd, ofCrio, ofDocker] = await Promise.all([ask(containerd), ask(crio), ask(docker)]);
  const more: BundlePlaces = {
    containerd: ofContainerd.state === "known" ? [ofContainerd.value.state] : [],
    storage: ofCrio.state === "known" ? [{ run: ofCrio.value.runRoot, kept: ofCrio.value.root }] : [],
    docker: ofDocker.state === "known" ? [ofDocker.value.text("data-root", "/var/lib/docker").value] : [],
  };
  const stores = [...usualPlaces.storage, ...more.storage];
  return {
    containerd: [...new Set([...usualPlaces.containerd, ...more.containerd])],
    storage: [...new Map(stores.map((one) => [`${one.run}\0${one.kept}`, one])).values()],
    docker: [...new Set([...usualPlaces.docker, ...more.docker])],
  };
}

export const containers: FactSource<Containers> = {
  title:
    "the containers of this node (state of containerd, CRI-O, Podman, Docker, runc and crun under /run and /var/lib, /proc)",
  async gather(host, ask) {
    const bundles = await findBundles(host, await placesOf(ask));
    if (!bundles.found)
      return bundles.unread.length > 0
        ? failed(listing(bundles.unread))
        : absent(
            "no container runtime keeps state on this node (/run/containerd, /run/containers, /var/lib/containers, /var/lib/docker, /run/runc)",
          );
    const running = await ask(processes);
    const ofNode = await namespacesOf(host, 1);
    const together = await Promise.all(
      bundles.all.map(async (bundle) => ({
        bundle,
        found: await look(host, bundle, running.state === "known" ? running.value : undefined, ofNode),
      })),
    );
    const [appArmor, sharedBy] = [await appArmorOn(host), sharing(together)];
    const seen = together.map((one) => containerOf(one, appArmor, sharedBy)).sort(byName);
    const all = seen.filter(({ sandbox, state }) => !sandbox && state !== "stopped");
    if (all.length === 0 && bundles.unread.length === 0 && seen.length === 0)
      return absent("no container on this node");
    const moot: ReadonlyMap<GrantKind, string> = new Map(
      appArmor === false ? [["apparmor-unconfined", "AppArmor is not on in this kernel"]] : [],
    );
    return known({ seen, all, unread: bundles.unread, moot });
  },
};
