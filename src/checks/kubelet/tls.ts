// The checks on the kubelet's certificates and the TLS it serves with.
import type { SettingValue } from "../../facts/kubelet.js";
import { showValue } from "../../facts/kubelet.js";
import { type Check, defineCheck, type Meta } from "../define.js";
import { exactly, judgeSettings, type SettingRule, settingCheck } from "./setting.js";

/** AEAD with forward secrecy; both spellings of ChaCha20, and the suites of TLS 1.3. */
const strong = [
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];
const accepted = new Set([
  ...strong,
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
]);

function suites(value: SettingValue): readonly string[] {
  return typeof value === "object" ? value : [];
}

function weakSuites(value: SettingValue): string | undefined {
  const names = suites(value);
  const weak = names.filter((name) => !accepted.has(name));
  if (names.length === 0) return "is not set, so Go's own list with CBC suites is used";
  return weak.length === 0 ? undefined : `offers ${weak.join(", ")}`;
}

export const cipherSuites = settingCheck(
  {
    id: "kubelet.tls-cipher-suites",
    title: "The kubelet offers strong cipher suites only",
    why: "CBC, RC4, 3DES and suites without forward secrecy can be attacked or decrypted later.",
    remedy: `Set \`tlsMinVersion: VersionTLS13\`, or \`tlsCipherSuites\` to ${strong.join(", ")}, and restart the kubelet.`,
    breaks:
      "A client that knows none of the suites left cannot connect; API servers of the last ten years do.",
    severity: "medium",
  },
  "TLS 1.3 at least, or ECDHE suites with AES-GCM or ChaCha20 only",
  ({ views }) => {
    const modern = views.every(({ view }) => view.setting("tlsMinVersion").value === "VersionTLS13");
    if (modern) return [exactly("tlsMinVersion", "VersionTLS13")];
    return [{ path: "tlsCipherSuites", want: strong, wrong: weakSuites }];
  },
);

export const minVersion = settingCheck(
  {
    id: "kubelet.tls-min-version",
    title: "The kubelet speaks TLS 1.2 or later",
    why: "TLS 1.0 and 1.1 rest on broken hashes and are withdrawn (RFC 8996).",
    remedy:
      "Set `tlsMinVersion: VersionTLS12` (or VersionTLS13), or take the setting away, and restart the kubelet.",
    breaks: "Clients that speak TLS 1.1 or older cannot connect.",
    severity: "medium",
  },
  "VersionTLS12 or VersionTLS13",
  () => [
    {
      path: "tlsMinVersion",
      want: "VersionTLS12",
      wrong: (value) =>
        ["", "VersionTLS12", "VersionTLS13"].includes(String(value)) ? undefined : `is ${showValue(value)}`,
    },
  ],
);

/** k3s and rke2 care for the kubelet's certificates themselves: `instead` says how. */
function rotationCheck(
  meta: Omit<Meta, "severity" | "risk" | "fixable">,
  instead: string,
  rules: readonly SettingRule[],
): Check {
  return defineCheck({
    ...meta,
    severity: "medium",
    risk: "restart",
    fixable: true,
    needs: ["kubelet"],
    params: {},
    evaluate({ kubelet }) {
      const { name, title } = kubelet.layout;
      if (name === "k3s" || name === "rke2") return { notApplicable: `${title} ${instead}` };
      return judgeSettings(kubelet, "true", rules);
    },
  });
}

export const rotateCertificates = rotationCheck(
  {
    id: "kubelet.rotate-certificates",
    title: "The kubelet renews its client certificate by itself",
    why: "A certificate that is not renewed takes the node out of the cluster on the day it expires, or is given a life far too long.",
    remedy: "Set `rotateCertificates: true` in the kubelet's configuration file and restart the kubelet.",
    breaks: "The cluster must approve the kubelet's requests; kubeadm clusters do.",
  },
  "renews the kubelet's certificates itself when it is restarted",
  [exactly("rotateCertificates", true)],
);

/** The field, and the gate that would keep it from working. */
const bootstrap: readonly SettingRule[] = [
  exactly("serverTLSBootstrap", true),
  {
    path: "featureGates.RotateKubeletServerCertificate",
    wrong: (value) => (value === false ? "is false" : undefined),
  },
];

export const rotateServerCertificates = rotationCheck(
  {
    id: "kubelet.rotate-server-certificates",
    title: "The kubelet's serving certificate is signed by the cluster and renewed",
    why: "A self-signed serving certificate cannot be verified, so somebody in between can read and answer for the kubelet.",
    remedy:
      "Set `serverTLSBootstrap: true`, restart the kubelet, and let a controller or an administrator approve its requests.",
    breaks: "Until its certificate request is approved, logs, exec and metrics of the node do not work.",
  },
  "signs the kubelet's serving certificate with its own CA",
  bootstrap,
);

export const servingCertificate: Check = defineCheck({
  id: "kubelet.tls-cert",
  title: "The kubelet serves with a certificate of the cluster",
  why: "Without one it makes a certificate of its own at every new disk, which nobody can verify.",
  remedy:
    "Set `serverTLSBootstrap: true` and approve the request, or set `tlsCertFile` and `tlsPrivateKeyFile` to a certificate the cluster's CA signed.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kubelet"],
  params: {},
  evaluate({ kubelet }) {
    const files = kubelet.views.every(({ view }) => view.setting("tlsCertFile").value !== "");
    const present: readonly SettingRule[] = ["tlsCertFile", "tlsPrivateKeyFile"].map((path) => ({
      path,
      wrong: (value) => (value === "" ? "is not set" : undefined),
    }));
    const own: SettingRule = {
      path: "serverTLSBootstrap",
      wrong: (value) => (value === true ? undefined : "is false and no tlsCertFile is set"),
    };
    return judgeSettings(
      kubelet,
      "tlsCertFile and tlsPrivateKeyFile, or serverTLSBootstrap",
      files ? present : [own],
    );
  },
});
