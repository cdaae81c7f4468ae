// The checks on the audit daemon and its rules.
export { default as enabled } from "./enabled.js";
export { files } from "./files.js";
export { default as immutable } from "./immutable.js";
export { default as installed } from "./installed.js";
export { default as kernelParameters } from "./kernel-parameters.js";
export { default as loaded } from "./loaded.js";
export { default as noHalt } from "./no-halt.js";
export { default as retention } from "./retention.js";
export { rules } from "./rules.js";
