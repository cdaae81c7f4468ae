// apiserver.probe-anonymous: what the API server on this machine answers to somebody without credentials, live.
import type { PortAnswer } from "../../facts/port-probes.js";
import { defineCheck } from "../define.js";
import { inWords, judgePort, type Said } from "../port-probe.js";

/** /version and /healthz are open to all by Kubernetes' own roles (system:public-info-viewer). */
function judge(answer: PortAnswer): Said {
  const { result, path, where } = answer;
  if (result.state !== "answered")
    return path === "/api"
      ? { unknown: `whether ${where} refuses strangers is not known: ${inWords(answer)}` }
      : {};
  if (result.status === 401 || result.status === 403) return {};
  const open = result.status >= 200 && result.status < 300;
  if (path !== "/api") return open ? { note: `${where} tells ${path.slice(1)} to anybody, as is usual` } : {};
  if (open) return { problem: `${where} shows its API to somebody without credentials` };
  return { unknown: `whether ${where} refuses strangers is not known: ${inWords(answer)}` };
}

export default defineCheck({
  id: "apiserver.probe-anonymous",
  title: "The API server refuses its API to a request without credentials",
  why: "What system:anonymous may see everybody on the network may see: a role bound to it opens the cluster to strangers.",
  remedy:
    "Look for bindings to system:anonymous and system:unauthenticated (`kubectl get clusterrolebindings -o wide`) and delete them, or set --anonymous-auth=false.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["portProbes"],
  params: {},
  evaluate: ({ portProbes: { apiserver, unsure } }) =>
    judgePort(apiserver, unsure, {
      expected: "401 or 403 for /api",
      shut: "no API server listens on this machine",
      judge,
    }),
});
