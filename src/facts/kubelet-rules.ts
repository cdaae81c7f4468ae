// What the kubelet refuses to start with although every value has the right type: its own validation, as far as it can be told
// from the configuration. Reads no files.
import { goDuration } from "../formats/component-flags.js";
import type { Stop } from "./kubelet-sources.js";
import type { KubeletSetting, View } from "./kubelet-view.js";

const ranges: readonly (readonly [path: string, least: bigint, most: bigint])[] = [
  ["port", 1n, 65535n],
  ["readOnlyPort", 0n, 65535n],
  ["healthzPort", 0n, 65535n],
  ["nodeLeaseDurationSeconds", 1n, 2n ** 31n],
  ["eventRecordQPS", 0n, 2n ** 31n],
  ["eventBurst", 0n, 2n ** 31n],
  ["imageGCHighThresholdPercent", 0n, 100n],
  ["imageGCLowThresholdPercent", 0n, 100n],
  ["iptablesDropBit", 0n, 31n],
  ["iptablesMasqueradeBit", 0n, 31n],
  ["kubeAPIBurst", 0n, 2n ** 31n],
  ["kubeAPIQPS", 0n, 2n ** 31n],
  ["nodeStatusMaxImages", -1n, 2n ** 31n],
  ["maxOpenFiles", 0n, 2n ** 63n],
  ["maxPods", 0n, 2n ** 31n],
  ["maxParallelImagePulls", 1n, 2n ** 31n],
  ["oomScoreAdj", -1000n, 1000n],
  ["podsPerCore", 0n, 2n ** 31n],
  ["registryBurst", 0n, 2n ** 31n],
  ["registryPullQPS", 0n, 2n ** 31n],
  ["containerLogMaxWorkers", 1n, 2n ** 31n],
];

const choices: readonly (readonly [path: string, words: readonly string[]])[] = [
  ["authorization.mode", ["AlwaysAllow", "Webhook"]],
  ["tlsMinVersion", ["", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"]],
  ["hairpinMode", ["promiscuous-bridge", "hairpin-veth", "none"]],
  ["topologyManagerPolicy", ["none", "best-effort", "restricted", "single-numa-node"]],
  ["topologyManagerScope", ["container", "pod"]],
  ["memorySwap.swapBehavior", ["", "NoSwap", "LimitedSwap", "UnlimitedSwap"]],
  ["cgroupDriver", ["cgroupfs", "systemd"]],
  ["configMapAndSecretChangeDetectionStrategy", ["Get", "Cache", "Watch"]],
];

/** Names crypto/tls knows; the ones without _SHA256 are older spellings Kubernetes takes too. */
const cipherSuites: ReadonlySet<string> = new Set(
  [
    ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
    ["ECDHE_ECDSA", "ECDHE_RSA"].flatMap((kind) =>
      [
        ...["AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305"],
        ...["AES_128_CBC_SHA", "AES_256_CBC_SHA", "AES_128_CBC_SHA256", "RC4_128_SHA", "3DES_EDE_CBC_SHA"],
      ].map((cipher) => `TLS_${kind}_WITH_${cipher}`),
    ),
    [
      ...["AES_128_CBC_SHA", "AES_256_CBC_SHA", "AES_128_CBC_SHA256", "AES_128_GCM_SHA256"],
      ...["AES_256_GCM_SHA384", "RC4_128_SHA", "3DES_EDE_CBC_SHA"],
    ].map((cipher) => `TLS_RSA_WITH_${cipher}`),
  ].flat(),
);

function stop({ source }: KubeletSetting, message: string): Stop {
  return { message, source };
}

function outOfRange(view: View): readonly Stop[] {
  return ranges.flatMap(([path, least, most]) => {
    const setting = view.setting(path);
    const { value } = setting;
    if (typeof value !== "bigint" || (value >= least && value <= most)) return [];
    return [stop(setting, `${path} is ${value}, not ${least} to ${most}`)];
  });
}

function noSuchWord(view: View): readonly Stop[] {
  return choices.flatMap(([path, words]) => {
    const setting = view.setting(path);
    const { value, shown } = setting;
    if (typeof value !== "string" || words.includes(value) || setting.origin === "default") return [];
    return [
      stop(setting, `${path} is ${shown}, not one of ${words.filter((word) => word !== "").join(", ")}`),
    ];
  });
}

function text(view: View, path: string): string {
  const { value } = view.setting(path);
  return typeof value === "string" ? value : "";
}

/** Webhooks ask the API server: without a kubeconfig there is none to ask. */
function standalone(view: View): readonly Stop[] {
  if (view.option("kubeconfig") !== "") return [];
  const wanted = [
    { setting: view.setting("authentication.webhook.enabled"), on: true },
    { setting: view.setting("authorization.mode"), on: "Webhook" },
  ];
  return wanted
    .filter(({ setting, on }) => setting.value === on)
    .map(({ setting }) => stop(setting, `${setting.path} is ${setting.shown}, which needs --kubeconfig`));
}

function tls(view: View): readonly Stop[] {
  const suites = view.setting("tlsCipherSuites");
  const unknown =
    typeof suites.value === "object" ? suites.value.filter((name) => !cipherSuites.has(name)) : [];
  const certificate = view.setting("tlsCertFile");
  const half = (text(view, "tlsCertFile") === "") !== (text(view, "tlsPrivateKeyFile") === "");
  return [
    ...unknown.map((name) => stop(suites, `tlsCipherSuites names ${name}, which is no cipher suite`)),
    ...(half ? [stop(certificate, "only one of tlsCertFile and tlsPrivateKeyFile is set")] : []),
  ];
}

function pairs(view: View): readonly Stop[] {
  const found: Stop[] = [];
  const [high, low] = [
    view.setting("imageGCHighThresholdPercent"),
    view.setting("imageGCLowThresholdPercent"),
  ];
  if (typeof high.value === "bigint" && typeof low.value === "bigint" && low.value >= high.value)
    found.push(
      stop(
        low,
        `imageGCLowThresholdPercent ${low.value} is not below imageGCHighThresholdPercent ${high.value}`,
      ),
    );
  if (text(view, "systemCgroups") !== "" && text(view, "cgroupRoot") === "")
    found.push(stop(view.setting("systemCgroups"), "systemCgroups is set without cgroupRoot"));
  const enforced = view.setting("enforceNodeAllocatable");
  if (view.setting("cgroupsPerQOS").value === false && enforced.shown !== "none")
    found.push(stop(enforced, "enforceNodeAllocatable needs cgroupsPerQOS"));
  const gate = view.setting("featureGates.RotateKubeletServerCertificate");
  const bootstrap = view.setting("serverTLSBootstrap");
  if (bootstrap.value === true && gate.value === false)
    found.push(stop(bootstrap, "serverTLSBootstrap needs the feature gate RotateKubeletServerCertificate"));
  const [all, critical] = ["shutdownGracePeriod", "shutdownGracePeriodCriticalPods"].map((path) =>
    view.setting(path),
  );
  const seconds = (setting: KubeletSetting | undefined) =>
    typeof setting?.value === "string" ? (goDuration(setting.value) ?? 0) : 0;
  if (critical !== undefined && seconds(critical) > seconds(all))
    found.push(stop(critical, "shutdownGracePeriodCriticalPods is longer than shutdownGracePeriod"));
  return found;
}

function enforcement(view: View): readonly Stop[] {
  const enforced = view.setting("enforceNodeAllocatable");
  const words = typeof enforced.value === "object" ? enforced.value : [];
  const known = [
    "pods",
    "system-reserved",
    "kube-reserved",
    "system-reserved-compressible",
    "kube-reserved-compressible",
    "none",
  ];
  return words.flatMap((word) => {
    if (!known.includes(word)) return [stop(enforced, `enforceNodeAllocatable names ${word}`)];
    const cgroup = /^(system|kube)-reserved/.exec(word)?.[1];
    if (cgroup !== undefined && text(view, `${cgroup}ReservedCgroup`) === "")
      return [stop(enforced, `enforceNodeAllocatable names ${word} without ${cgroup}ReservedCgroup`)];
    return word === "none" && words.length > 1
      ? [stop(enforced, "enforceNodeAllocatable names none and more")]
      : [];
  });
}

/** --config-dir is an alpha of 1.28 and 1.29 behind an environment variable, and unknown before. */
function dropInFolder(view: View): readonly Stop[] {
  const { minor, started } = view.input;
  const source = view.flag("config-dir")?.given.at(-1)?.source;
  if (source === undefined || view.option("config-dir") === "" || minor === undefined || minor >= 30)
    return [];
  if (minor < 28) return [{ message: "--config-dir is not known before 1.28", source }];
  const variable = "KUBELET_CONFIG_DROPIN_DIR_ALPHA";
  const message = `--config-dir needs ${variable} up to 1.29`;
  return started.variables.has(variable) ? [] : [{ message, source }];
}

/** An alpha of 1.22 to 1.24 behind its gate. */
function seccomp(view: View): readonly Stop[] {
  const setting = view.setting("seccompDefault");
  const { minor } = view.input;
  if (setting.value !== true || minor === undefined || minor >= 25) return [];
  if (view.setting("featureGates.SeccompDefault").value === true) return [];
  return [stop(setting, "seccompDefault needs the feature gate SeccompDefault up to 1.24")];
}

/** The reasons, from the values alone, for which the kubelet would exit. `proven`: one runs with these very words. */
export function configurationStops(view: View, proven: boolean): readonly Stop[] {
  return [
    ...(proven ? [] : dropInFolder(view)),
    ...seccomp(view),
    ...outOfRange(view),
    ...noSuchWord(view),
    ...standalone(view),
    ...tls(view),
    ...pairs(view),
    ...enforcement(view),
  ];
}
