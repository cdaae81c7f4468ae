// The checks of logs: who reads and writes them, where they go, whose they are.
export { default as createMode } from "./create-mode.js";
export { default as kubernetes } from "./kubernetes.js";
export { default as permissions } from "./permissions.js";
export { remoteChecks } from "./remote.js";
export { default as remoteInput } from "./remote-input.js";
