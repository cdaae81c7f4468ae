// The checks on the kubelet, one line each or a table of them.

export { access } from "./access.js";
export { flagAndFile, hostnameOverride, insecureFlags } from "./command-line.js";
export { default as configValid } from "./config-valid.js";
export { files } from "./files.js";
export { imageCredential, staticPodPath } from "./folders.js";
export { enableDebuggingHandlers, streamingConnectionIdleTimeout } from "./handlers.js";
export { clientCaValid, kubeconfigEmbedded } from "./identity.js";
export { probe10250, probe10255 } from "./probes.js";
export { default as seccompDefault } from "./seccomp-default.js";
export {
  cipherSuites,
  minVersion,
  rotateCertificates,
  rotateServerCertificates,
  servingCertificate,
} from "./tls.js";
export {
  allowedUnsafeSysctls,
  eventQps,
  makeIptablesUtilChains,
  podPidsLimit,
  protectKernelDefaults,
} from "./workload.js";
