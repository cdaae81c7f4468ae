// The checks on the journal's configuration.
export { default as forward } from "./forward.js";
export { settings } from "./settings.js";
