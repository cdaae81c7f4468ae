// What a running container is granted, from its runtime's configuration and its first process in /proc. Judges nothing.
import type { Source } from "../core/source.js";
import { wholeFile } from "../core/source.js";
import type { ContainerConfig, ContainerMount } from "../formats/oci-config.js";
import { capabilityName, type Doubt, type Grant, type GrantKind, plainPath } from "./contained.js";

/** What /proc shows of the first process; parts that could not be read are undefined. */
export interface FirstProcess {
  readonly pid: number;
  readonly euid: number;
  /** 0 off, 1 strict, 2 filter. */
  readonly seccomp: number | undefined;
  readonly noNewPrivs: boolean;
  readonly capEff: bigint;
  /** `cri-containerd.apparmor.d (enforce)`, `unconfined`. */
  readonly appArmor: string | undefined;
  /** Namespaces that are those of the node's first process: `net`, `pid`, `ipc`, `user`; undefined: not known. */
  readonly shares: (type: string) => boolean | undefined;
}

export interface GrantInput {
  readonly config: ContainerConfig;
  readonly file: string;
  readonly podUid: string;
  readonly first: FirstProcess | undefined;
  /** A virtual machine or a kernel of its own stands between: the node's filters do not apply inside. */
  readonly sandboxed: boolean;
  /** Is AppArmor on in the kernel? */
  readonly appArmor: boolean | undefined;
  /** Does the container with this first process share the namespace with the node? */
  readonly sharedBy: (pid: number, type: string) => boolean | undefined;
}

/** The kernel's names of namespaces (namespaces(7)) by those of the specification. */
const kernelNames: Readonly<Record<string, string>> = {
  network: "net",
  pid: "pid",
  ipc: "ipc",
  user: "user",
};

/** undefined: not known. */
export function sharesNamespace(input: GrantInput, type: string): boolean | undefined {
  const live = input.first?.shares(kernelNames[type] ?? type);
  if (live !== undefined) return live;
  const own = input.config.namespaces.find((one) => one.type === type);
  if (own === undefined) return true;
  if (own.path === "") return false;
  const pid = /^\/proc\/(\d{1,10})\/ns\//.exec(own.path)?.[1];
  // A path elsewhere is a bind mount of a network that CNI made.
  if (pid === undefined) return false;
  return pid === "1" ? true : input.sharedBy(Number(pid), type);
}

/** Files that the runtime and the kubelet give every container of themselves. */
const given = [
  /\/sandboxes\/[0-9a-f]{64}\/(?:hostname|hosts|resolv\.conf|shm)$/,
  /\/io\.containerd\.[a-z0-9.]+\/containers\/[0-9a-f]{64}\/volumes\/[0-9a-f]+$/,
  /\/overlay-containers\/[0-9a-f]{64}\/userdata\/(?:hostname|hosts|resolv\.conf|shm|\.containerenv|run\/secrets)$/,
  /\/docker\/containers\/[0-9a-f]{64}\/(?:hostname|hosts|resolv\.conf|mounts\/shm)$/,
  /\/(?:docker|containers\/storage)\/volumes\/[^/]+\/_data$/,
];

function isGiven({ config, podUid }: GrantInput, path: string): boolean {
  if (given.some((pattern) => pattern.test(path))) return true;
  const uid = /\/pods\/([0-9a-f-]{32,36})\//.exec(path)?.[1];
  // The volumes of its own pod; another pod's are a mount like any other.
  return (
    uid !== undefined && (podUid === uid || config.cgroupsPath.replaceAll("_", "-").includes(`pod${uid}`))
  );
}

function mountGrants(input: GrantInput, at: (text: string) => Source): readonly Grant[] {
  const grant = ({ source, destination, writable }: ContainerMount): Grant => {
    const detail = plainPath(source);
    return { kind: "host-path", detail, writable, source: at(`${source} mounted on ${destination}`) };
  };
  return input.config.mounts.filter(({ source }) => !isGiven(input, plainPath(source))).map(grant);
}

/** As every runtime makes a privileged container: all of root's powers and nothing masked, or every device. */
export function isPrivileged({
  capabilities,
  maskedPaths,
  readOnlyPaths,
  allDevices,
}: ContainerConfig): boolean {
  const names = new Set(capabilities.map(capabilityName));
  const all =
    names.has("ALL") || ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT"].every((name) => names.has(name));
  return (all && maskedPaths === 0 && readOnlyPaths === 0) || (all && allDevices);
}

function seccompDetail({ config, first, sandboxed }: GrantInput): string | undefined {
  if (sandboxed) return undefined;
  if (config.seccomp === "none") return "its configuration has none";
  if (config.seccomp === "allows-all") return "its filter allows every system call";
  return first?.seccomp === 0 ? `process ${first.pid} has none` : undefined;
}

type Said = { readonly detail: string } | { readonly doubt: string } | undefined;

function appArmorSaid({ config, first, sandboxed, appArmor }: GrantInput): Said {
  if (sandboxed || appArmor === false) return undefined;
  const label = first?.appArmor;
  if (label === "unconfined") return { detail: `process ${first?.pid} is unconfined` };
  if (label?.endsWith("(complain)") === true) return { detail: `the profile ${label} only complains` };
  if (label !== undefined && label !== "") return undefined;
  if (config.appArmorProfile === "unconfined") return { detail: "its configuration says unconfined" };
  if (config.appArmorProfile !== "") return undefined;
  if (appArmor === undefined)
    return { doubt: "it has no AppArmor profile, and whether the kernel has AppArmor is not known" };
  return { detail: "its configuration names no profile" };
}

function rootDetail(input: GrantInput): Said {
  const { config, first } = input;
  if (first?.euid === 0) return { detail: `process ${first.pid} is of user 0` };
  if (config.uid === undefined && first === undefined)
    return { doubt: "its user is a name that only its image can tell" };
  if (config.uid !== 0) return undefined;
  const shared = sharesNamespace(input, "user");
  if (shared === undefined) return { doubt: "whether it has a user namespace of its own is not known" };
  return shared ? { detail: "its configuration says user 0" } : undefined;
}

const shared = [
  ["pid", "host-pid"],
  ["network", "host-network"],
  ["ipc", "host-ipc"],
] as const;

/** Every grant of one container, and what could not be told. */
export function grantsOf(input: GrantInput): {
  readonly grants: readonly Grant[];
  readonly doubts: readonly Doubt[];
} {
  const { config, file, sandboxed } = input;
  const at = (text: string) => wholeFile(file, text);
  const doubts: Doubt[] = [];
  const grants: Grant[] = [...mountGrants(input, at)];
  const add = (kind: GrantKind, said: Said) => {
    if (said === undefined) return;
    if ("doubt" in said) doubts.push({ kind, reason: said.doubt });
    else grants.push({ kind, detail: said.detail, writable: true, source: at(said.detail) });
  };
  const when = (kind: GrantKind, holds: boolean, detail: string) => add(kind, holds ? { detail } : undefined);
  when("privileged", isPrivileged(config), "every capability and device");
  for (const [type, kind] of shared) {
    const found = sharesNamespace(input, type);
    if (found === undefined) add(kind, { doubt: `whose ${type} namespace it is in is not known` });
    else when(kind, found, `in the ${type} namespace of the node`);
  }
  for (const name of config.capabilities) when("capability", true, capabilityName(name));
  const seccomp = seccompDetail(input);
  when("seccomp-unconfined", seccomp !== undefined, seccomp ?? "");
  add("apparmor-unconfined", appArmorSaid(input));
  add("root-user", rootDetail(input));
  when("writable-root", !config.readOnlyRoot, "its configuration does not say read-only");
  when("proc-unmasked", !sandboxed && config.maskedPaths === 0, "its configuration masks no path");
  return { grants, doubts };
}
