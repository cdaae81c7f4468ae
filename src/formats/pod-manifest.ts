// Pod manifests, YAML or JSON, several documents, Deployment-like templates: what a pod asks of the node, with lines.
import type { Source } from "../core/source.js";
import { LineIndex } from "./traced.js";
import { parseYaml } from "./yaml.js";
import { type YamlNode, type YamlScalar, yamlGet } from "./yaml-node.js";

export interface PodText {
  readonly text: string;
  readonly source: Source;
}

export interface PodContainer {
  readonly name: string;
  readonly image: string;
  /** `init`, `main` or `ephemeral`. */
  readonly kind: "init" | "main" | "ephemeral";
  /** command and args, in this order: the words of the process. */
  readonly words: readonly PodText[];
  readonly env: ReadonlyMap<string, PodText>;
  readonly mounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath: string;
    readonly readOnly: boolean;
  }[];
  readonly securityContext: YamlNode | undefined;
  readonly node: YamlNode;
  readonly source: Source;
}

export interface PodVolume {
  readonly name: string;
  /** The node's path of a hostPath volume; undefined for other kinds. */
  readonly hostPath: string | undefined;
  readonly source: Source;
}

export interface PodManifest {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly spec: YamlNode;
  readonly annotations: YamlNode | undefined;
  readonly volumes: readonly PodVolume[];
  readonly containers: readonly PodContainer[];
  readonly source: Source;
  /** The source of any node of the file. */
  at(node: YamlNode): Source;
}

export type PodManifests =
  | { readonly state: "ok"; readonly pods: readonly PodManifest[] }
  | { readonly state: "error"; readonly line: number; readonly column: number; readonly message: string };

/** Where each kind keeps its pod template. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: ["spec"],
  Deployment: ["spec", "template", "spec"],
  DaemonSet: ["spec", "template", "spec"],
  StatefulSet: ["spec", "template", "spec"],
  ReplicaSet: ["spec", "template", "spec"],
  ReplicationController: ["spec", "template", "spec"],
  Job: ["spec", "template", "spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
};

function down(node: YamlNode | undefined, path: readonly string[]): YamlNode | undefined {
  return path.reduce<YamlNode | undefined>((current, key) => yamlGet(current, key), node);
}

function scalar(node: YamlNode | undefined): YamlScalar | undefined {
  return node?.kind === "scalar" && node.value !== null ? node : undefined;
}

/** The text of a scalar at a path below a node; empty where there is none. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string {
  const found = scalar(down(node, path));
  return found === undefined ? "" : String(found.value);
}

export function nodeAt(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  return down(node, path);
}

function items(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

class PodReader {
  private readonly lines: LineIndex;

  constructor(
    private readonly file: string,
    text: string,
  ) {
    this.lines = new LineIndex(text);
  }

  at = (node: YamlNode): Source => this.lines.source(this.file, node.span);

  pods(root: YamlNode | undefined): readonly PodManifest[] {
    if (root === undefined) return [];
    if (textAt(root, "kind").endsWith("List"))
      return items(yamlGet(root, "items")).flatMap((item) => this.pods(item));
    const kind = textAt(root, "kind");
    const path = Object.hasOwn(templates, kind) ? templates[kind] : undefined;
    const spec = path === undefined ? undefined : down(root, path);
    if (path === undefined || spec?.kind !== "map") return [];
    const holder = path.length === 1 ? root : down(root, path.slice(0, -1));
    return [
      {
        file: this.file,
        kind,
        name: textAt(root, "metadata", "name"),
        namespace: textAt(root, "metadata", "namespace") || "default",
        spec,
        annotations: nodeAt(holder, "metadata", "annotations"),
        volumes: items(yamlGet(spec, "volumes")).map((volume) => this.volume(volume)),
        containers: [
          ...this.containers(spec, "initContainers", "init"),
          ...this.containers(spec, "containers", "main"),
          ...this.containers(spec, "ephemeralContainers", "ephemeral"),
        ],
        source: this.at(root),
        at: this.at,
      },
    ];
  }

  private volume(node: YamlNode): PodVolume {
    const path = nodeAt(node, "hostPath", "path");
    const hostPath = scalar(path);
    return {
      name: textAt(node, "name"),
      hostPath: hostPath === undefined ? undefined : String(hostPath.value),
      source: this.at(path ?? node),
    };
  }

  private texts(node: YamlNode | undefined): readonly PodText[] {
    return items(node).map((item) => ({ text: String(scalar(item)?.value ?? ""), source: this.at(item) }));
  }

  private containers(spec: YamlNode, key: string, kind: PodContainer["kind"]): readonly PodContainer[] {
    return items(yamlGet(spec, key)).map((node) => ({
      name: textAt(node, "name"),
      image: textAt(node, "image"),
      kind,
      words: [...this.texts(yamlGet(node, "command")), ...this.texts(yamlGet(node, "args"))],
      env: new Map(
        items(yamlGet(node, "env")).map((item) => [
          textAt(item, "name"),
          { text: textAt(item, "value"), source: this.at(item) },
        ]),
      ),
      mounts: items(yamlGet(node, "volumeMounts")).map((mount) => ({
        name: textAt(mount, "name"),
        mountPath: textAt(mount, "mountPath"),
        subPath: textAt(mount, "subPath"),
        readOnly: textAt(mount, "readOnly") === "true",
      })),
      securityContext: yamlGet(node, "securityContext"),
      node,
      source: this.at(node),
    }));
  }
}

/** Every pod or pod template in a file. Documents of other kinds are left out; a file that does not parse is an error. */
export function parsePods(file: string, text: string): PodManifests {
  const parsed = parseYaml(text, "1.1");
  if (parsed.state === "error") return { state: "error", ...parsed.problem };
  const reader = new PodReader(file, text);
  return { state: "ok", pods: parsed.documents.flatMap((root) => reader.pods(root)) };
}

/** The node's path of a path inside a container, through the longest hostPath mount over it; undefined where there is none. */
export function hostPathOf(pod: PodManifest, container: PodContainer, path: string): string | undefined {
  const over = container.mounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, "")}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  if (over === undefined) return undefined;
  const volume = pod.volumes.find(({ name }) => name === over.name);
  if (volume?.hostPath === undefined) return undefined;
  const below = path.slice(over.mountPath.replace(/\/$/, "").length);
  const sub = over.subPath === "" ? "" : `/${over.subPath}`;
  return `${volume.hostPath.replace(/\/$/, "")}${sub}${below}`;
}
