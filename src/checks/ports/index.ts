// The checks of listening ports, in the order in which reports show them.

export { default as dashboard } from "./dashboard.js";
export { default as dockerApi } from "./docker-api.js";
export { default as etcd } from "./etcd.js";
export { default as kubectlProxy } from "./kubectl-proxy.js";
export { default as kubeletReadOnly } from "./kubelet-read-only.js";
export { default as legacyServices } from "./legacy-services.js";
export { default as unexpected } from "./unexpected.js";
