// The checks on runc.
export { default as version } from "./version.js";
