// The checks on CRI-O.
export { files } from "./files.js";
export { settings } from "./settings.js";
export { workloads } from "./workloads.js";
