// The containers of this node, from their runtimes' state on disk and /proc: who they are and what they are granted.
// Talks to no runtime, and reads no environment and no arguments of theirs.
import { absent, failed, known } from "../core/fact.js";
import { listing } from "../core/printable.js";
import type { Host } from "../host/host.js";
import type { Contained, ContainedSet, GrantKind } from "./contained.js";
import { type Bundle, type Engine, findBundles } from "./container-bundles.js";
import { type FirstProcess, grantsOf } from "./container-grants.js";
import { type Process, type Processes, processes } from "./processes.js";
import type { FactSource } from "./source.js";

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

/** A number left behind may be another process's by now: its control group names the container it is of. */
async function look(
  host: Host,
  bundle: Bundle,
  running: Processes | undefined,
  ofNode: ReadonlyMap<string, string>,
): Promise<Found> {
  const unknown = { state: "unknown", first: undefined } as const;
  if (bundle.docker !== undefined && !bundle.docker.running) return { state: "stopped", first: undefined };
  if (bundle.pid === undefined || running === undefined) return unknown;
  const leader = running.byPid(bundle.pid);
  if (leader === undefined)
    return running.unread.some((reason) => reason.includes(`/proc/${bundle.pid}/`))
      ? unknown
      : { state: "stopped", first: undefined };
  const group = await host.read(`/proc/${bundle.pid}/cgroup`, { limit: 64 * 1024 });
  if (group.state !== "ok" || !group.text.includes(bundle.id)) return unknown;
  return { state: "running", first: await firstProcess(host, leader, ofNode) };
}

function runtimeOf({ shim, engine }: Bundle): string {
  const name = /^containerd-shim-([a-z0-9]+)/.exec(shim)?.[1];
  return name ?? (engine === "containerd" || engine === "docker" ? "runc" : "");
}

interface Names {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly image: string;
  readonly sandbox: boolean;
}

/** As cri-dockerd names them: k8s_container_pod_namespace_uid_attempt. Labels may be an image's own, and prove nothing. */
const dockerName = /^k8s_([^_]+)_([^_]+)_([^_]+)_([^_]+)_\d+/;

/** What each runtime's annotations are called; another's keys may be a pod's own words. */
const keys = {
  containerd: {
    namespace: "io.kubernetes.cri.sandbox-namespace",
    pod: "io.kubernetes.cri.sandbox-name",
    podUid: "io.kubernetes.cri.sandbox-uid",
    container: "io.kubernetes.cri.container-name",
    image: "io.kubernetes.cri.image-name",
    type: "io.kubernetes.cri.container-type",
  },
  "cri-o": {
    namespace: "io.kubernetes.pod.namespace",
    pod: "io.kubernetes.pod.name",
    podUid: "io.kubernetes.pod.uid",
    container: "io.kubernetes.container.name",
    image: "io.kubernetes.cri-o.ImageName",
    type: "io.kubernetes.cri-o.ContainerType",
  },
} as const;

function namesOf({ config: { annotations }, docker, engine, id }: Bundle): Names {
  const short = id.slice(0, 12);
  if (engine === "docker") {
    const [, container = docker?.name ?? short, pod = "", namespace = "", podUid = ""] =
      dockerName.exec(docker?.name ?? "") ?? [];
    return { namespace, pod, podUid, container, image: docker?.image ?? "", sandbox: container === "POD" };
  }
  if (engine === "podman")
    return { namespace: "", pod: "", podUid: "", container: short, image: "", sandbox: false };
  const text = (key: keyof (typeof keys)["cri-o"]) => annotations.get(keys[engine][key]) ?? "";
  return {
    namespace: text("namespace"),
    pod: text("pod"),
    podUid: text("podUid"),
    container: text("container") || short,
    image: text("image"),
    sandbox: text("type") === "sandbox",
  };
}

function ownerOf(bundle: Bundle, { namespace, pod, container }: Names): string {
  if (pod !== "") return `${namespace}/${pod}`;
  return bundle.engine === "containerd"
    ? `containerd ${bundle.namespace}/${container}`
    : `${bundle.engine}/${container}`;
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
  };
}

function byName(a: Container, b: Container): number {
  const [first, second] = [a, b].map(({ owner, container, id }) => `${owner}\0${container}\0${id}`);
  return Buffer.compare(Buffer.from(first ?? ""), Buffer.from(second ?? ""));
}

export const containers: FactSource<Containers> = {
  title: "the containers of this node (state of containerd, CRI-O and Docker under /run and /var/lib, /proc)",
  async gather(host, ask) {
    const bundles = await findBundles(host);
    if (!bundles.found)
      return bundles.unread.length > 0
        ? failed(listing(bundles.unread))
        : absent(
            "no container runtime keeps state on this node (/run/containerd, /run/containers, /var/lib/docker)",
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
