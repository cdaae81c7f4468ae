// Which containers and static pods use which seccomp profile. Judges nothing.
import { listing, printable } from "../core/printable.js";
import { nodeAt, textAt } from "../formats/pod-manifest.js";
import { canonicalProfile } from "../formats/seccomp-canonical.js";
import type { SeccompText } from "../formats/seccomp-profile.js";
import { type Container, containers } from "./containers.js";
import type { Ask } from "./source.js";
import { type StaticPods, staticPods } from "./static-pods.js";

export interface SeccompUsage {
  /** Why a use may be missed; undefined where none is. */
  readonly unknown: string | undefined;
  /** `name`: relative to the kubelet's directory. */
  by(name: string, parsed: SeccompText): readonly string[];
}

interface Named {
  readonly profile: string;
  readonly user: string;
}

/** What manifests ask for, the pod's and each container's own (PodSpec v1, securityContext.seccompProfile). */
function asked({ files }: StaticPods): readonly Named[] {
  return files
    .flatMap(({ pods }) => pods)
    .flatMap((pod) => {
      const shared = nodeAt(pod.spec, "securityContext");
      return [shared, ...pod.containers.map(({ securityContext }) => securityContext)].flatMap((context) => {
        const node = nodeAt(context, "seccompProfile", "localhostProfile");
        if (node === undefined) return [];
        return [{ profile: textAt(node), user: `static pod ${printable(`${pod.namespace}/${pod.name}`)}` }];
      });
    });
}

/** containerd keeps the filter itself in a container's configuration, CRI-O the name of the file beside it. */
function runs({ state, seccompText, seccompPath }: Container, name: string, text: string): boolean {
  if (state === "stopped") return false;
  return (text !== "" && seccompText === text) || seccompPath === name || seccompPath.endsWith(`/${name}`);
}

export async function seccompUsage(ask: Ask): Promise<SeccompUsage> {
  const [all, manifests] = await Promise.all([ask(containers), ask(staticPods)]);
  const seen = all.state === "known" ? all.value.seen : [];
  const named = manifests.state === "known" ? asked(manifests.value) : [];
  const unread = [
    ...(all.state === "error" ? [all.reason] : []),
    ...(all.state === "known" ? all.value.unread : []),
    ...(manifests.state === "error" ? [manifests.reason] : []),
    ...(manifests.state === "known" ? manifests.value.unread : []),
  ];
  return {
    unknown: unread.length > 0 ? listing(unread) : undefined,
    by: (name, parsed) => {
      const whole = parsed.state === "ok" && parsed.shape === "profile";
      const text = whole ? canonicalProfile(parsed.profile) : "";
      const running = seen
        .filter((one) => runs(one, name, text))
        .map(({ owner, container }) => `${printable(owner)}, container ${printable(container)}`);
      const pods = named.filter(({ profile }) => profile === name).map(({ user }) => user);
      return [...new Set([...running, ...pods])];
    },
  };
}
