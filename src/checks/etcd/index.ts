// The checks on etcd.
export { default as dataDir } from "./data-dir.js";
export { flags } from "./flags.js";
