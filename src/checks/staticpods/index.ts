// The checks on the manifests of static pods: one table.
export { containment } from "./containment.js";
