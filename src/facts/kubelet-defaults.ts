// What a field of the kubelet is when nobody sets it: the defaults of v1beta1 by version, and those of a kubelet without a
// configuration file. Data and look-up; from the kubelet's own defaulting code, 1.20 to 1.36.

export type DefaultValue = boolean | bigint | string | readonly string[];

/** Applied before the command line is read, and left standing when no --config replaces them. */
const legacy: ReadonlyMap<string, DefaultValue> = new Map<string, DefaultValue>([
  ["authentication.anonymous.enabled", true],
  ["authentication.webhook.enabled", false],
  ["authorization.mode", "AlwaysAllow"],
  ["readOnlyPort", 10255n],
]);

const v1beta1: ReadonlyMap<string, DefaultValue> = new Map<string, DefaultValue>([
  ["enableServer", true],
  ["staticPodPath", ""],
  ["podLogsDir", "/var/log/pods"],
  ["syncFrequency", "1m"],
  ["fileCheckFrequency", "20s"],
  ["httpCheckFrequency", "20s"],
  ["address", "0.0.0.0"],
  ["port", 10250n],
  ["readOnlyPort", 0n],
  ["tlsCertFile", ""],
  ["tlsPrivateKeyFile", ""],
  ["tlsCipherSuites", []],
  ["tlsMinVersion", ""],
  ["rotateCertificates", false],
  ["serverTLSBootstrap", false],
  ["authentication.x509.clientCAFile", ""],
  ["authentication.webhook.enabled", true],
  ["authentication.webhook.cacheTTL", "2m"],
  ["authentication.anonymous.enabled", false],
  ["authorization.mode", "Webhook"],
  ["authorization.webhook.cacheAuthorizedTTL", "5m"],
  ["authorization.webhook.cacheUnauthorizedTTL", "30s"],
  ["registryPullQPS", 5n],
  ["registryBurst", 10n],
  ["enableDebuggingHandlers", true],
  ["enableContentionProfiling", false],
  ["healthzPort", 10248n],
  ["healthzBindAddress", "127.0.0.1"],
  ["oomScoreAdj", -999n],
  ["clusterDomain", ""],
  ["streamingConnectionIdleTimeout", "4h"],
  ["nodeStatusUpdateFrequency", "10s"],
  ["nodeStatusReportFrequency", "5m"],
  ["nodeLeaseDurationSeconds", 40n],
  ["imageMinimumGCAge", "2m"],
  ["imageMaximumGCAge", "0s"],
  ["imageGCHighThresholdPercent", 85n],
  ["imageGCLowThresholdPercent", 80n],
  ["volumeStatsAggPeriod", "1m"],
  ["cgroupRoot", ""],
  ["systemCgroups", ""],
  ["cgroupsPerQOS", true],
  ["cgroupDriver", "cgroupfs"],
  ["cpuManagerPolicy", "none"],
  ["cpuManagerReconcilePeriod", "10s"],
  ["memoryManagerPolicy", "None"],
  ["topologyManagerPolicy", "none"],
  ["topologyManagerScope", "container"],
  ["runtimeRequestTimeout", "2m"],
  ["hairpinMode", "promiscuous-bridge"],
  ["maxPods", 110n],
  ["podPidsLimit", -1n],
  ["resolvConf", "/etc/resolv.conf"],
  ["cpuCFSQuota", true],
  ["cpuCFSQuotaPeriod", "100ms"],
  ["nodeStatusMaxImages", 50n],
  ["maxOpenFiles", 1000000n],
  ["contentType", "application/vnd.kubernetes.protobuf"],
  ["serializeImagePulls", true],
  ["evictionPressureTransitionPeriod", "5m"],
  ["enableControllerAttachDetach", true],
  ["protectKernelDefaults", false],
  ["makeIPTablesUtilChains", true],
  ["iptablesMasqueradeBit", 14n],
  ["iptablesDropBit", 15n],
  ["failSwapOn", true],
  ["containerLogMaxSize", "10Mi"],
  ["containerLogMaxFiles", 5n],
  ["configMapAndSecretChangeDetectionStrategy", "Watch"],
  ["enforceNodeAllocatable", ["pods"]],
  ["allowedUnsafeSysctls", []],
  ["volumePluginDir", "/usr/libexec/kubernetes/kubelet-plugins/volume/exec/"],
  ["kernelMemcgNotification", false],
  ["enableSystemLogHandler", true],
  ["enableSystemLogQuery", false],
  ["enableProfilingHandler", true],
  ["enableDebugFlagsHandler", true],
  ["seccompDefault", false],
  ["registerNode", true],
  ["localStorageCapacityIsolation", true],
  ["shutdownGracePeriod", "0s"],
  ["shutdownGracePeriodCriticalPods", "0s"],
  ["reservedSystemCPUs", ""],
  ["systemReservedCgroup", ""],
  ["kubeReservedCgroup", ""],
  ["featureGates.RotateKubeletServerCertificate", true],
]);

/** Defaults that changed: from this minor version on the second, before it the first. */
const changed: ReadonlyMap<string, readonly [number, DefaultValue, DefaultValue]> = new Map<
  string,
  readonly [number, DefaultValue, DefaultValue]
>([
  ["eventRecordQPS", [27, 5n, 50n]],
  ["eventBurst", [27, 10n, 100n]],
  ["kubeAPIQPS", [27, 5n, 50n]],
  ["kubeAPIBurst", [27, 10n, 100n]],
  ["failCgroupV1", [35, false, true]],
]);

/** Fields whose empty text, zero or empty duration in a file means "the default". */
const emptyIsUnset: ReadonlySet<string> = new Set([
  ...["syncFrequency", "fileCheckFrequency", "httpCheckFrequency", "address", "port", "authorization.mode"],
  ...["authentication.webhook.cacheTTL", "authorization.webhook.cacheAuthorizedTTL"],
  ...["authorization.webhook.cacheUnauthorizedTTL", "registryBurst", "eventBurst", "healthzBindAddress"],
  ...["streamingConnectionIdleTimeout", "nodeStatusUpdateFrequency", "nodeStatusReportFrequency"],
  ...["nodeLeaseDurationSeconds", "imageMinimumGCAge", "volumeStatsAggPeriod", "cgroupDriver"],
  ...["cpuManagerPolicy", "cpuManagerReconcilePeriod", "memoryManagerPolicy", "topologyManagerPolicy"],
  ...["topologyManagerScope", "runtimeRequestTimeout", "hairpinMode", "maxPods", "maxOpenFiles"],
  ...["contentType", "kubeAPIBurst", "evictionPressureTransitionPeriod", "containerLogMaxSize"],
  ...["configMapAndSecretChangeDetectionStrategy", "volumePluginDir", "podLogsDir"],
]);

export function emptyMeansDefault(path: string): boolean {
  return emptyIsUnset.has(path);
}

/** The value with a configuration file or drop-ins; undefined where there is none, or where it hangs on the version. */
export function defaultOf(path: string, minor: number | undefined): DefaultValue | undefined {
  const change = changed.get(path);
  if (change === undefined) return v1beta1.get(path);
  if (minor === undefined) return undefined;
  return minor >= change[0] ? change[2] : change[1];
}

/** The value without a configuration file. */
export function legacyDefaultOf(path: string, minor: number | undefined): DefaultValue | undefined {
  return legacy.get(path) ?? defaultOf(path, minor);
}

/** Where the default hangs on a version that is not known: both, oldest first. */
export function possibleDefaults(path: string): readonly DefaultValue[] {
  const change = changed.get(path);
  const plain = v1beta1.get(path);
  return change === undefined ? (plain === undefined ? [] : [plain]) : [change[1], change[2]];
}
