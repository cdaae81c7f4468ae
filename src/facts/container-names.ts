// Who a container is: Kubernetes' names where a kubelet started it, the runtime's own where not. Judges nothing.
import type { Bundle } from "./container-places.js";

/** `runc`, `runsc`, `kata`, or what the shim's name says. */
export function runtimeOf({ shim, engine }: Bundle): string {
  const name = /^containerd-shim-([a-z0-9]+)/.exec(shim)?.[1];
  if (engine === "runc" || engine === "crun") return engine;
  return name ?? (engine === "containerd" || engine === "docker" ? "runc" : "");
}

export interface Names {
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

export function namesOf({ config: { annotations }, docker, engine, id }: Bundle): Names {
  const short = id.slice(0, 12);
  if (engine === "docker") {
    const [, container = docker?.name ?? short, pod = "", namespace = "", podUid = ""] =
      dockerName.exec(docker?.name ?? "") ?? [];
    return { namespace, pod, podUid, container, image: docker?.image ?? "", sandbox: container === "POD" };
  }
  if (engine === "runc" || engine === "crun")
    return { namespace: "", pod: "", podUid: "", container: id, image: "", sandbox: false };
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

/** `namespace/pod`, or the engine and the name. */
export function ownerOf(bundle: Bundle, { namespace, pod, container }: Names): string {
  if (pod !== "") return `${namespace}/${pod}`;
  return bundle.engine === "containerd"
    ? `containerd ${bundle.namespace}/${container}`
    : `${bundle.engine}/${container}`;
}
