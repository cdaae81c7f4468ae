// The checks on kube-apiserver, a table a subject.
export { audit } from "./audit.js";
export { authorization } from "./authorization.js";
export { flags } from "./flags.js";
export { default as probeAnonymous } from "./probe.js";
export { tls } from "./tls.js";
