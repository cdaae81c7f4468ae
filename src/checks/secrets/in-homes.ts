// secrets.kubeconfig-in-home, docker-config-credentials, cloud-credentials: credentials that lie where a person put them.
import type { SecretItem } from "../../facts/secrets.js";
import { type Check, defineCheck } from "../define.js";
import { isListed, pathsParam } from "../path-list.js";
import { itemName, itemSource } from "./item.js";

interface Rule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly what: string;
  readonly isMeant: (item: SecretItem) => boolean;
}

const rules: readonly Rule[] = [
  {
    id: "secrets.kubeconfig-in-home",
    title: "No kubeconfig with credentials lies in a home",
    why: "Kubeconfigs in homes are copies of an administrator's: whoever gets into the account has the cluster, long after the work is done.",
    remedy:
      "Remove it from the node, and use a short-lived one from your own machine (`exec` plugins, OIDC).",
    what: "kubeconfigs with credentials in homes",
    isMeant: ({ kind, home, holdsCredentials }) =>
      kind === "kubeconfig" && home !== undefined && holdsCredentials,
  },
  {
    id: "secrets.docker-config-credentials",
    title: "No registry password stands in a file",
    why: "The passwords are base64 and no more; with them somebody else's image takes the place of yours.",
    remedy: "`docker logout`, and a credential helper or the kubelet's image credential provider.",
    what: "registry passwords in files",
    isMeant: ({ kind, holdsCredentials }) => kind === "registry" && holdsCredentials,
  },
  {
    id: "secrets.cloud-credentials",
    title: "No cloud credentials lie on the node",
    why: "Keys of a cloud account work from anywhere and outlive the node; a workload identity does neither.",
    remedy: "Give the instance or the workload an identity of its own and remove the keys, then revoke them.",
    what: "cloud credentials",
    // What a node was started with is judged by what is in it (stale-bootstrap-token).
    isMeant: ({ kind, path }) => kind === "cloud" && !path.startsWith("/var/lib/cloud/"),
  },
];

function homeCheck({ id, title, why, remedy, what, isMeant }: Rule): Check {
  return defineCheck({
    id,
    title,
    why,
    remedy,
    severity: "medium",
    risk: "none",
    fixable: false,
    needs: ["secrets"],
    params: { allow: pathsParam },
    evaluate({ secrets }, { allow }) {
      const found = secrets.items.filter((item) => isMeant(item) && !isListed(item.path, allow));
      return {
        expected: `no ${what}`,
        actual: found.length === 0 ? "none" : `${found.length}`,
        evidence: found.map(itemSource),
        problems: found.map((item) => ({ message: `${itemName(item)} is on this node` })),
        unknowns: secrets.unread,
      };
    },
  });
}

export const inHomes: readonly Check[] = rules.map(homeCheck);
