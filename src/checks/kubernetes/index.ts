// The checks on what Kubernetes has on a node beside the kubelet, one line each.

export { default as binaries } from "./binaries.js";
export { default as certificates } from "./certificates.js";
export { default as cni } from "./cni.js";
