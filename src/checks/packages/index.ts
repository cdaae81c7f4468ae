// The checks on installed packages.
export { unneeded } from "./unneeded.js";
