// ports.kubectl-proxy: nobody has left the API server open with his own credentials.
import { parseNetwork, scopeOf } from "../../core/network.js";
import type { Problem } from "../../core/outcome.js";
import { defaultHosts, type KubectlProxy } from "../../facts/kubectl-proxies.js";
import { defineCheck } from "../define.js";

/** A name such as localhost is looked up by kubectl: only the one that everybody agrees on is taken for the loopback. */
function isLoopback(address: string): boolean {
  if (address === "localhost") return true;
  const network = parseNetwork(address);
  return network !== undefined && scopeOf(network) === "loopback";
}

function judge({ pid, address, port, filtersOff, acceptHosts }: KubectlProxy): readonly Problem[] {
  const where = `kubectl proxy (process ${pid})`;
  const wide = address !== "" && !isLoopback(address);
  return [
    ...(wide
      ? [{ message: `${where} listens on ${address}:${port}: whoever reaches it acts as who started it` }]
      : []),
    ...(filtersOff
      ? [{ message: `${where} runs with --disable-filter: even exec and attach go through` }]
      : []),
    ...(acceptHosts !== defaultHosts
      ? [
          {
            message: `${where} answers to other host names (--accept-hosts=${acceptHosts}): a web page can reach it through a browser`,
          },
        ]
      : []),
  ];
}

export default defineCheck({
  id: "ports.kubectl-proxy",
  title: "No kubectl proxy listens beyond the loopback or without its filters",
  why: "It puts the credentials of who started it before every request and asks for none itself: a password-less door to the cluster.",
  remedy:
    "End it, or start it without --address, --accept-hosts and --disable-filter; `kubectl port-forward` for a single service.",
  severity: "critical",
  risk: "none",
  fixable: false,
  needs: ["kubectlProxies"],
  params: {},
  evaluate({ kubectlProxies }) {
    const { all, unread } = kubectlProxies;
    return {
      expected: "none beyond the loopback, none without filters",
      actual: all.length === 0 ? "none runs" : `${all.length} running`,
      evidence: all.map(({ source }) => source),
      problems: all.flatMap(judge),
      unknowns: unread,
    };
  },
});
