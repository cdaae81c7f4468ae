// The checks on updates, kernels and package sources.
export { default as automatic } from "./automatic.js";
export { default as kernelRunning } from "./kernel-running.js";
export { default as kubernetesSupported } from "./kubernetes-supported.js";
export { default as rebootRequired } from "./reboot-required.js";
export { default as runtimesSupported } from "./runtimes-supported.js";
export { default as securityUpdates } from "./security-updates.js";
export { default as sourcesSigned } from "./sources-signed.js";
