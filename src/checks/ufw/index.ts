// The checks of ufw, in the order in which reports show them.

export { default as defaultRouted } from "./default-routed.js";
export { default as dockerBypass } from "./docker-bypass.js";
export { default as enabled } from "./enabled.js";
export { default as installed } from "./installed.js";
export { default as kubernetesPorts } from "./kubernetes-ports.js";
export { default as loopback } from "./loopback.js";
export { policies } from "./policies.js";
export { default as rulesExpected } from "./rules-expected.js";
export { small } from "./small.js";
export { default as sshAllowed } from "./ssh-allowed.js";
