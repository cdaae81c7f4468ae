// The checks on what watches the node at run time: one table.
export { watchers } from "./watchers.js";
