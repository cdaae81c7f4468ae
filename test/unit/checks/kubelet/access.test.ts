// The checks on who the kubelet answers: what passes, what fails and where, and the edit that repairs it.
import { test } from "uvu";
import { config, configured, flags, head, ownUnit, started } from "../../../support/kubelet.js";
import { byFlag, inFile, plain, set, testSettingChecks, unset } from "../../../support/kubelet-settings.js";

const noFile = started("--kubeconfig=/etc/kubernetes/kubelet.conf");

testSettingChecks([
  {
    id: "kubelet.anonymous-auth",
    passes: [
      plain,
      set("authentication: {anonymous: {enabled: no}}"),
      { name: "by flag", files: flags("--anonymous-auth=false") },
    ],
    fails: [
      inFile(
        "authentication:\n  anonymous:\n    enabled: true",
        "authentication:\n  anonymous:\n    enabled: false",
      ),
      byFlag("--anonymous-auth=true", "--anonymous-auth=false"),
      byFlag("--anonymous-auth", "--anonymous-auth=false"),
      {
        name: "no file: the legacy default",
        files: noFile,
        at: [ownUnit],
        says: /there is no --config|is true/,
      },
    ],
  },
  {
    id: "kubelet.authorization-mode",
    passes: [plain],
    fails: [
      inFile("authorization: {mode: AlwaysAllow}", "authorization: {mode: Webhook}"),
      byFlag("--authorization-mode AlwaysAllow", "--authorization-mode Webhook"),
      { name: "no file", files: noFile, at: [ownUnit] },
    ],
  },
  {
    id: "kubelet.webhook-authentication",
    passes: [plain],
    fails: [
      inFile("authentication: {webhook: {enabled: false}}", "authentication: {webhook: {enabled: true}}"),
    ],
  },
  {
    id: "kubelet.client-ca-file",
    passes: [set("authentication: {x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}")],
    fails: [
      unset(
        "authentication:\n  anonymous:\n    enabled: false\n  webhook:\n    enabled: true\n  x509:\n    clientCAFile: /etc/kubernetes/pki/ca.crt",
      ),
      {
        name: "beside other settings",
        files: configured("authentication:\n  webhook:\n    enabled: true # keep\nmaxPods: 5\n"),
        fixed: {
          [config]: `${head}authentication:\n  webhook:\n    enabled: true # keep\n  x509:\n    clientCAFile: /etc/kubernetes/pki/ca.crt\nmaxPods: 5\n`,
        },
      },
    ],
  },
  {
    id: "kubelet.read-only-port",
    passes: [plain, set("readOnlyPort: 0")],
    fails: [
      inFile("readOnlyPort: 0x280F", "readOnlyPort: 0"),
      byFlag("--read-only-port=10255", "--read-only-port=0"),
      { name: "no file", files: noFile },
    ],
  },
  {
    id: "kubelet.healthz-bind",
    passes: [plain, set("healthzPort: 0\nhealthzBindAddress: 0.0.0.0"), set('healthzBindAddress: "::1"')],
    fails: [inFile("healthzBindAddress: 0.0.0.0", 'healthzBindAddress: "127.0.0.1"')],
  },
]);

test.run();
