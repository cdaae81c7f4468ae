// The containers of static pods and what their manifests grant them, the container's word over the pod's. Judges nothing.
import { absent, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import {
  nodeAt,
  type PodContainer,
  type PodManifest,
  type PodVolume,
  textAt,
} from "../formats/pod-manifest.js";
import type { YamlNode } from "../formats/yaml-node.js";
import {
  type Contained,
  type ContainedSet,
  capabilityName,
  type Doubt,
  type Grant,
  plainPath,
} from "./contained.js";
import { kubelet } from "./kubelet.js";
import type { Ask, FactSource } from "./source.js";
import { staticPods } from "./static-pods.js";

interface Within {
  readonly pod: PodManifest;
  readonly container: PodContainer;
  /** securityContext of the pod. */
  readonly shared: YamlNode | undefined;
  readonly own: YamlNode | undefined;
}

function grant(kind: Grant["kind"], detail: string, source: Source, writable = true): Grant {
  return { kind, detail, source, writable };
}

/** The node of a field as it is in force: the container's, else the pod's. */
function inForce({ shared, own }: Within, ...path: readonly string[]): YamlNode | undefined {
  const set = (node: YamlNode | undefined) =>
    node?.kind === "scalar" && node.value === null ? undefined : node;
  return set(nodeAt(own, ...path)) ?? set(nodeAt(shared, ...path));
}

function isTrue(node: YamlNode | undefined): boolean {
  return node !== undefined && textAt(node) === "true";
}

/** Fields of the pod's specification that give a namespace of the node to every container. */
const hostNamespaces = [
  ["hostPID", "host-pid"],
  ["hostIPC", "host-ipc"],
  ["hostNetwork", "host-network"],
] as const;

function namespaces({ pod }: Within): readonly Grant[] {
  return hostNamespaces.flatMap(([field, kind]) => {
    const node = nodeAt(pod.spec, field);
    return node !== undefined && isTrue(node) ? [grant(kind, `${field}: true`, pod.at(node))] : [];
  });
}

function hostPaths({ pod, container }: Within): readonly Grant[] {
  const volumes = new Map<string, PodVolume>(pod.volumes.map((volume) => [volume.name, volume]));
  return container.mounts.flatMap(({ name, subPath, readOnly }) => {
    const volume = volumes.get(name);
    if (volume?.hostPath === undefined) return [];
    return [grant("host-path", plainPath(`${volume.hostPath}/${subPath}`), volume.source, !readOnly)];
  });
}

function capabilities({ pod, own }: Within): readonly Grant[] {
  const added = nodeAt(own, "capabilities", "add");
  if (added?.kind !== "list") return [];
  return added.items.map((item) => grant("capability", capabilityName(textAt(item)), pod.at(item)));
}

/** What a container without a profile gets: the runtime's (seccompDefault), none, or nobody knows and why. */
type SeccompDefault = boolean | string;

/** Pod Security Standards: RuntimeDefault and Localhost confine. Annotations of seccomp count for nothing since 1.27. */
function seccomp(within: Within, byDefault: SeccompDefault): readonly Grant[] {
  const { pod, container } = within;
  const type = inForce(within, "seccompProfile", "type");
  if (type === undefined)
    return byDefault === false
      ? [
          grant(
            "seccomp-unconfined",
            "no seccompProfile for it, and the kubelet gives none",
            container.source,
          ),
        ]
      : [];
  const text = textAt(type);
  if (text === "RuntimeDefault" || text === "Localhost") return [];
  return [grant("seccomp-unconfined", `seccompProfile ${text}`, pod.at(type))];
}

const appArmorAnnotation = "container.apparmor.security.beta.kubernetes.io/";

/** Unset is the runtime's own profile. A container's field beats its annotation, and that the pod's field (KEP-24). */
function appArmor({ pod, container, shared, own }: Within): readonly Grant[] {
  const annotation = nodeAt(pod.annotations, `${appArmorAnnotation}${container.name}`);
  const node =
    nodeAt(own, "appArmorProfile", "type") ?? annotation ?? nodeAt(shared, "appArmorProfile", "type");
  if (node === undefined || textAt(node).toLowerCase() !== "unconfined") return [];
  return [grant("apparmor-unconfined", "its AppArmor profile is unconfined", pod.at(node))];
}

/** In a user namespace (hostUsers: false) root is nobody on the node. */
function user(within: Within): readonly Grant[] {
  const { pod, container } = within;
  const hostUsers = nodeAt(pod.spec, "hostUsers");
  if (hostUsers !== undefined && textAt(hostUsers) === "false") return [];
  const id = inForce(within, "runAsUser");
  if (id !== undefined && textAt(id) === "0") return [grant("root-user", "runAsUser: 0", pod.at(id))];
  if (id !== undefined && /^[1-9]\d*$/.test(textAt(id))) return [];
  const nonRoot = inForce(within, "runAsNonRoot");
  if (isTrue(nonRoot)) return [];
  const source = nonRoot === undefined ? container.source : pod.at(nonRoot);
  return [grant("root-user", "neither runAsUser nor runAsNonRoot says otherwise", source)];
}

function rootFileSystem({ pod, container, own }: Within): readonly Grant[] {
  const node = nodeAt(own, "readOnlyRootFilesystem");
  if (isTrue(node)) return [];
  const source = node === undefined ? container.source : pod.at(node);
  return [grant("writable-root", "readOnlyRootFilesystem is not true", source)];
}

function procMount({ pod, own }: Within): readonly Grant[] {
  const node = nodeAt(own, "procMount");
  if (node === undefined || textAt(node) !== "Unmasked") return [];
  return [grant("proc-unmasked", "procMount: Unmasked", pod.at(node))];
}

/** A privileged container has every capability, no filter and nothing of /proc masked, whatever else it says. */
function privileged({ pod, own }: Within): readonly Grant[] {
  const node = nodeAt(own, "privileged");
  if (node === undefined || !isTrue(node)) return [];
  const source = pod.at(node);
  const implied = ["seccomp-unconfined", "apparmor-unconfined", "proc-unmasked"] as const;
  return [
    grant("privileged", "privileged: true", source),
    grant("capability", "ALL", source),
    ...implied.map((kind) => grant(kind, "it is privileged", source)),
  ];
}

/** A profile that only the kubelet could give, where what that gives is not known. */
function seccompDoubts(within: Within, byDefault: SeccompDefault): readonly Doubt[] {
  if (typeof byDefault === "boolean" || inForce(within, "seccompProfile", "type") !== undefined) return [];
  return [{ kind: "seccomp-unconfined", reason: `it names no seccompProfile, and ${byDefault}` }];
}

function containersOf(pod: PodManifest, byDefault: SeccompDefault): readonly Contained[] {
  const shared = nodeAt(pod.spec, "securityContext");
  return pod.containers.map((container) => {
    const within = { pod, container, shared, own: container.securityContext };
    const all = privileged(within);
    const implied = new Set(all.map(({ kind }) => kind));
    const grants = [
      ...namespaces(within),
      ...hostPaths(within),
      ...capabilities(within),
      ...seccomp(within, byDefault),
      ...appArmor(within),
      ...user(within),
      ...rootFileSystem(within),
      ...procMount(within),
    ].filter(({ kind }) => !implied.has(kind));
    return {
      owner: `${pod.namespace}/${pod.name}`,
      container: container.name,
      grants: [...all, ...grants],
      doubts: implied.has("seccomp-unconfined") ? [] : seccompDoubts(within, byDefault),
      source: container.source,
    };
  });
}

/** The kubelet's seccompDefault, now and after its next start (GA in 1.27; kubernetes.io/docs/tutorials/security/seccomp). */
async function seccompDefault(ask: Ask): Promise<SeccompDefault> {
  const found = await ask(kubelet);
  if (found.state === "absent") return false;
  if (found.state === "error") return `whether the kubelet gives one is not known: ${found.reason}`;
  const unread = found.value.views.flatMap((one) => one.unread);
  const values = found.value.views.map(({ view }) => view.setting("seccompDefault").value);
  if (values.every((value) => value === true)) return true;
  if (unread.length > 0) return `whether the kubelet gives one is not known: ${unread[0]}`;
  // Where only the next start changes it, what runs without it now counts.
  return values.every((value) => typeof value === "boolean")
    ? false
    : "whether the kubelet gives one is not known: seccompDefault is no boolean";
}

export const staticPodContainers: FactSource<ContainedSet> = {
  title: "the containers of the static pod manifests, and whether the kubelet gives them a seccomp profile",
  async gather(_host, ask) {
    const pods = await ask(staticPods);
    if (pods.state === "absent") return absent(pods.reason);
    if (pods.state === "error") return failed(pods.reason);
    const byDefault = await seccompDefault(ask);
    const told = await ask(kubelet);
    // It may be told of a folder that nobody looked into.
    const lost =
      told.state === "error"
        ? [told.reason]
        : told.state === "known"
          ? told.value.views.flatMap((one) => one.unread)
          : [];
    const hidden = lost
      .slice(0, 1)
      .map((reason) => `where else the kubelet takes static pods from is not known: ${reason}`);
    const unread = [...pods.value.unread, ...hidden];
    const all = pods.value.files.flatMap((file) => file.pods).flatMap((pod) => containersOf(pod, byDefault));
    if (all.length === 0 && unread.length === 0)
      return absent("no static pod on this node: its manifest folders hold none");
    return known({ all, unread });
  },
};
