// The checks on containerd.
export { settings } from "./settings.js";
