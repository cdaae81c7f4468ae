// The kubelet on this node: what it runs with now, what it will run with after its next start, and which line says so.
// Judges nothing.
import { absent, failed, known } from "../core/fact.js";
import type { Step } from "../core/step.js";
import { parseKubeletFlags } from "../formats/kubelet-flags.js";
import type { PlainValue } from "../formats/yaml-edit.js";
import type { Host } from "../host/host.js";
import { type Layout, layoutOf } from "./kubelet-layout.js";
import { configurationStops } from "./kubelet-rules.js";
import { settingSteps, type Workshop } from "./kubelet-set.js";
import { type ConfigSources, configSources, type Stop } from "./kubelet-sources.js";
import { type KubeletStart, kubeletStart, type RunningKubelet, type Started } from "./kubelet-start.js";
import { type Surroundings, surroundingsOf } from "./kubelet-surroundings.js";
import { type KubeletVersion, kubeletVersion } from "./kubelet-version.js";
import { type KubeletSetting, View } from "./kubelet-view.js";
import type { Ask, FactSource } from "./source.js";

export interface KubeletView {
  /** Empty where now and after the next start are the same; else `running now` or `after the next restart`. */
  readonly label: string;
  readonly view: View;
  /** Why the kubelet would not start so; none for one that runs. */
  readonly stops: readonly Stop[];
  readonly unread: readonly string[];
}

export interface Kubelet {
  readonly layout: Layout;
  readonly version: KubeletVersion | undefined;
  /** What runs now first. At least one. */
  readonly views: readonly KubeletView[];
  readonly running: RunningKubelet | undefined;
  readonly surroundings: Surroundings;
  /** A cluster CA on this node, for a kubelet that has none set; empty where none is found. */
  readonly authority: string;
  readonly notes: readonly string[];
  /** The steps that make a setting so at the next start; undefined where it is not the operator's to edit here. */
  fix(view: KubeletView, setting: KubeletSetting, value: PlainValue): readonly Step[] | undefined;
}

export { goDuration as durationSeconds } from "../formats/component-flags.js";
export { possibleDefaults } from "./kubelet-defaults.js";
export type { Layout } from "./kubelet-layout.js";
export type { ConfigSources, Stop } from "./kubelet-sources.js";
export type { KubeletSetting, SettingValue } from "./kubelet-view.js";
export { showValue } from "./kubelet-view.js";

/** Seconds by which a file may look newer than the process that read it: /proc/stat counts whole ones. */
const slackMs = 2000;
/** Written by the distribution at every start, after its process has begun. */
const ownDropIn = /\/kubelet\.conf\.d\/0\d-(?:k3s|rke2)-defaults\.conf$/;

function sameWords(a: Started, b: Started): boolean {
  return (
    a.words.length === b.words.length && a.words.every(({ text }, index) => text === b.words[index]?.text)
  );
}

async function sourcesOf(host: Host, started: Started, minor: number | undefined): Promise<ConfigSources> {
  const view = new View({
    started,
    flags: parseKubeletFlags(started.words, minor),
    sources: { mainPath: "", folder: "", main: undefined, dropIns: [], stops: [], faults: [], unread: [] },
    minor,
    stale: undefined,
  });
  const paths = {
    config: view.option("config"),
    configDir: view.option("config-dir"),
    folder: started.folder,
  };
  return await configSources(host, paths, minor);
}

/** The first file that changed after the kubelet read it. */
function newerFile(sources: ConfigSources, running: RunningKubelet | undefined): string | undefined {
  const since = running?.startedMs;
  if (since === undefined) return undefined;
  const files = [...(sources.main === undefined ? [] : [sources.main]), ...sources.dropIns];
  return files.find(({ path, mtimeMs }) => mtimeMs > since + slackMs && !ownDropIn.test(path))?.path;
}

async function changedStart(
  host: Host,
  started: Started,
  running: RunningKubelet,
): Promise<string | undefined> {
  const since = running.startedMs;
  if (since === undefined) return undefined;
  const stats = await Promise.all(started.files.map((file) => host.stat(file)));
  return stats.find((stat) => stat.state === "ok" && stat.mtimeMs > since + slackMs)?.path;
}

class Views {
  constructor(
    private readonly host: Host,
    private readonly minor: number | undefined,
    private readonly unread: readonly string[],
  ) {}

  /** What the next start will bring; `proven`: the running kubelet took the same words. */
  async next(
    started: Started,
    proven: boolean,
    label: string,
  ): Promise<KubeletView & { surroundings: Surroundings }> {
    const flags = parseKubeletFlags(started.words, this.minor);
    const sources = await sourcesOf(this.host, started, this.minor);
    const view = new View({ started, flags, sources, minor: this.minor, stale: undefined });
    const surroundings = await surroundingsOf(this.host, view);
    const wordStops = flags.stops.filter(({ unknown }) => !(unknown && proven));
    const startStops = started.stops.map((message) => ({ message, source: started.source }));
    const readable = wordStops.length + startStops.length + sources.stops.length === 0;
    const stops = [
      ...startStops,
      ...wordStops,
      ...sources.stops,
      ...(readable ? [...configurationStops(view, proven), ...surroundings.stops] : []),
    ];
    const unread = [...this.unread, ...started.unread, ...sources.unread, ...surroundings.unread];
    return { label, view, stops, unread, surroundings };
  }

  async now(running: RunningKubelet, started: Started, stale: Stale): Promise<KubeletView> {
    const flags = parseKubeletFlags(started.words, this.minor);
    const sources = await sourcesOf(this.host, started, this.minor);
    const view = new View({ started, flags, sources, minor: this.minor, ...stale });
    const unread = [...this.unread, ...(running.started?.unread ?? []), ...sources.unread];
    return { label: nowLabel, view, stops: [], unread };
  }
}

/** Why what lies on the disk is not what the running kubelet read; undefined where it is. */
interface Stale {
  readonly stale: string | undefined;
  readonly staleWords: string | undefined;
}

const nowLabel = "running now";
const nextLabel = "after the next restart";

async function viewsOf(
  host: Host,
  start: KubeletStart,
  minor: number | undefined,
): Promise<{ readonly views: readonly KubeletView[]; readonly surroundings: Surroundings } | undefined> {
  const { running, configured } = start;
  const views = new Views(host, minor, start.unread);
  const own = running?.started;
  if (running === undefined || (own === undefined && configured === undefined)) {
    if (configured === undefined) return undefined;
    const { opaque, unread } = configured;
    const dark = opaque === undefined ? configured : { ...configured, unread: [...unread, opaque] };
    const next = await views.next(dark, false, "");
    return { views: [next], surroundings: next.surroundings };
  }
  // A unit whose words cannot be told says nothing of the next start that the running one does not.
  const told =
    configured !== undefined &&
    [configured.words, configured.stops, configured.unread].some((all) => all.length > 0);
  const same = own === undefined || !told || sameWords(own, configured);
  const started = (same && told ? configured : own) ?? configured;
  if (started === undefined) return undefined;
  const next = await views.next(told && configured !== undefined ? configured : started, same, nextLabel);
  const reason = (file: string | undefined) => file && `${file} was changed after the kubelet started`;
  const staleWords = own === undefined ? reason(await changedStart(host, started, running)) : undefined;
  const stale = staleWords ?? reason(newerFile(next.view.input.sources, running));
  if (same && stale === undefined && next.stops.length === 0) {
    const unread = [...new Set([...next.unread, ...(own?.unread ?? [])])];
    return { views: [{ ...next, label: "", unread }], surroundings: next.surroundings };
  }
  const now = await views.now(running, started, { stale, staleWords });
  return { views: [now, next], surroundings: next.surroundings };
}

/** Where clusters keep the CA that signs the API server's client certificates. */
const authorities = [
  "/etc/kubernetes/pki/ca.crt",
  "/etc/kubernetes/ssl/ca.crt",
  "/etc/kubernetes/certs/ca.crt",
  "/etc/srv/kubernetes/pki/ca-certificates.crt",
];

async function workshopOf(host: Host, layout: Layout, views: readonly KubeletView[]): Promise<Workshop> {
  const words = views.flatMap(({ view }) => view.input.started.words);
  const files = [...new Set(words.map(({ source }) => source.file))].filter(
    (file) => file.startsWith("/") && !file.startsWith("/proc/"),
  );
  const reads = await Promise.all(files.map((file) => host.read(file)));
  const texts = reads.flatMap((read) => (read.state === "ok" ? [[read.path, read.text] as const] : []));
  const stats = await Promise.all(authorities.map((path) => host.stat(path)));
  const authority = authorities.find((_, index) => stats[index]?.state === "ok") ?? "";
  return { layout, texts: new Map(texts), authority };
}

async function gatherKubelet(host: Host, ask: Ask): Promise<Kubelet | string | undefined> {
  const layout = await layoutOf(host, ask);
  const [start, version] = await Promise.all([kubeletStart(host, ask, layout), ask(kubeletVersion)]);
  // Nothing would start a kubelet whose unit is masked.
  if (start === undefined || (start.running === undefined && start.configured?.masked)) return undefined;
  const installed = version.state === "known" ? version.value : undefined;
  const found = await viewsOf(host, start, installed?.minor);
  if (found === undefined) return start.unread.join("; ");
  const shop = await workshopOf(host, layout, found.views);
  return {
    layout,
    version: installed,
    views: found.views,
    running: start.running,
    surroundings: found.surroundings,
    authority: shop.authority,
    notes: start.notes,
    fix: ({ view }, setting, value) => settingSteps(view, setting, value, shop),
  };
}

export const kubelet: FactSource<Kubelet> = {
  title:
    "the kubelet (its process, unit and drop-ins, environment files, configuration file and --config-dir)",
  async gather(host, ask) {
    const found = await gatherKubelet(host, ask);
    if (found === undefined) return absent("no kubelet on this node");
    return typeof found === "string" ? failed(found) : known(found);
  },
};
