// The checks of kernel modules.
export { default as configPermissions } from "./config-permissions.js";
export { modules } from "./modules.js";
export { default as needed } from "./needed.js";
export { default as signature } from "./signature.js";
export { default as unexpected } from "./unexpected.js";
export { default as wireless } from "./wireless.js";
