// The checks on kube-proxy, one line each.

export { default as kubeconfig } from "./kubeconfig.js";
export { default as metrics } from "./metrics.js";
