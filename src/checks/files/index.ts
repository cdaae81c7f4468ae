// The checks of files and mounts; boot.* has a domain of its own.
export { allowLists } from "./allow-lists.js";
export { named } from "./named.js";
