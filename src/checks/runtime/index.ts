// The checks on runtimes with a kernel of their own: one table.
export { sandboxes } from "./sandboxes.js";
