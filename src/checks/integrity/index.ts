// The checks on the integrity of files.
export { default as baseline } from "./baseline.js";
