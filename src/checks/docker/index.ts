// The checks on the Docker daemon.
export { configFile, daemonJsonValid, flagFileConflict, groupMembers, socketPermissions } from "./daemon.js";
export { rowsAsChecks } from "./rows.js";
