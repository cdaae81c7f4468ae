// The checks of su.
export { default as restricted } from "./restricted.js";
