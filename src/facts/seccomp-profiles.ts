// The seccomp profiles of this node: those that lie under the kubelet's directory and the containers that use each, those
// that nodeward ships, and the site's own. Judges none.
import { absent, failed, known } from "../core/fact.js";
import type { Step } from "../core/step.js";
import { parseSeccomp } from "../formats/seccomp.js";
import type { SeccompText } from "../formats/seccomp-profile.js";
import { parseSyscallTable, type SyscallTable } from "../formats/syscall-table.js";
import { shippedData } from "../host/data.js";
import type { Host, ReadOk, StatResult } from "../host/host.js";
import { type Kubelet, kubelet } from "./kubelet.js";
import { type PathTrust, pathTrust } from "./path-trust.js";
import { type SeccompNode, seccompNode } from "./seccomp-node.js";
import { seccompUsage } from "./seccomp-usage.js";
import type { FactSource } from "./source.js";

export interface InstalledProfile {
  /** As `localhostProfile` names it: relative to the kubelet's directory. */
  readonly name: string;
  readonly path: string;
  readonly file: ReadOk;
  readonly parsed: SeccompText;
  /** `namespace/pod, container name`. */
  readonly usedBy: readonly string[];
}

/** A profile that is to be installed. */
export interface WantedProfile {
  /** Without .json. */
  readonly name: string;
  /** Empty for those shipped with nodeward. */
  readonly origin: string;
  readonly text: string;
  readonly parsed: SeccompText;
  /** Why a site's file is not taken: somebody besides root could change it. */
  readonly refused: readonly string[];
}

/** What could not be read: profiles may be missed there. */
export interface Unread {
  readonly path: string;
  readonly reason: string;
}

export interface SeccompProfiles {
  /** `<root-dir>/seccomp` of the kubelet that runs, or of its next start where none does. */
  readonly folder: string;
  readonly folderStat: StatResult;
  readonly trust: PathTrust;
  /** Sub-folders, the kubelet's own first. */
  readonly folders: readonly { readonly path: string; readonly stat: StatResult }[];
  readonly installed: readonly InstalledProfile[];
  readonly wanted: readonly WantedProfile[];
  readonly node: SeccompNode;
  readonly table: SyscallTable;
  /** Why it is not known which containers use what; undefined where it is. */
  readonly usageUnknown: string | undefined;
  readonly unread: readonly Unread[];
  readonly notes: readonly string[];
  /** The steps that put a profile at `localhostProfile: name`. */
  install(name: string, text: string): readonly Step[];
}

export const sitePath = "/etc/nodeward/seccomp";
const depthLimit = 4;
const fileLimit = 1000;
const sizeLimit = 1024 * 1024;
/** Of all of them together: hundreds of honest ones. */
const totalLimit = 5 * 1024 * 1024;
const mode = 0o644;

/** Made once: the shipped table is the same for every host. */
let table: SyscallTable | undefined;

export function shippedSyscalls(): SyscallTable {
  table ??= parseSyscallTable(shippedData.read("profiles/data/syscalls.txt") ?? "");
  return table;
}

/** The profiles under seccomp/ of the program, by name. */
export function shippedProfiles(): readonly WantedProfile[] {
  return shippedData
    .list("seccomp")
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const text = shippedData.read(`seccomp/${name}`) ?? "";
      return {
        name: name.slice(0, -".json".length),
        origin: "",
        text,
        parsed: parseSeccomp(text),
        refused: [],
      };
    });
}

/** Where the kubelet looks for `localhostProfile` (kubelet(1), --root-dir; --seccomp-profile-root up to 1.22). */
function folderOf({ views, layout, version }: Kubelet): {
  readonly folder: string;
  readonly notes: readonly string[];
} {
  const base = layout.name === "microk8s" ? "/var/snap/microk8s/common/var/lib/kubelet" : "/var/lib/kubelet";
  const folders = views.map(({ view }) => {
    const old = version !== undefined && version.minor < 23 ? view.option("seccomp-profile-root") : "";
    if (old.startsWith("/")) return old.replace(/(?<=.)\/+$/, "");
    const root = view.option("root-dir");
    return `${(root.startsWith("/") ? root : base).replace(/\/+$/, "")}/seccomp`;
  });
  const [folder = `${base}/seccomp`, next] = folders;
  const moves = next !== undefined && next !== folder;
  return {
    folder,
    notes: moves ? [`after its next start the kubelet looks in ${next} instead of ${folder}`] : [],
  };
}

class Walk {
  readonly found: { readonly name: string; readonly file: ReadOk }[] = [];
  readonly folders: { readonly path: string; readonly stat: StatResult }[] = [];
  readonly unread: Unread[] = [];
  private total = 0;

  constructor(
    private readonly host: Host,
    private readonly top: string,
  ) {}

  async folder(path: string, depth: number): Promise<void> {
    const list = await this.host.list(path);
    if (list.state === "absent") return;
    if (list.state !== "ok") {
      this.unread.push(list);
      return;
    }
    this.folders.push({ path, stat: await this.host.stat(path) });
    for (const name of list.undecodable)
      this.unread.push({ path, reason: `${path}/${name}: the name is not valid UTF-8` });
    for (const { name, kind } of list.entries) {
      const one = `${path}/${name}`;
      if (this.found.length >= fileLimit) {
        this.unread.push({ path: this.top, reason: `${this.top}: more than ${fileLimit} files` });
        return;
      }
      if (kind === "directory") {
        if (depth < depthLimit) await this.folder(one, depth + 1);
        else this.unread.push({ path: one, reason: `${one}: deeper than ${depthLimit} folders` });
      } else if (kind === "file" || kind === "symlink" || kind === "unknown") await this.file(one);
    }
  }

  private async file(path: string): Promise<void> {
    const file = await this.host.read(path, { limit: sizeLimit });
    if (file.state === "ok") {
      this.total += file.text.length;
      if (this.total > totalLimit)
        this.unread.push({ path, reason: `${path}: with it, the profiles are larger than nodeward reads` });
      else this.found.push({ name: path.slice(this.top.length + 1), file });
    } else if (file.state !== "absent" || path.endsWith(".json")) this.unread.push(file);
  }
}

/** The site's own profiles; one that others could change would let them decide what is allowed here. */
async function siteProfiles(host: Host, unread: Unread[]): Promise<readonly WantedProfile[]> {
  const list = await host.list(sitePath);
  if (list.state === "absent") return [];
  if (list.state !== "ok") {
    unread.push(list);
    return [];
  }
  const names = list.entries
    .map(({ name }) => name)
    .filter((name) => /^[A-Za-z0-9][\w.-]*\.json$/.test(name));
  const found: WantedProfile[] = [];
  for (const name of names.slice(0, fileLimit)) {
    const origin = `${sitePath}/${name}`;
    const read = await host.read(origin, { limit: sizeLimit });
    if (read.state !== "ok") {
      unread.push(read);
      continue;
    }
    const { weak } = await pathTrust(host, origin);
    const plain = read.encoding === "utf8" ? [] : [`${origin} is not UTF-8`];
    const refused = [...weak, ...plain];
    found.push({
      name: name.slice(0, -5),
      origin,
      text: read.text,
      parsed: parseSeccomp(read.text),
      refused,
    });
  }
  return found;
}

export const seccompProfiles: FactSource<SeccompProfiles> = {
  title: "seccomp profiles (the kubelet's seccomp directory, /etc/nodeward/seccomp, those shipped)",
  async gather(host, ask) {
    const own = await ask(kubelet);
    if (own.state === "absent") return absent(own.reason);
    if (own.state === "error") return failed(own.reason);
    const node = await ask(seccompNode);
    if (node.state !== "known") return failed(node.reason);
    const { folder, notes } = folderOf(own.value);
    const walk = new Walk(host, folder);
    await walk.folder(folder, 0);
    const users = await seccompUsage(ask);
    const site = await siteProfiles(host, walk.unread);
    const named = new Set(site.map(({ name }) => name));
    const wanted = [...shippedProfiles().filter(({ name }) => !named.has(name)), ...site];
    return known({
      folder,
      folderStat: await host.stat(folder),
      trust: await pathTrust(host, folder),
      folders: walk.folders,
      installed: walk.found.map(({ name, file }) => {
        // Most files are one of ours, byte for byte: read once is enough.
        const parsed = wanted.find(({ text }) => text === file.text)?.parsed ?? parseSeccomp(file.text);
        return { name, path: file.path, file, parsed, usedBy: users.by(name, parsed) };
      }),
      wanted,
      node: node.value,
      table: shippedSyscalls(),
      usageUnknown: users.unknown,
      unread: walk.unread,
      notes,
      install: (name, text) => [{ kind: "write", file: `${folder}/${name}`, content: text, mode }],
    });
  },
};
