// A control plane as `kubeadm init` leaves it, hardened by hand: certificates, kubeconfigs, static pods, audit, encryption.
// Its components are stand-ins that the stand-in kubelet starts.
import { generateKeyPairSync } from "node:crypto";
import {
  auditPolicy,
  encryptionConfig,
  type FlagValues,
  manifest,
  manifestPath,
} from "../../support/control-plane.js";
import type { Bed } from "../bed.js";
import { nodeAddress, nodeNetwork } from "./good.js";
import { type Files, type Laid, lay } from "./lay.js";
import { type Authority, authority, clientUse, type Pair, serverUse } from "./pki.js";
import { kubeconfig, kubeletAnswers } from "./worker.js";

const folder = "/etc/kubernetes";
const pki = `${folder}/pki`;
export const adminConf = `${folder}/admin.conf`;
export const caKey = `${pki}/ca.key`;

const inline = (text: string) => Buffer.from(text).toString("base64");
const secret = (text: string): Laid => ({ text, mode: 0o600 });

function withData(ca: Authority, user: string, pair: Pair): Laid {
  const data = [
    `client-certificate-data: ${inline(pair.certificate)}`,
    `client-key-data: ${inline(pair.key)}`,
  ];
  return secret(kubeconfig(ca.certificate, user, data.map((line) => `    ${line}\n`).join("")));
}

function pairAt(path: string, { certificate, key }: Pair): Files {
  return { [`${path}.crt`]: certificate, [`${path}.key`]: secret(key) };
}

async function certificates(ca: Authority, address: string): Promise<Files> {
  const [front, etcd] = [await authority("front-proxy-ca"), await authority("etcd-ca")];
  const names = `DNS:bed,DNS:kubernetes,DNS:localhost,IP:127.0.0.1,IP:${address}`;
  const both = [...serverUse(names)].map((line) => line.replace("serverAuth", "serverAuth,clientAuth"));
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    ...pairAt(`${pki}/ca`, ca),
    ...pairAt(`${pki}/apiserver`, await ca.issue("/CN=kube-apiserver", serverUse(names))),
    ...pairAt(
      `${pki}/apiserver-kubelet-client`,
      await ca.issue("/CN=kube-apiserver-kubelet-client", clientUse),
    ),
    ...pairAt(`${pki}/front-proxy-ca`, front),
    ...pairAt(`${pki}/front-proxy-client`, await front.issue("/CN=front-proxy-client", clientUse)),
    ...pairAt(`${pki}/apiserver-etcd-client`, await etcd.issue("/CN=kube-apiserver-etcd-client", clientUse)),
    ...pairAt(`${pki}/etcd/ca`, etcd),
    ...pairAt(`${pki}/etcd/server`, await etcd.issue("/CN=bed", both)),
    ...pairAt(`${pki}/etcd/peer`, await etcd.issue("/CN=bed", both)),
    [`${pki}/sa.pub`]: publicKey.export({ type: "spki", format: "pem" }).toString(),
    [`${pki}/sa.key`]: secret(privateKey.export({ type: "pkcs1", format: "pem" }).toString()),
  };
}

async function kubeconfigs(ca: Authority): Promise<Files> {
  const one = async (name: string, user: string, subject: string): Promise<Files> => ({
    [`${folder}/${name}.conf`]: withData(ca, user, await ca.issue(subject, clientUse)),
  });
  return {
    ...(await one("admin", "kubernetes-admin", "/O=kubeadm:cluster-admins/CN=kubernetes-admin")),
    ...(await one("super-admin", "kubernetes-super-admin", "/O=system:masters/CN=kubernetes-super-admin")),
    ...(await one(
      "controller-manager",
      "system:kube-controller-manager",
      "/CN=system:kube-controller-manager",
    )),
    ...(await one("scheduler", "system:kube-scheduler", "/CN=system:kube-scheduler")),
  };
}

/** The manifests, with flags changed by component; undefined takes one away. */
export function manifests(
  bed: Bed,
  flags: Readonly<Record<string, FlagValues>> = {},
): Readonly<Record<string, Laid>> {
  const address = nodeAddress(bed);
  const own: Readonly<Record<string, FlagValues>> = {
    "kube-apiserver": { "advertise-address": address },
    "kube-controller-manager": {},
    "kube-scheduler": {},
    etcd: {
      "listen-client-urls": `https://127.0.0.1:2379,https://${address}:2379`,
      "listen-peer-urls": `https://${address}:2380`,
      "peer-trusted-ca-file": `${pki}/etcd/ca.crt`,
    },
  };
  const text = (name: string) => manifest(name, { ...own[name], ...flags[name] }, "1.36.2");
  return Object.fromEntries(Object.keys(own).map((name) => [manifestPath(name), secret(text(name))]));
}

/** Debian 13 ships complaining profiles of desktop programs, which a node does not run. */
const site = `params:
  apparmor.complain: {allow: [unix-chkpwd, unprivileged_userns]}
  ports.expected:
    allow:
      - {port: 22, proto: tcp, process: sshd}
      - {port: 10250, proto: tcp, process: node}
      - {port: 6443, proto: tcp, process: node}
      - {port: 2379-2380, proto: tcp, process: node}
`;

/** Waits until every component listens. */
export async function componentsAnswer(bed: Bed): Promise<void> {
  await bed.sh(`for i in $(seq 100); do
  n=0; for p in 6443 2379 10257 10259; do ss -Hltn "sport = :$p" | grep -q . && n=$((n + 1)); done
  [ $n = 4 ] && exit 0
  sleep 0.3
done
ss -ltnp; journalctl -u kubelet --no-pager | tail -20; exit 1`);
}

/** Makes a good worker (makeGood) a control plane. */
export async function makeControlPlane(bed: Bed, ca: Authority): Promise<void> {
  await lay(bed, {
    ...(await certificates(ca, nodeAddress(bed))),
    ...(await kubeconfigs(ca)),
    ...manifests(bed),
    [`${folder}/audit-policy.yaml`]: auditPolicy,
    [`${folder}/encryption.yaml`]: secret(encryptionConfig),
    "/etc/nodeward/nodeward.yaml": site,
  });
  await bed.sh(`
install -d -m 0700 /var/lib/etcd
install -d -m 0700 /var/log/kubernetes
ufw allow from ${nodeNetwork(bed)} to any port 6443 proto tcp
systemctl restart kubelet.service
`);
  await kubeletAnswers(bed);
  await componentsAnswer(bed);
}
