import { test } from "uvu";
import { flags } from "../../../../src/checks/controller-manager/flags.js";
import { testFlagChecks } from "../../../support/flag-checks.js";

testFlagChecks("kube-controller-manager", flags, {
  "terminated-pod-gc": {
    passes: [{ flags: { "terminated-pod-gc-threshold": "10" } }],
    fails: [{ flags: { "terminated-pod-gc-threshold": "0" } }],
    errors: [{ flags: { "terminated-pod-gc-threshold": "ten" }, says: "does not start" }],
  },
  profiling: {
    passes: [{ flags: { profiling: "F" } }],
    fails: [{ flags: { profiling: undefined }, says: "defaults to true" }, { flags: { profiling: "true" } }],
    errors: [{ flags: { profiling: "no" }, says: "not a boolean" }],
  },
  "use-service-account-credentials": {
    fails: [
      { flags: { "use-service-account-credentials": undefined } },
      { flags: { "use-service-account-credentials": "false" } },
    ],
  },
  "service-account-private-key-file": {
    fails: [{ flags: { "service-account-private-key-file": undefined } }],
  },
  "root-ca-file": { fails: [{ flags: { "root-ca-file": undefined } }, { flags: { "root-ca-file": "" } }] },
  "rotate-kubelet-server-certificate": {
    passes: [
      { flags: { "feature-gates": "RotateKubeletServerCertificate=true" } },
      { flags: { "feature-gates": "XRotateKubeletServerCertificate=false" } },
    ],
    fails: [{ flags: { "feature-gates": "A=true,RotateKubeletServerCertificate=false" } }],
  },
  "bind-address": {
    passes: [{ flags: { "bind-address": "::1" } }],
    fails: [
      { flags: { "bind-address": undefined }, says: "defaults to 0.0.0.0" },
      { flags: { "bind-address": "0.0.0.0" } },
      { flags: { "bind-address": "127.0.0.1.example.org" } },
    ],
  },
});

test.run();
