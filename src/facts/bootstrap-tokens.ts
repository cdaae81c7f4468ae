// Tokens with which this node joined its cluster, where they were left lying about. Says where, never what.
import { absent, type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { tokenLines } from "../formats/join-token.js";
import { fileStates } from "./file-state.js";
import type { FactSource } from "./source.js";

export interface BootstrapTokens {
  /** It has credentials of its own: no token is needed any more. */
  readonly joined: boolean;
  readonly places: readonly Source[];
  readonly unread: readonly string[];
}

const places = [
  "/etc/kubernetes/bootstrap-kubelet.conf",
  "/var/lib/kubelet/bootstrap-kubeconfig",
  "/etc/kubernetes/kubeadm*.yaml",
  "/etc/kubernetes/kubeadm*.conf",
  "/root/kubeadm*",
  "/var/lib/cloud/instance/user-data.txt",
  "/var/lib/cloud/instance/scripts/*",
  "/root/.bash_history",
  "/var/log/cloud-init-output.log",
];

const ownCredentials = [
  "/var/lib/kubelet/pki/kubelet-client-current.pem",
  "/etc/kubernetes/kubelet.conf",
  "/var/lib/kubelet/kubeconfig",
];

/** Logs and histories grow; a token stands where the node began. */
const readLimit = 16 * 1024 * 1024;

export const bootstrapTokens: FactSource<BootstrapTokens> = {
  title: "bootstrap tokens left on the node (kubeadm's and cloud-init's files, root's history)",
  async gather(host): Promise<Fact<BootstrapTokens>> {
    const [own, kubelet, states] = await Promise.all([
      fileStates(host, ownCredentials),
      fileStates(host, ["/var/lib/kubelet", "/etc/kubernetes"]),
      fileStates(host, places),
    ]);
    if (kubelet.every(({ state }) => state === "absent"))
      return absent("no kubelet has been set up on this node");
    const reads = await Promise.all(
      states
        .filter(({ state }) => state !== "absent")
        .map(({ path }) => host.read(path, { limit: readLimit })),
    );
    return known({
      joined: own.some(({ state }) => state !== "absent"),
      places: reads.flatMap((read) =>
        read.state === "ok"
          ? tokenLines(read.text).map((line) => ({
              file: read.path,
              line,
              span: { start: 0, end: 0 },
              text: "a bootstrap token",
            }))
          : [],
      ),
      unread: reads.flatMap((read) => (read.state === "ok" || read.state === "absent" ? [] : [read.reason])),
    });
  },
};
