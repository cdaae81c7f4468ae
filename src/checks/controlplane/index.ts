// The checks on the files of a control plane.
export { files } from "./files.js";
