// The checks on the kubelet's certificates and TLS: what passes, what fails and where, and the edit that repairs it.
import { test } from "uvu";
import { config, configured } from "../../../support/kubelet.js";
import { inFile, plain, set, testSettingChecks, unset } from "../../../support/kubelet-settings.js";

testSettingChecks([
  {
    id: "kubelet.tls-cert",
    passes: [
      set("serverTLSBootstrap: true"),
      set("tlsCertFile: /etc/kubernetes/pki/ca.crt\ntlsPrivateKeyFile: /etc/kubernetes/pki/ca.crt"),
    ],
    fails: [unset(undefined)],
  },
  {
    id: "kubelet.rotate-certificates",
    passes: [set("rotateCertificates: true")],
    fails: [
      unset("rotateCertificates: true"),
      inFile("rotateCertificates: false", "rotateCertificates: true"),
    ],
  },
  {
    id: "kubelet.rotate-server-certificates",
    passes: [set("serverTLSBootstrap: true")],
    fails: [{ ...unset("serverTLSBootstrap: true"), at: [config, config] }],
  },
  {
    id: "kubelet.tls-cipher-suites",
    passes: [
      set("tlsMinVersion: VersionTLS13"),
      set(
        "tlsCipherSuites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]",
      ),
      set("tlsCipherSuites:\n- TLS_AES_128_GCM_SHA256"),
    ],
    fails: [
      { ...unset(undefined), says: /Go's own list/ },
      {
        name: "a weak one in a list of lines",
        files: configured(
          "tlsCipherSuites:\n  - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n  - TLS_RSA_WITH_AES_128_CBC_SHA # old\nmaxPods: 5\n",
        ),
        says: /offers TLS_RSA_WITH_AES_128_CBC_SHA/,
      },
    ],
  },
  {
    id: "kubelet.tls-min-version",
    passes: [plain, set("tlsMinVersion: VersionTLS12")],
    fails: [inFile("tlsMinVersion: VersionTLS11", "tlsMinVersion: VersionTLS12")],
  },
]);

test.run();
