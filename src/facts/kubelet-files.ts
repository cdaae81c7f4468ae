// The files the kubelet's power hangs on, as they lie on the disk: its unit, configuration, kubeconfigs, certificates and
// static pods. Where each lies comes from the kubelet's own settings. Judges no mode.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type Certificate, keyMatches, parsePem } from "../formats/certificate.js";
import { type Kubeconfig, parseKubeconfig } from "../formats/kubeconfig.js";
import type { Host } from "../host/host.js";
import { type FileState, fileStates } from "./file-state.js";
import { type Kubelet, kubelet } from "./kubelet.js";
import type { Ask, FactSource } from "./source.js";
import { units } from "./units.js";

export const kubeletFileNames = [
  "service",
  "service-drop-ins",
  "kubeconfig",
  "bootstrap-kubeconfig",
  "ca",
  "config",
  "drop-ins",
  "cert",
  "key",
  "pki-dir",
] as const;
export type KubeletFileName = (typeof kubeletFileNames)[number];

export interface ReadKubeconfig {
  readonly path: string;
  readonly kubeconfig: Kubeconfig;
}

export interface ClientAuthority {
  readonly path: string;
  readonly certificates: readonly Certificate[];
  /** Places in the file that are no certificate. */
  readonly broken: readonly { readonly line: number; readonly message: string }[];
  readonly source: Source;
}

export interface KubeletFiles {
  /** What is there of a name's files, and those that are absent. */
  of(name: KubeletFileName): readonly FileState[];
  /** Why there may be more of a name's files than `of` tells: a setting that could not be read. */
  unsure(name: KubeletFileName): readonly string[];
  /** Every kubeconfig the kubelet is told to use, that is there. */
  readonly kubeconfigs: readonly ReadKubeconfig[];
  readonly authorities: readonly ClientAuthority[];
  /** The static pod folder or file and what lies in it; empty where none is set. */
  readonly staticPods: readonly FileState[];
  /** The credential provider's configuration and programs; empty where none is set. */
  readonly imageCredentials: readonly FileState[];
  /** Kubeconfigs and client CAs that are there and could not be read. */
  readonly unreadKubeconfigs: readonly string[];
  readonly unreadAuthorities: readonly string[];
}

interface Paths {
  readonly byName: Readonly<Record<KubeletFileName, readonly string[]>>;
  readonly staticPods: readonly string[];
  readonly imageCredentials: readonly string[];
}

function text(all: Kubelet, path: string): readonly string[] {
  const values = all.views.map(({ view }) => view.setting(path).value);
  return values.flatMap((value) => (typeof value === "string" && value.startsWith("/") ? [value] : []));
}

function option(all: Kubelet, name: string): readonly string[] {
  return all.views.map(({ view }) => view.option(name)).filter((value) => value.startsWith("/"));
}

/** Where the kubelet makes its own certificates; what --cert-dir is without the flag. */
function certificateFolder(all: Kubelet): string {
  const [first] = option(all, "cert-dir");
  if (first !== undefined) return first.replace(/(?<=.)\/+$/, "");
  const root = option(all, "root-dir")[0]?.replace(/(?<=.)\/+$/, "");
  return all.layout.name === "k3s" || all.layout.name === "rke2" ? "" : `${root ?? "/var/lib/kubelet"}/pki`;
}

async function unitPaths(ask: Ask, all: Kubelet): Promise<readonly [readonly string[], readonly string[]]> {
  const found = await ask(units);
  if (found.state !== "known") return [[], []];
  const names = ["kubelet", "k3s", "k3s-agent", "rke2-server", "rke2-agent", "snap.microk8s.daemon-kubelite"];
  const loaded = await Promise.all(names.map((name) => found.value.get(`${name}.service`)));
  const own = loaded.filter((unit) => unit !== undefined && !unit.masked);
  const words = all.views.flatMap(({ view }) => view.input.started.files);
  const fragments = own.flatMap((unit) => (unit === undefined ? [] : [unit.fragment]));
  const dropIns = own.flatMap((unit) => unit?.dropIns ?? []);
  const folders = dropIns.map((path) => path.slice(0, path.lastIndexOf("/")));
  // Environment and argument files decide on the words as much as the unit does.
  const others = words.filter((path) => !fragments.includes(path) && !dropIns.includes(path));
  return [[...new Set(fragments)], [...new Set([...folders, ...dropIns, ...others])]];
}

async function pathsOf(ask: Ask, all: Kubelet): Promise<Paths> {
  const [service, serviceDropIns] = await unitPaths(ask, all);
  const folder = certificateFolder(all);
  const made = (name: string) => (folder === "" ? [] : [`${folder}/${name}`]);
  const sources = all.views.map(({ view }) => view.input.sources);
  const cert = text(all, "tlsCertFile");
  const key = text(all, "tlsPrivateKeyFile");
  const dropIns = sources.flatMap((one) => one.dropIns.map(({ path }) => path));
  return {
    byName: {
      service,
      "service-drop-ins": serviceDropIns,
      kubeconfig: option(all, "kubeconfig"),
      "bootstrap-kubeconfig": option(all, "bootstrap-kubeconfig"),
      ca: text(all, "authentication.x509.clientCAFile"),
      config: sources.map(({ mainPath }) => mainPath).filter((path) => path !== ""),
      "drop-ins": [...sources.map((one) => one.folder).filter((path) => path !== ""), ...dropIns],
      cert: cert.length > 0 ? cert : made("kubelet.crt"),
      // Rotated pairs hold certificate and key in one file.
      key: [
        ...(key.length > 0 ? key : made("kubelet.key")),
        ...made("kubelet-client-current.pem"),
        ...made("kubelet-server-current.pem"),
      ],
      "pki-dir": folder === "" ? [] : [folder],
    },
    staticPods: text(all, "staticPodPath"),
    imageCredentials: [
      ...option(all, "image-credential-provider-config"),
      ...option(all, "image-credential-provider-bin-dir"),
    ],
  };
}

async function withInside(host: Host, paths: readonly string[]): Promise<readonly FileState[]> {
  const all = await Promise.all(
    [...new Set(paths)].map(async (path) => {
      const stat = await host.stat(path);
      if (stat.state !== "ok" || stat.kind !== "directory") return [stat];
      return [stat, ...(await fileStates(host, [`${path.replace(/\/+$/, "")}/*`]))];
    }),
  );
  return all.flat();
}

/** Files whose places stand in the configuration, not on the command line. */
const fromConfiguration: ReadonlySet<KubeletFileName> = new Set(["ca", "cert", "key", "drop-ins"]);

function unsureOf(all: Kubelet, name: KubeletFileName): readonly string[] {
  if (name === "service") return [];
  const reasons = all.views.flatMap(({ view, unread }) => {
    const inFiles = new Set(view.input.sources.unread);
    return fromConfiguration.has(name) ? unread : unread.filter((reason) => !inFiles.has(reason));
  });
  return [...new Set(reasons)];
}

class Reading {
  readonly kubeconfigs: string[] = [];
  readonly authorities: string[] = [];

  constructor(private readonly host: Host) {}

  async kubeconfig(path: string): Promise<readonly ReadKubeconfig[]> {
    const read = await this.host.read(path);
    if (read.state === "absent") return [];
    const parsed = read.state === "ok" ? parseKubeconfig(path, read.text, keyMatches) : read;
    if (parsed.state === "ok") return [{ path, kubeconfig: parsed.kubeconfig }];
    this.kubeconfigs.push(
      parsed.state === "error" ? `${path}:${parsed.line}: ${parsed.message}` : parsed.reason,
    );
    return [];
  }

  async authority(path: string): Promise<readonly ClientAuthority[]> {
    const read = await this.host.read(path);
    if (read.state === "absent") return [];
    if (read.state !== "ok") {
      this.authorities.push(read.reason);
      return [];
    }
    const { certificates, broken } = parsePem(read.text);
    return [{ path, certificates, broken, source: wholeFile(path) }];
  }
}

export const kubeletFiles: FactSource<KubeletFiles> = {
  title:
    "the kubelet's files (unit, drop-ins, configuration, kubeconfigs, CA, certificates and keys, static pods)",
  async gather(host, ask) {
    const found = await ask(kubelet);
    if (found.state === "absent") return absent(found.reason);
    if (found.state === "error") return failed(found.reason);
    const { byName, staticPods, imageCredentials } = await pathsOf(ask, found.value);
    const reading = new Reading(host);
    const states = new Map(
      await Promise.all(
        kubeletFileNames.map(
          async (name) => [name, await fileStates(host, [...new Set(byName[name])])] as const,
        ),
      ),
    );
    const configs = [...new Set([...byName.kubeconfig, ...byName["bootstrap-kubeconfig"]])];
    const [kubeconfigs, authorities, pods, credentials] = await Promise.all([
      Promise.all(configs.map((path) => reading.kubeconfig(path))),
      Promise.all([...new Set(byName.ca)].map((path) => reading.authority(path))),
      withInside(host, staticPods),
      withInside(host, imageCredentials),
    ]);
    return known({
      of: (name) => states.get(name) ?? [],
      unsure: (name) => unsureOf(found.value, name),
      kubeconfigs: kubeconfigs.flat(),
      authorities: authorities.flat(),
      staticPods: pods,
      imageCredentials: credentials,
      unreadKubeconfigs: reading.kubeconfigs,
      unreadAuthorities: reading.authorities,
    });
  },
};
