// The checks of secret material: audit only, for what is secret is moved by people.
export { default as imdsOpen } from "./imds-open.js";
export { inHomes } from "./in-homes.js";
export { default as permissions } from "./permissions.js";
export { default as staleBootstrapToken } from "./stale-bootstrap-token.js";
export { default as worldReadable } from "./world-readable.js";
