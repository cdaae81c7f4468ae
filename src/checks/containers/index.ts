// The checks on the containers that run here: one table.
export { containment } from "./containment.js";
