// The checks on sshd, one line each.

export { default as accessLimited } from "./access-limited.js";
export { algorithms } from "./algorithms.js";
export { default as authorizedKeys } from "./authorized-keys.js";
export { default as banner } from "./banner.js";
export { choices } from "./choices.js";
export { default as configPermissions } from "./config-permissions.js";
export { default as configValid } from "./config-valid.js";
export { forwarding } from "./forwarding.js";
export { default as hostKeyPermissions } from "./host-key-permissions.js";
export { limits } from "./limits.js";
export { default as matchBlocks } from "./match-blocks.js";
export { default as permitRootLogin } from "./permit-root-login.js";
