// Which containerd, runc and CRI-O are installed, and who looks after them. Starts none of them.
import { absent, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Host } from "../host/host.js";
import { packages } from "./packages.js";
import type { ReleaseProduct } from "./releases.js";
import type { FactSource } from "./source.js";

export interface RuntimeVersion {
  readonly product: ReleaseProduct;
  /** As the package manager writes it; undefined for a program that belongs to no package. */
  readonly packaged: string | undefined;
  /** Such as `2.1`; undefined where it is not told. */
  readonly line: string | undefined;
  /** The distribution builds it and puts fixes into it, whatever the project does with the release line. */
  readonly byDistribution: boolean;
  readonly source: Source;
}

interface Product {
  readonly product: ReleaseProduct;
  readonly packages: readonly string[];
  /** Built by the project or for it, never by the distribution. */
  readonly foreign: readonly string[];
  readonly programs: readonly string[];
}

const bin = (name: string) =>
  ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"].map((at) => `${at}/${name}`);
const products: readonly Product[] = [
  {
    product: "containerd",
    packages: ["containerd", "containerd.io", "moby-containerd", "containerd-app"],
    foreign: ["containerd.io"],
    programs: bin("containerd"),
  },
  {
    product: "runc",
    packages: ["runc", "moby-runc", "runc-app"],
    foreign: [],
    programs: bin("runc"),
  },
  { product: "cri-o", packages: ["cri-o", "crio"], foreign: [], programs: bin("crio") },
];

/** The marks that Debian, Ubuntu, Red Hat, Fedora and Amazon put on versions of their own builds. */
export const ownBuild = /[~+](?:ds|dfsg)|ubuntu|\bdeb\d|\.(?:el|fc)\d|\.amzn|\+rhaos|\.rhaos/;

async function look(
  host: Host,
  found: ReadonlyMap<string, string>,
  manager: string,
  { product, packages: names, foreign, programs }: Product,
): Promise<RuntimeVersion | undefined> {
  const name = names.find((one) => found.has(one));
  const packaged = name === undefined ? undefined : found.get(name);
  if (name === undefined || packaged === undefined) {
    const stats = await Promise.all(programs.map((path) => host.stat(path)));
    const there = stats.find(({ state }) => state === "ok");
    // Part of a package of another name: containerd.io brings runc.
    if (there === undefined || (product === "runc" && found.has("containerd.io"))) return undefined;
    const source = wholeFile(there.path);
    return { product, packaged: undefined, line: undefined, byDistribution: false, source };
  }
  const line = /^(?:\d+:)?v?(\d+\.\d+)/.exec(packaged)?.[1];
  const byDistribution = !foreign.includes(name) && ownBuild.test(packaged);
  return { product, packaged, line, byDistribution, source: wholeFile(manager, `${name} ${packaged}`) };
}

export const runtimeVersions: FactSource<readonly RuntimeVersion[]> = {
  title: "the installed containerd, runc and CRI-O (package database)",
  async gather(host, ask) {
    const installed = await ask(packages);
    if (installed.state === "error") return failed(installed.reason);
    const list = installed.state === "known" ? installed.value.all : [];
    const manager =
      installed.state === "known" && installed.value.manager === "rpm" ? "rpm" : "/var/lib/dpkg/status";
    const found = new Map(list.map(({ name, version }) => [name, version]));
    const all = await Promise.all(products.map((product) => look(host, found, manager, product)));
    const there = all.filter((one) => one !== undefined);
    return there.length === 0
      ? absent("neither containerd nor runc nor CRI-O is on this node")
      : known(there);
  },
};
