// Which containers, static pods and processes are under which AppArmor profile. Judges nothing.
import type { Fact } from "../core/fact.js";
import { printable } from "../core/printable.js";
import { nodeAt, type PodManifest, textAt } from "../formats/pod-manifest.js";
import type { AppArmor } from "./apparmor.js";
import { containers } from "./containers.js";
import type { Ask } from "./source.js";
import { staticPods } from "./static-pods.js";

export interface AppArmorUsage {
  /** Why a use may be missed. */
  readonly unread: readonly string[];
  by(names: readonly string[]): readonly string[];
}

const annotation = "container.apparmor.security.beta.kubernetes.io/";

interface Named {
  readonly profile: string;
  readonly user: string;
}

/** What a manifest asks for, the pod's and each container's own (PodSpec v1, securityContext.appArmorProfile; before 1.30 an annotation). */
function asked(pod: PodManifest): readonly Named[] {
  const user = `static pod ${printable(`${pod.namespace}/${pod.name}`)}`;
  const contexts = [nodeAt(pod.spec, "securityContext"), ...pod.containers.map((one) => one.securityContext)];
  const fields = contexts.map((context) => nodeAt(context, "appArmorProfile", "localhostProfile"));
  const old = pod.containers.map(({ name }) => nodeAt(pod.annotations, `${annotation}${name}`));
  return [...fields, ...old].flatMap((node) =>
    node === undefined ? [] : [{ profile: bare(textAt(node)), user }],
  );
}

/** `localhost/NAME` where a runtime keeps it as the kubelet says it. */
function bare(profile: string): string {
  return profile.replace(/^localhost\//, "");
}

export async function apparmorUsage(ask: Ask, kernel: Fact<AppArmor>): Promise<AppArmorUsage> {
  const [all, manifests] = await Promise.all([ask(containers), ask(staticPods)]);
  const running = all.state === "known" ? all.value.seen.filter(({ state }) => state !== "stopped") : [];
  const named =
    manifests.state === "known" ? manifests.value.files.flatMap(({ pods }) => pods).flatMap(asked) : [];
  const confined = kernel.state === "known" ? kernel.value.confined : new Map<string, readonly number[]>();
  const unread = [all, manifests].flatMap((fact) =>
    fact.state === "known" ? fact.value.unread : fact.state === "error" ? [fact.reason] : [],
  );
  return {
    unread,
    by: (names) => {
      const own = running
        .filter(({ appArmorProfile }) => names.includes(bare(appArmorProfile)))
        .map(({ owner, container }) => `${printable(owner)}, container ${printable(container)}`);
      const pods = named.filter(({ profile }) => names.includes(profile)).map(({ user }) => user);
      const pids = names.flatMap((name) => confined.get(name) ?? []);
      // Those of containers are told by the container's name.
      const rest = own.length > 0 ? [] : pids.map((pid) => `process ${pid}`);
      return [...new Set([...own, ...pods, ...rest])];
    },
  };
}
