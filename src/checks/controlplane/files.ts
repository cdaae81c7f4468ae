// controlplane.files.*: owner and mode of manifests, kubeconfigs, certificates and keys of a control plane, a row a check.
import type { Fact } from "../../core/fact.js";
import { notApplicable, type Problem, type Severity } from "../../core/outcome.js";
import { wholeFile } from "../../core/source.js";
import type { Facts, FactValues } from "../../facts/index.js";
import { type Check, defineCheck } from "../define.js";

interface Kept {
  readonly isKey?: boolean;
  readonly path: string;
  readonly stat: {
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
    readonly realPath: string;
  };
}

interface Given {
  readonly staticPods: Pick<FactValues["staticPods"], "files" | "unread">;
  readonly certificates: Pick<FactValues["certificates"], "files" | "kubeconfigs" | "folders" | "unread">;
}

/** k3s has no manifests, and a node with manifests may keep no certificate: either may be absent. */
function givenOf({ staticPods, certificates }: Pick<Facts, "staticPods" | "certificates">): Given {
  const unread = (fact: Fact<unknown>) => (fact.state === "error" ? [fact.reason] : []);
  return {
    staticPods: staticPods.state === "known" ? staticPods.value : { files: [], unread: unread(staticPods) },
    certificates:
      certificates.state === "known"
        ? certificates.value
        : { files: [], kubeconfigs: [], folders: [], unread: unread(certificates) },
  };
}

interface Row {
  readonly name: string;
  readonly what: string;
  readonly severity: Severity;
  readonly mode: number;
  /** Of the private keys among them. */
  readonly keyMode?: number;
  /** etcd's own account may own its keys. */
  readonly owners?: readonly string[];
  readonly why: string;
  readonly files: (given: Given) => readonly Kept[];
}

const kubeconfigWhy = "It carries credentials of the control plane; who reads it is it.";
const manifestWhy = "The kubelet runs what the manifest says as root; who writes it owns the cluster.";

function manifestOf(component: string): Row["files"] {
  return ({ staticPods }) =>
    staticPods.files.filter(({ pods }) =>
      pods.some(({ containers }) => containers.some(({ name }) => name === component)),
    );
}

function kubeconfigs(pattern: RegExp): Row["files"] {
  return ({ certificates }) => certificates.kubeconfigs.filter(({ path }) => pattern.test(path));
}

/** Folders of a control plane's certificates; a worker's authority is judged with its kubelet. */
const pki =
  /^(?:\/etc\/kubernetes\/(?:pki|ssl|static-pod-resources)|\/srv\/kubernetes|\/var\/lib\/kubernetes|\/etc\/etcd|\/etc\/ssl\/etcd|\/var\/lib\/rancher\/\w+\/server\/tls|\/var\/snap\/microk8s\/current\/certs)\//;

/** Those of etcd have an owner of their own, and a check of their own. */
const ofEtcd = /\/etcd\//;

function isPki(path: string): boolean {
  return pki.test(path) && !ofEtcd.test(path);
}

const rows: readonly Row[] = [
  {
    name: "apiserver-manifest",
    what: "The API server's manifest",
    severity: "high",
    mode: 0o600,
    why: manifestWhy,
    files: manifestOf("kube-apiserver"),
  },
  {
    name: "controller-manager-manifest",
    what: "The controller manager's manifest",
    severity: "high",
    mode: 0o600,
    why: manifestWhy,
    files: manifestOf("kube-controller-manager"),
  },
  {
    name: "scheduler-manifest",
    what: "The scheduler's manifest",
    severity: "high",
    mode: 0o600,
    why: manifestWhy,
    files: manifestOf("kube-scheduler"),
  },
  {
    name: "etcd-manifest",
    what: "etcd's manifest",
    severity: "high",
    mode: 0o600,
    why: manifestWhy,
    files: manifestOf("etcd"),
  },
  {
    name: "admin-conf",
    what: "The administrator's kubeconfig",
    severity: "critical",
    mode: 0o600,
    why: kubeconfigWhy,
    files: kubeconfigs(/\/(?:admin\.conf|k3s\.yaml|rke2\.yaml|admin\.kubeconfig|client\.config)$/),
  },
  {
    name: "super-admin-conf",
    what: "The super administrator's kubeconfig",
    severity: "critical",
    mode: 0o600,
    why: kubeconfigWhy,
    files: kubeconfigs(/\/(?:super-admin\.conf|supervisor\.kubeconfig)$/),
  },
  {
    name: "scheduler-conf",
    what: "The scheduler's kubeconfig",
    severity: "high",
    mode: 0o600,
    why: kubeconfigWhy,
    files: kubeconfigs(/\/scheduler\.(?:conf|kubeconfig|config)$/),
  },
  {
    name: "controller-manager-conf",
    what: "The controller manager's kubeconfig",
    severity: "high",
    mode: 0o600,
    why: kubeconfigWhy,
    files: kubeconfigs(/\/controller(?:-manager)?\.(?:conf|kubeconfig|config)$/),
  },
  {
    name: "pki-certificates",
    what: "Certificates of the control plane",
    severity: "medium",
    mode: 0o644,
    owners: ["etcd"],
    why: "Who can replace an authority's certificate decides whom the control plane trusts.",
    files: ({ certificates }) =>
      certificates.files.filter(({ path, keys }) => isPki(path) && keys.length === 0),
  },
  {
    name: "pki-keys",
    what: "Private keys of the control plane",
    severity: "critical",
    mode: 0o600,
    owners: ["etcd"],
    why: "Who reads an authority's key makes himself administrator, and no log shows it.",
    files: ({ certificates }) =>
      certificates.files.filter(({ path, keys }) => isPki(path) && keys.length > 0),
  },
  {
    name: "pki-directory",
    what: "Folders of certificates of the control plane",
    severity: "high",
    mode: 0o755,
    owners: ["etcd"],
    why: "Who can write to the folder puts an authority of his own in the place of the cluster's.",
    files: ({ certificates }) => certificates.folders.filter(({ path }) => pki.test(`${path}/`)),
  },
  {
    name: "etcd-pki",
    what: "Certificates and keys of etcd",
    severity: "critical",
    mode: 0o644,
    keyMode: 0o600,
    owners: ["etcd"],
    why: "A key that etcd's authority signed reads and writes every object of the cluster, and no audit log shows it.",
    files: ({ certificates }) =>
      certificates.files
        .filter(({ path }) => pki.test(path) && ofEtcd.test(path))
        .map((file) => ({ ...file, isKey: file.keys.length > 0 })),
  },
];

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

function problemsOf(
  row: Row,
  { path, stat, isKey }: Kept,
  accounts: FactValues["accounts"],
): readonly Problem[] {
  const owner = accounts.userName(stat.uid);
  const trusted = stat.uid === 0 || (row.owners ?? []).includes(owner);
  const most = isKey === true ? (row.keyMode ?? row.mode) : row.mode;
  const loose = (stat.mode & ~most & 0o7777) !== 0;
  if (trusted && !loose) return [];
  const parts = [
    ...(loose ? [`has mode ${octal(stat.mode)}, more than ${octal(most)}`] : []),
    ...(trusted ? [] : [`belongs to ${owner}`]),
  ];
  const fix = {
    kind: "chmod" as const,
    file: stat.realPath,
    mode: stat.mode & most,
    owner: trusted ? `${stat.uid}:${stat.gid}` : "root:root",
  };
  return [{ message: `${path} ${parts.join(" and ")}`, fix: [fix] }];
}

export const files: readonly Check[] = rows.map((row) =>
  defineCheck({
    id: `controlplane.files.${row.name}`,
    title: `${row.what} ${/s of (?:the|etcd)|^Folders/.test(row.what) ? "belong" : "belongs"} to root and ${row.mode === 0o600 ? "only root reads it" : "only root changes them"}`,
    why: row.why,
    remedy: `chown root:root and chmod ${octal(row.mode)} on the file.`,
    severity: row.severity,
    risk: "none",
    fixable: true,
    tags: ["control-plane"],
    needs: ["controlPlane", "accounts"],
    optional: ["staticPods", "certificates"],
    params: {},
    evaluate({ accounts, staticPods, certificates }) {
      const given = givenOf({ staticPods, certificates });
      const found = row.files(given);
      const unread = [...given.staticPods.unread, ...given.certificates.unread];
      if (found.length === 0 && unread.length === 0)
        return notApplicable(`${row.what}: there is no such file on this node`);
      const wrong = found.filter((file) => problemsOf(row, file, accounts).length > 0);
      const shown = wrong.length > 0 ? wrong : found;
      return {
        expected: `${octal(row.mode)} or less, owned by root`,
        actual: shown.map(({ stat }) => `${octal(stat.mode)} ${accounts.userName(stat.uid)}`).join(", "),
        evidence: shown.map(({ path, stat }) => wholeFile(path, `mode ${octal(stat.mode)}`)),
        problems: found.flatMap((file) => problemsOf(row, file, accounts)),
        unknowns: unread,
      };
    },
  }),
);
