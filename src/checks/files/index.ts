// The checks of files and mounts; boot.* has a domain of its own.
export { allowLists } from "./allow-lists.js";
export { default as capabilities } from "./capabilities.js";
export { default as coreDumps } from "./core-dumps.js";
export { default as greetings } from "./greetings.js";
export { default as hidepid } from "./hidepid.js";
export { default as mounts } from "./mounts.js";
export { named } from "./named.js";
export { default as partitions } from "./partitions.js";
export { default as setuid } from "./setuid.js";
export { default as unowned } from "./unowned.js";
export { default as worldWritable } from "./world-writable.js";
