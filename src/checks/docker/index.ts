// The checks on the Docker daemon.
export { default as contentTrust } from "./content-trust.js";
export { configFile, daemonJsonValid, flagFileConflict, groupMembers, socketPermissions } from "./daemon.js";
export { files } from "./files.js";
export { default as probe2375 } from "./probe.js";
export { rowsAsChecks } from "./rows.js";
