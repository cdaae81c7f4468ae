// Which network plug-ins are configured on the node (CNI), by the names of their files. Not how they are configured.
import { absent, failed, known } from "../core/fact.js";
import { type FileState, fileStates } from "./file-state.js";
import type { FactSource } from "./source.js";

export interface Cni {
  readonly files: readonly string[];
  /** The folders and files as they lie on the disk. */
  readonly states: readonly FileState[];
  /** Does a file name this plug-in: `cilium`, `calico`, …? */
  has(plugin: string): boolean;
}

/** The usual place, and those of k3s, rke2, microk8s and OpenShift. */
const folders = [
  "/etc/cni/net.d",
  "/var/lib/rancher/k3s/agent/etc/cni/net.d",
  "/var/lib/rancher/rke2/agent/etc/cni/net.d",
  "/var/snap/microk8s/current/args/cni-network",
  "/etc/kubernetes/cni/net.d",
];

export const cni: FactSource<Cni> = {
  title: "the network plug-ins (/etc/cni/net.d)",
  async gather(host) {
    const listings = await Promise.all(folders.map((folder) => host.list(folder)));
    const bad = listings.find(({ state }) => state === "denied" || state === "failed");
    if (bad !== undefined && bad.state !== "ok") return failed(bad.reason);
    const files = listings.flatMap((listing) =>
      listing.state === "ok" ? listing.entries.map(({ name }) => `${listing.path}/${name}`) : [],
    );
    if (files.length === 0) return absent("no network plug-in is configured: nothing in /etc/cni/net.d");
    const used = listings.flatMap((listing) => (listing.state === "ok" ? [listing.path] : []));
    const states = await fileStates(host, [...used, ...files]);
    const names = files.map((path) => path.toLowerCase());
    return known({ files, states, has: (plugin) => names.some((name) => name.includes(plugin)) });
  },
};
