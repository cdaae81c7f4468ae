// The checks of how the machine and its kernel are started.
export { default as apparmorCmdline } from "./apparmor-cmdline.js";
export { default as grubPassword } from "./grub-password.js";
export { default as iommu } from "./iommu.js";
export { default as lockdown } from "./lockdown.js";
export { default as mitigations } from "./mitigations.js";
export { default as secureBoot } from "./secure-boot.js";
export { default as selinux } from "./selinux.js";
