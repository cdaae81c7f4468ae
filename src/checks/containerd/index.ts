// The checks on containerd.
export { baseRuntimeSpec } from "./base-runtime-spec.js";
export { cri } from "./cri.js";
export { files } from "./files.js";
export { settings } from "./settings.js";
