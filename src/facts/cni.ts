// Which network plug-ins are configured on the node (CNI), by the names of their files. Not how they are configured.
import { absent, failed, known } from "../core/fact.js";
import type { FactSource } from "./source.js";

export interface Cni {
  readonly files: readonly string[];
  /** Does a file name this plug-in: `cilium`, `calico`, …? */
  has(plugin: string): boolean;
}

/** The usual place, and those of k3s and microk8s. */
const folders = [
  "/etc/cni/net.d",
  "/var/lib/rancher/k3s/agent/etc/cni/net.d",
  "/var/snap/microk8s/current/args/cni-network",
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
    const names = files.map((path) => path.toLowerCase());
    return known({ files, has: (plugin) => names.some((name) => name.includes(plugin)) });
  },
};
