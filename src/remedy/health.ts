// Is a service well: does its unit run, does sshd greet, does the kubelet say ok? Asked before a change and after it.
import { place } from "../core/source.js";
import { asker } from "../engine/gather.js";
import { kernelFilter } from "../facts/kernel-filter.js";
import { kubeletProbes } from "../facts/kubelet-probes.js";
import { processes, startedTicks } from "../facts/processes.js";
import { sshd } from "../facts/sshd.js";
import { reaches } from "../facts/sshd-reach.js";
import { ufw, usesIpv6 } from "../facts/ufw.js";
import { differences, entered } from "../facts/ufw-loaded.js";
import type { Host } from "../host/host.js";
import { look, type Machine } from "./machine.js";
import type { Health } from "./reactions.js";

/** Undefined: well. Else what is not. */
type Illness = string | undefined;

const greetingLimit = 5000;

async function unitIllness(host: Host, unit: string): Promise<Illness> {
  const result = await host.run("unit-active", unit);
  if (result.state !== "ok") return `${unit}: ${result.reason}`;
  const state = result.stdout.trim();
  return state === "active" ? undefined : `${unit} is ${state}`;
}

/** At every port, where it is told to listen; a greeting proves that it takes connections and starts a session process. */
async function sshdIllness(host: Host, machine: Machine): Promise<Illness> {
  const fact = await asker(host)(sshd);
  if (fact.state !== "known") return `sshd: ${fact.reason}`;
  for (const { port, addresses } of reaches(fact.value.listens)) {
    const greeted = await reachedAt(machine, addresses, port);
    if (typeof greeted === "string") return `sshd does not answer: ${greeted}`;
    if (!greeted.line.startsWith("SSH-2.0-")) return `port ${port} answers, and not as sshd`;
  }
  return undefined;
}

export interface Greeted {
  readonly address: string;
  readonly line: string;
}

/** The first of the addresses that somebody answers at; else why none does. */
export async function reachedAt(
  { greeting }: Pick<Machine, "greeting">,
  addresses: readonly string[],
  port: number,
): Promise<Greeted | string> {
  let reason = "";
  for (const address of addresses) {
    const found = await greeting(address, port, greetingLimit);
    if (found.state === "ok") return { address, line: found.line };
    reason ||= found.reason;
  }
  return reason;
}

async function kubeletIllness(host: Host): Promise<Illness> {
  const fact = await asker(host)(kubeletProbes);
  if (fact.state !== "known") return `the kubelet: ${fact.reason}`;
  for (const { where, result } of fact.value.healthz) {
    if (result.state !== "answered") return `the kubelet's ${where}/healthz: ${result.reason}`;
    if (result.status !== 200) return `the kubelet's ${where}/healthz answers ${result.status}`;
  }
  return undefined;
}

/** Every component that answered is asked at its own port. */
async function controlPlaneIllness(host: Host): Promise<Illness> {
  const components = [
    { name: "kube-apiserver", port: 6443, path: "/livez" },
    { name: "kube-controller-manager", port: 10257, path: "/healthz" },
    { name: "kube-scheduler", port: 10259, path: "/healthz" },
  ];
  for (const { name, port, path } of components) {
    if ((await host.stat(`/etc/kubernetes/manifests/${name}.yaml`)).state !== "ok") continue;
    const result = await host.http({ scheme: "https", address: "127.0.0.1", port, path });
    if (result.state !== "answered") return `${name}: ${result.reason}`;
    // Without credentials some answer 401 or 403: they answer.
    if (result.status >= 500) return `${name} answers ${result.status}`;
  }
  return undefined;
}

/** What cannot be read says nothing: who judges it after that will. */
async function ufwIllness(host: Host): Promise<Illness> {
  const ask = asker(host);
  const [own, kernel] = [await ask(ufw), await ask(kernelFilter)];
  if (own.state !== "known" || kernel.state !== "known" || !own.value.startsAtBoot) return undefined;
  const { settings, hostHasIpv6, chains } = own.value;
  for (const family of usesIpv6(settings) && hostHasIpv6 ? ([4, 6] as const) : ([4] as const)) {
    const [files, loaded] = [chains[family], kernel.value[family]];
    if (files.state !== "known" || loaded.state !== "known") continue;
    if (!entered(loaded.value.rules)) return `ufw is on, and no packet enters its IPv${family} chains`;
    const [first] = differences(files.value.rules, loaded.value.rules);
    if (first !== undefined) return `ufw did not load its files: ${place(first.source)} ${first.message}`;
  }
  return undefined;
}

function illnessOf(health: Health, host: Host, machine: Machine): Promise<Illness> {
  if (health.kind === "unit") return unitIllness(host, health.unit);
  if (health.kind === "ufw") return ufwIllness(host);
  if (health.kind === "sshd") return sshdIllness(host, machine);
  return health.kind === "kubelet" ? kubeletIllness(host) : controlPlaneIllness(host);
}

/** The first thing that is not well now. */
export async function illness(all: readonly Health[], machine: Machine): Promise<Illness> {
  return await look(machine, async (host) => {
    for (const health of all) {
      const ill = await illnessOf(health, host, machine);
      if (ill !== undefined) return ill;
    }
    return undefined;
  });
}

/** How long each may take until it is well again after a restart. */
const patience: Readonly<Record<Health["kind"], number>> = {
  unit: 10_000,
  sshd: 15_000,
  ufw: 0,
  kubelet: 90_000,
  "control-plane": 180_000,
};

/** Programs are well twice in a row, a second apart: what starts and ends at once was not well. Rules just stay. */
const interval = 1000;
/** Looks before somebody is given up: on a busy machine one alone can take as long as all the patience. */
const leastLooks = 3;

/** Waits until all is well; answers what is not when the time is over. In an image nothing runs. */
export async function waitUntilWell(all: readonly Health[], machine: Machine): Promise<Illness> {
  if (all.length === 0 || machine.act === undefined) return undefined;
  const limit = Math.max(...all.map(({ kind }) => patience[kind]));
  const enough = limit === 0 ? 1 : 2;
  const start = machine.clock();
  let well = 0;
  for (let looks = 1; ; looks++) {
    const ill = await illness(all, machine);
    well = ill === undefined ? well + 1 : 0;
    if (well >= enough) return undefined;
    // A clock that jumps back must not make it wait for ever.
    const waited = machine.clock() - start;
    const isOver = (waited > limit || waited < 0) && (looks >= leastLooks || enough === 1);
    if (ill !== undefined && isOver) return ill;
    await machine.sleep(interval);
  }
}

/** The program of a static pod: kubeadm names the manifest after it. */
export function componentOf(manifest: string): string {
  return manifest.slice(manifest.lastIndexOf("/") + 1).replace(/\.(?:ya?ml|json)$/, "");
}

/** Processes of a component, by number and start: one that was started anew is another. */
export async function componentStarts(component: string, machine: Machine): Promise<ReadonlySet<string>> {
  return await look(machine, async (host) => {
    const fact = await asker(host)(processes);
    const own = fact.state === "known" ? fact.value.named(component) : [];
    const starts = await Promise.all(own.map(async ({ pid }) => `${pid} ${await startedTicks(host, pid)}`));
    return new Set(starts);
  });
}

/** The kubelet looks at its manifests every 20 s, and gives a container 30 s to end. */
const restartLimit = 120_000;

/** Until the kubelet has started the component of a new manifest. Nothing to wait for where it did not run. */
export async function waitForRestart(
  component: string,
  before: ReadonlySet<string>,
  machine: Machine,
): Promise<Illness> {
  if (before.size === 0 || machine.act === undefined) return undefined;
  for (const start = machine.clock(); ; await machine.sleep(interval)) {
    const now = await componentStarts(component, machine);
    if ([...now].some((one) => !before.has(one))) return undefined;
    const waited = machine.clock() - start;
    if (waited > restartLimit || waited < 0) return `the kubelet has not started ${component} anew`;
  }
}
