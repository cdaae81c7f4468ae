// The checks on kube-controller-manager.
export { flags } from "./flags.js";
