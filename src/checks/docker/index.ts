// The checks on the Docker daemon.
export { configFile, daemonJsonValid, flagFileConflict, groupMembers, socketPermissions } from "./daemon.js";
export { default as probe2375 } from "./probe.js";
export { rowsAsChecks } from "./rows.js";
