// Makes a good control plane as bad as the break-in reports describe, and says which check must find what, and where.
import { manifestPath } from "../../support/control-plane.js";
import type { Bed } from "../bed.js";
import { adminConf, caKey, componentsAnswer, manifests } from "./control-plane.js";
import { lay } from "./lay.js";
import type { Planted } from "./weak-worker.js";

const apiserver = manifestPath("kube-apiserver");
// A flag that is missing is missing in the container's entry, line 8.
const etcd = manifestPath("etcd");
const scheduler = manifestPath("kube-scheduler");

/** Does the damage; answers what must be found. */
export async function weakenControlPlane(bed: Bed): Promise<Planted> {
  await lay(
    bed,
    manifests(bed, {
      "kube-apiserver": {
        "anonymous-auth": "true",
        "authorization-mode": "AlwaysAllow",
        "audit-log-path": undefined,
        "encryption-provider-config": undefined,
        "kubelet-certificate-authority": undefined,
        profiling: undefined,
      },
      "kube-scheduler": { "bind-address": "0.0.0.0" },
      etcd: { "client-cert-auth": "false", "listen-client-urls": "http://0.0.0.0:2379" },
    }),
  );
  await bed.sh(`
chmod 644 ${adminConf} ${caKey} ${apiserver}
chmod 755 /var/lib/etcd
sleep 3
`);
  await componentsAnswer(bed);
  return {
    "apiserver.anonymous-auth": [`${apiserver}:anonymous-auth`],
    "apiserver.authorization-mode": [`${apiserver}:authorization-mode`],
    "apiserver.audit-log-path": [`${apiserver}:8`],
    "apiserver.encryption-provider-config": [`${apiserver}:8`],
    "apiserver.kubelet-certificate-authority": [`${apiserver}:8`],
    "apiserver.profiling": [`${apiserver}:8`],
    "scheduler.bind-address": [`${scheduler}:bind-address`],
    "etcd.client-cert-auth": [`${etcd}:client-cert-auth`],
    "etcd.listen-addresses": [`${etcd}:listen-client-urls`],
    "etcd.data-dir": ["/var/lib/etcd:0"],
    "etcd.probe-2379": ["http://127.0.0.1:2379/version:0"],
    "ports.etcd": [`${etcd}:listen-client-urls`],
    // The scheduler's port, which policy expects on loopback only.
    "ports.unexpected": [],
    "kubernetes.certificates": [`${caKey}:0`],
    "secrets.world-readable": ["/var/lib/etcd:0", `${caKey}:0`, `${adminConf}:0`],
    "controlplane.files.admin-conf": [`${adminConf}:0`],
    "controlplane.files.pki-keys": [`${caKey}:0`],
    "controlplane.files.apiserver-manifest": [`${apiserver}:0`],
  };
}
