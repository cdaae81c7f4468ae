// The checks on what watches the node at run time: one table.
export { default as fileIntegrity } from "./file-integrity.js";
export { watchers } from "./watchers.js";
