// The checks on AppArmor: the kernel, the policy on disk, what is loaded, what runs beside it.

export { default as complain } from "./complain.js";
export { default as disabledLinks } from "./disabled-links.js";
export { default as kernel } from "./kernel.js";
export { default as lint } from "./lint.js";
export { shippedProfileChecks, siteProfiles } from "./profiles.js";
export { default as service } from "./service.js";
export { default as unconfined } from "./unconfined.js";
export { default as unprivilegedUserns } from "./unprivileged-userns.js";
