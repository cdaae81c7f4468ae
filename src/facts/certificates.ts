// The certificates, keys and kubeconfigs of Kubernetes on this node, by the folders each distribution keeps them in.
// Reads public parts only; judges nothing.
import { absent, failed, known } from "../core/fact.js";
import { listing } from "../core/printable.js";
import { place, type Source, wholeFile } from "../core/source.js";
import {
  type Certificate,
  keyMatches,
  type PemText,
  type PrivateKey,
  parsePem,
} from "../formats/certificate.js";
import { type Kubeconfig, parseKubeconfig } from "../formats/kubeconfig.js";
import type { FileStat, Host } from "../host/host.js";
import { certificatePaths, folders, kubeconfigFolders } from "./certificate-paths.js";
import type { FactSource } from "./source.js";

export type { Certificate, PrivateKey } from "../formats/certificate.js";

export interface PemFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly certificates: readonly Certificate[];
  readonly keys: readonly PrivateKey[];
  readonly broken: PemText["broken"];
  /** For `x.crt` beside `x.key`, or both in one file: whether they belong together. */
  readonly matches: boolean | undefined;
}

export interface KubeconfigFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly kubeconfig: Kubeconfig;
  /** Certificates inside, with the place of the entry that holds them. */
  readonly certificates: readonly {
    readonly certificate: Certificate;
    readonly source: Source;
    readonly matches: boolean | undefined;
  }[];
}

export interface KubernetesPki {
  readonly files: readonly PemFile[];
  readonly kubeconfigs: readonly KubeconfigFile[];
  /** The folders that these were looked for in, as far as they are there. */
  readonly folders: readonly { readonly path: string; readonly stat: FileStat }[];
  /** What is there and could not be read or understood, and why. */
  readonly unread: readonly string[];
}

const pemName = /\.(?:crt|pem|cert|cer|key)$/;
/** The kubelet leaves rotated certificates behind; only what its `-current.pem` link names is in use. */
const rotated = /^kubelet-(?:client|server)-\d{4}-\d{2}-\d{2}-/;
const fileLimit = 2000;

class Gathering {
  readonly unread: string[] = [];
  readonly paths: string[] = [];
  readonly folders: { path: string; stat: FileStat }[] = [];

  constructor(private readonly host: Host) {}

  async folder(path: string, depth: number): Promise<void> {
    const found = await this.host.list(path);
    if (found.state === "absent") return;
    if (found.state !== "ok") {
      this.unread.push(found.reason);
      return;
    }
    const stat = await this.host.stat(path);
    if (stat.state === "ok") this.folders.push({ path, stat });
    for (const name of found.undecodable) this.unread.push(`${path}/${name}: the name is not valid UTF-8`);
    for (const { name, kind } of found.entries) {
      const inside = `${path}/${name}`;
      if (await this.isFolder(inside, kind)) {
        if (depth > 0) await this.folder(inside, depth - 1);
      } else if (pemName.test(name) && !rotated.test(name) && !this.add(inside)) return;
    }
  }

  /** A folder that is linked into the place of one is looked at too. */
  private async isFolder(path: string, kind: string): Promise<boolean> {
    if (kind !== "symlink" && kind !== "unknown") return kind === "directory";
    const stat = await this.host.stat(path);
    return stat.state === "ok" && stat.kind === "directory";
  }

  private add(path: string): boolean {
    if (this.paths.includes(path)) return true;
    if (this.paths.length < fileLimit) this.paths.push(path);
    else this.unread.push(`${path}: more than ${fileLimit} certificate files`);
    return this.paths.length < fileLimit;
  }

  /** A file that a setting names. In a container it may have another path: what is not there is not missed. */
  async named(path: string): Promise<void> {
    const stat = path.startsWith("/") ? await this.host.stat(path) : undefined;
    if (stat === undefined || stat.state === "absent") return;
    if (stat.state === "ok" && stat.kind !== "file") return;
    // Under its own name it may have been found already.
    if (stat.state === "ok" && this.paths.includes(stat.realPath)) return;
    this.add(path);
  }

  async pem(path: string): Promise<PemFile | undefined> {
    const read = await this.host.read(path);
    if (read.state !== "ok") {
      this.unread.push(read.state === "absent" ? `${path}: a link that leads nowhere` : read.reason);
      return undefined;
    }
    const { certificates, keys, broken, blocks, cut } = parsePem(read.text);
    if (blocks === 0)
      this.unread.push(
        `${path} ${read.text.trim() === "" ? "is empty" : "holds no certificate or key in PEM"}`,
      );
    if (cut) this.unread.push(`${path} holds more certificates than are read`);
    const matches = certificates.length === 0 ? undefined : await this.pairing(path, read.text, keys);
    return { path, stat: read, certificates, keys, broken, matches };
  }

  /** The key in the same file, or in the file beside it that has its name. */
  private async pairing(
    path: string,
    text: string,
    keys: readonly PrivateKey[],
  ): Promise<boolean | undefined> {
    if (keys.length > 0) return keyMatches(text, text);
    const beside = path.replace(/(?:\.crt|\.cert|\.cer|\.pem)$/, ".key");
    const alternatives = [beside, path.replace(/\.pem$/, "-key.pem")].filter((other) =>
      this.paths.includes(other),
    );
    const other = alternatives.find((candidate) => candidate !== path);
    if (other === undefined) return undefined;
    const key = await this.host.read(other);
    return key.state === "ok" ? keyMatches(text, key.text) : undefined;
  }

  async kubeconfigs(folder: string, name: RegExp): Promise<readonly KubeconfigFile[]> {
    const found = await this.host.list(folder);
    if (found.state === "absent") return [];
    if (found.state !== "ok") {
      this.unread.push(found.reason);
      return [];
    }
    const paths = found.entries
      .filter((entry) => entry.kind !== "directory" && name.test(entry.name))
      .map((entry) => `${folder}/${entry.name}`);
    const files = await Promise.all(paths.map((path) => this.kubeconfig(path)));
    return files.filter((file) => file !== undefined);
  }

  private async kubeconfig(path: string): Promise<KubeconfigFile | undefined> {
    const read = await this.host.read(path);
    if (read.state !== "ok") {
      this.unread.push(read.reason);
      return undefined;
    }
    const result = parseKubeconfig(path, read.text, keyMatches);
    if (result.state === "error") {
      // OpenShift keeps the kubelet's own configuration under such a name.
      if (!result.message.startsWith("is not a kubeconfig"))
        this.unread.push(`${path}:${result.line}: ${result.message}`);
      return undefined;
    }
    const inside = (pem: string, source: Source, matches: boolean | undefined) => {
      const { certificates, broken } = parsePem(pem);
      if (broken.length > 0 || (pem !== "" && certificates.length === 0))
        this.unread.push(`${place(source)}: what stands for a certificate is none`);
      return certificates.map((certificate) => ({ certificate, source, matches }));
    };
    const { users, clusters } = result.kubeconfig;
    const certificates = users.flatMap(({ certificatePem, source, matches }) =>
      inside(certificatePem, source, matches),
    );
    const authorities = clusters.flatMap(({ authorityPem, source }) =>
      inside(authorityPem, source, undefined),
    );
    return {
      path,
      stat: read,
      kubeconfig: result.kubeconfig,
      certificates: [...certificates, ...authorities],
    };
  }
}

/** Files that a kubeconfig names, from its own folder. */
function namedIn({ path, kubeconfig: { users, clusters } }: KubeconfigFile): readonly string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [
    ...users.flatMap(({ certificateFile, keyFile }) => [certificateFile, keyFile]),
    ...clusters.map(({ authorityFile }) => authorityFile),
  ]
    .filter((name) => name !== "")
    .map((name) => (name.startsWith("/") ? name : `${folder}/${name}`));
}

/** Where in a PEM file a certificate begins. */
export function certificateSource(
  file: PemFile,
  { line, subject }: Pick<Certificate, "line" | "subject">,
): Source {
  return { ...wholeFile(file.path, subject), line };
}

export const certificates: FactSource<KubernetesPki> = {
  title:
    "the certificates, keys and kubeconfigs of Kubernetes (/etc/kubernetes/pki, /var/lib/kubelet/pki, *.conf, and their places in k3s, rke2, microk8s, kops, OpenShift)",
  async gather(host, ask) {
    const gathering = new Gathering(host);
    for (const { path, depth } of folders) await gathering.folder(path, depth);
    const kubeconfigs = await Promise.all(
      kubeconfigFolders.map(([folder, name]) => gathering.kubeconfigs(folder, name)),
    );
    for (const path of [...kubeconfigs.flat().flatMap(namedIn), ...(await certificatePaths(ask))])
      await gathering.named(path);
    const files = await Promise.all(gathering.paths.map((path) => gathering.pem(path)));
    const pki: KubernetesPki = {
      files: files.filter((file) => file !== undefined),
      kubeconfigs: kubeconfigs.flat(),
      folders: gathering.folders,
      unread: gathering.unread,
    };
    if (pki.files.length > 0 || pki.kubeconfigs.length > 0) return known(pki);
    if (pki.unread.length > 0) return failed(listing(pki.unread));
    return absent("no Kubernetes certificate or kubeconfig on this node");
  },
};
