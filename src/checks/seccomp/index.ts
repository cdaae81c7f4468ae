// The checks on seccomp: the kernel, the kubelet's directory, the profiles in it.

export { default as directory } from "./directory.js";
export { default as kernel } from "./kernel.js";
export { default as lint } from "./lint.js";
export { shippedProfileChecks, siteProfiles } from "./profiles.js";
export { default as unknown } from "./unknown.js";
