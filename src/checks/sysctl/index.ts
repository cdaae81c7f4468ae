// The checks of kernel settings.
export { default as conflicts } from "./conflicts.js";
export { default as kubeletDefaults } from "./kubelet-defaults.js";
export { default as kubernetesForwarding } from "./kubernetes-forwarding.js";
export { rpFilter } from "./rp-filter.js";
export { settings } from "./settings.js";
export { default as userNamespaces } from "./user-namespaces.js";
