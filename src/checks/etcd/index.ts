// The checks on etcd.
export { default as dataDir } from "./data-dir.js";
export { flags } from "./flags.js";
export { default as probe2379 } from "./probe.js";
