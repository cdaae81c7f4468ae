// The checks on containerd.
export { cri } from "./cri.js";
export { files } from "./files.js";
export { settings } from "./settings.js";
