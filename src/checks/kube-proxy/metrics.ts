// kube-proxy.metrics: its metrics and debug port is bound to loopback, by setting and by what listens.
import { place } from "../../core/source.js";
import { defineCheck } from "../define.js";

/** `127.0.0.1:10249`, `[::1]:10249`, `localhost:1`: an address that only this node reaches. */
function isLoopback(value: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)(?::\d+)?$/.test(value);
}

export default defineCheck({
  id: "kube-proxy.metrics",
  title: "kube-proxy serves its metrics to this node only",
  why: "The port has no authentication, tells of every Service, and takes profiling requests.",
  remedy:
    'Set `metricsBindAddress: ""` or `127.0.0.1:10249` in kube-proxy\'s ConfigMap (by hand: `--metrics-bind-address`), and restart it.',
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kubeProxy"],
  optional: ["sockets"],
  params: {},
  evaluate({ kubeProxy, sockets }) {
    const { metrics, unread } = kubeProxy;
    const port = Number(/:(\d+)$/.exec(metrics?.value ?? "")?.[1] ?? 10249);
    const open = (sockets.state === "known" ? sockets.value.listening : []).filter(
      (one) => one.protocol === "tcp" && one.port === port && !one.loopback,
    );
    const set =
      metrics === undefined || isLoopback(metrics.value)
        ? []
        : [{ message: `metrics are bound to ${metrics.value} (${place(metrics.source)})` }];
    const heard = open.map(({ host }) => ({ message: `port ${port} listens on ${host}` }));
    return {
      expected: "a loopback address",
      actual: metrics?.value ?? "not known",
      evidence: [...(metrics === undefined ? [] : [metrics.source]), ...open.map(({ source }) => source)],
      problems: [...set, ...heard],
      unknowns: unread,
    };
  },
});
