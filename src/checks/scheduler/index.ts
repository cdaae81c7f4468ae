// The checks on kube-scheduler.
export { flags } from "./flags.js";
