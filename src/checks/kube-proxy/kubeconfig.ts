// kube-proxy.kubeconfig: only root reads and changes the kubeconfig of kube-proxy on this node.
import { word } from "../../core/param.js";
import { defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

export default defineCheck({
  id: "kube-proxy.kubeconfig",
  title: "Only root reads kube-proxy's kubeconfig",
  why: "It holds an identity that lists every Service and endpoint of the cluster.",
  remedy: "`chown root:root` and `chmod 600` the file named.",
  breaks: "A kube-proxy that runs under another account no longer reads its kubeconfig.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["kubeProxy"],
  optional: ["accounts"],
  params: { mode: word("0600", /[0-7]{3,4}/, "a mode such as 0600") },
  evaluate({ kubeProxy, accounts }, { mode }) {
    const states = kubeProxy.kubeconfigs.filter(({ state }) => state !== "absent");
    if (states.length === 0)
      return kubeProxy.unread.length > 0
        ? { undecided: kubeProxy.unread.join("; ") }
        : { notApplicable: "kube-proxy has no kubeconfig of its own on this node" };
    const names = accounts.state === "known" ? accounts.value : undefined;
    const findings = joinFindings(
      states.map((state) => judgeMode(state, { mode: Number.parseInt(mode, 8) }, names)),
    );
    return {
      expected: `${mode} root:root, or less`,
      actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", "),
      ...findings,
      unknowns: [...findings.unknowns, ...kubeProxy.unread],
    };
  },
});
