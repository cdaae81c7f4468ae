// What runs goes on to run: the kubelet starts again with its configuration, static pods are well before one of them is
// changed, containers outlive their runtime.
import type { Fact } from "../../core/fact.js";
import type { FileChange, Left } from "../../core/plan.js";
import { listing, printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import { type Containers, containers } from "../../facts/containers.js";
import { type Docker, docker } from "../../facts/docker.js";
import { type Kubelet, kubelet } from "../../facts/kubelet.js";
import { type KubeletProbes, kubeletProbes } from "../../facts/kubelet-probes.js";
import { kernelDefaults } from "../../facts/kubelet-surroundings.js";
import type { Ask } from "../../facts/source.js";
import { manifestFolders, type StaticPods, staticPods } from "../../facts/static-pods.js";
import { type Sysctl, sysctl } from "../../facts/sysctl.js";
import { type Compared, concerned, defineGuard, left } from "./guard.js";

interface Work {
  readonly kubelet: Fact<Kubelet>;
  readonly probes: Fact<KubeletProbes>;
  readonly pods: Fact<StaticPods>;
  readonly containers: Fact<Containers>;
  readonly sysctl: Fact<Sysctl>;
  readonly docker: Fact<Docker>;
}

/** Static pods none of whose containers runs. */
function unwell({ pods, containers: seen }: Work): readonly string[] {
  if (pods.state !== "known") return [];
  if (seen.state === "error") return [`static pods, as far as can be told: ${seen.reason}`];
  const all = seen.state === "known" ? seen.value.seen : [];
  const running = all.filter(({ state, sandbox }) => state === "running" && !sandbox);
  return pods.value.files
    .flatMap((file) => file.pods)
    .filter(({ name, namespace }) => {
      // The kubelet adds the node's name to that of a static pod.
      const mine = running.filter(
        (one) =>
          one.namespace === (namespace === "" ? "default" : namespace) &&
          (one.pod === name || one.pod.startsWith(`${name}-`)),
      );
      return mine.length === 0;
    })
    .map(({ name, file }) => `${printable(name)} (${printable(file)})`);
}

function stops({ group, before, after }: Compared<Work>): readonly Left[] {
  const found = (side: Work) =>
    side.kubelet.state === "known" ? (side.kubelet.value.views.at(-1)?.stops ?? []) : [];
  const old = new Set(found(before).map(({ message }) => message));
  const fresh = found(after).filter(({ message }) => !old.has(message));
  if (fresh.length === 0) return [];
  return left(
    concerned(group, ["kubelet"]),
    "refuse",
    `the kubelet would not start: ${listing(
      fresh.map(({ message, source }) => `${place(source)}: ${message}`),
      3,
    )}`,
    "repair the configuration by hand first",
  );
}

/** protectKernelDefaults asks at every start; the kernel's values come first. */
function defaultsFirst({ group, before, after }: Compared<Work>): readonly Left[] {
  const asks = ({ kubelet: fact }: Work) =>
    fact.state === "known" && fact.value.views.at(-1)?.view.setting("protectKernelDefaults").value === true;
  if (!asks(after) || asks(before) || after.sysctl.state !== "known") return [];
  const keys = after.sysctl.value;
  const wrong = [...kernelDefaults].filter(([key, wanted]) => {
    const { running, boot } = keys.of(key);
    const now = running.state === "known" && running.value !== wanted;
    const later =
      boot.length === 0 ? key !== "vm.panic_on_oom" : boot.some(({ value }) => value.trim() !== wanted);
    return now || later;
  });
  if (wrong.length === 0) return [];
  return left(
    concerned(group, ["kubelet.protect-kernel-defaults"]),
    "defer",
    `the kubelet would not start: ${listing(wrong.map(([key, wanted]) => `${key} is not ${wanted} now and at the next boot`))}`,
    "nodeward audit --fix --only sysctl.kubelet-defaults",
  );
}

/** A kubelet that is not well before its restart is not to be judged by how it is after it. */
function wellBefore({ group, before }: Compared<Work>): readonly Left[] {
  if (before.kubelet.state !== "known" || before.kubelet.value.running === undefined) return [];
  const sick = unwell(before);
  const health = before.probes.state === "known" ? before.probes.value.healthz : [];
  const bad = health.filter(({ result }) => result.state === "answered" && result.status !== 200);
  if (sick.length === 0 && bad.length === 0) return [];
  const what = [
    ...(bad.length === 0
      ? []
      : [
          `the kubelet's healthz answers ${bad.map(({ where, result }) => `${where}: ${result.state === "answered" ? result.status : ""}`).join(", ")}`,
        ]),
    ...(sick.length === 0 ? [] : [`no container runs of ${listing(sick, 3)}`]),
  ];
  return left(
    group.checks,
    "refuse",
    `the node is not well, and a restart of the kubelet could not be judged: ${listing(what, 2)}`,
    "bring the static pods up first (`crictl ps -a`, `journalctl -u kubelet`)",
  );
}

export const kubeletStarts = defineGuard<Work>({
  title: "The kubelet starts again, on a node that is well",
  groups: ["kubelet"],
  gather,
  judge: (compared) => {
    for (const one of [stops, defaultsFirst, wellBefore]) {
      const found = one(compared);
      if (found.length > 0) return found;
    }
    return [];
  },
});

function isManifest({ path }: FileChange): boolean {
  return manifestFolders.some((folder) => path.startsWith(`${folder}/`));
}

/** In this order: the others lean on what comes first. */
const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

function rank(path: string): number {
  const found = components.findIndex((name) => path.includes(name));
  return found < 0 ? components.length : found;
}

/** The kubelet starts a pod from every file there, whatever its name ends in. */
function strays({ group, before }: Compared<Work>): readonly Left[] {
  const known = before.pods.state === "known" ? before.pods.value.files.map(({ path }) => path) : [];
  return group.files
    .filter(
      (change) =>
        isManifest(change) && change.wanted.state !== "absent" && change.wanted.state !== "attributes",
    )
    .filter(({ path }) => !known.includes(path) && !path.slice(path.lastIndexOf("/") + 1).startsWith("."))
    .flatMap(({ path, checks }) =>
      left(
        checks,
        "refuse",
        `${printable(path)} would be a second pod: the kubelet runs every file of that folder, copies too`,
        "keep copies of manifests in another folder",
      ),
    );
}

function oneAtATime({ group }: Compared<Work>): readonly Left[] {
  const changed = group.files.filter((change) => isManifest(change) && change.wanted.state !== "attributes");
  const [first, ...others] = [...changed].sort(
    (a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1),
  );
  const own = new Set(first?.checks ?? []);
  return others.flatMap(({ path, checks }) =>
    left(
      checks.filter((check) => !own.has(check)),
      "defer",
      `${printable(path)}: ${printable(first?.path ?? "")} is changed by this run, and one part of the control plane restarts at a time`,
      "run this again once the first is well",
    ),
  );
}

export const controlPlaneParts = defineGuard<Work>({
  title: "One part of the control plane is restarted at a time, and the others are well",
  groups: ["control-plane"],
  gather,
  judge: (compared) => {
    const { group, before } = compared;
    const found = strays(compared);
    if (found.length > 0) return found;
    const sick = group.files.some(isManifest) ? unwell(before) : [];
    if (sick.length > 0)
      return left(
        group.checks,
        "refuse",
        `a part of the control plane is not well, and another must not be restarted now: no container runs of ${listing(sick, 3)}`,
        "bring it up first (`crictl ps -a`, `journalctl -u kubelet`)",
      );
    return oneAtATime(compared);
  },
});

export const runtimeRestart = defineGuard<Work>({
  title: "Containers outlive a restart of their runtime",
  groups: ["runtime"],
  gather,
  judge({ group, before }) {
    const { docker: fact, containers: seen } = before;
    const touched = group.files.some(
      ({ path, wanted }) => /docker/.test(path) && wanted.state !== "attributes",
    );
    if (!touched || fact.state !== "known" || fact.value.boolean("live-restore", false).value) return [];
    const running =
      seen.state === "known"
        ? seen.value.seen.filter(({ engine, state }) => engine === "docker" && state === "running")
        : [];
    if (running.length === 0 && seen.state !== "error") return [];
    const what =
      seen.state === "error"
        ? `whether containers run cannot be told: ${seen.reason}`
        : `${running.length} containers run`;
    return left(
      concerned(group, ["docker"]),
      "defer",
      `dockerd would be restarted, and without live-restore its containers end with it (${what})`,
      `put \`"live-restore": true\` into ${fact.value.configFile} and run \`systemctl reload docker\`, or drain the node`,
    );
  },
});

async function gather(ask: Ask): Promise<Work> {
  const [node, probes, pods, seen, keys, engine] = await Promise.all([
    ask(kubelet),
    ask(kubeletProbes),
    ask(staticPods),
    ask(containers),
    ask(sysctl),
    ask(docker),
  ]);
  return { kubelet: node, probes, pods, containers: seen, sysctl: keys, docker: engine };
}
