import { test } from "uvu";
import { flags } from "../../../../src/checks/scheduler/flags.js";
import { testFlagChecks } from "../../../support/flag-checks.js";

const config = "/etc/kubernetes/scheduler.yaml";
const withConfig = { config, profiling: undefined };

testFlagChecks("kube-scheduler", flags, {
  profiling: {
    passes: [
      {
        flags: withConfig,
        files: { [config]: "kind: KubeSchedulerConfiguration\nenableProfiling: false\n" },
      },
    ],
    fails: [
      { flags: { profiling: undefined } },
      { flags: { profiling: "true" } },
      {
        flags: withConfig,
        files: { [config]: "kind: KubeSchedulerConfiguration\n" },
        says: "enableProfiling is not set",
      },
      {
        flags: { ...withConfig, profiling: "false" },
        files: { [config]: "enableProfiling: true\n" },
        says: "enableProfiling is true",
      },
    ],
    errors: [
      { flags: withConfig, says: "no such file" },
      { flags: { config: "/opt/inside.yaml" }, says: "inside the container" },
    ],
  },
  "bind-address": {
    fails: [{ flags: { "bind-address": undefined } }, { flags: { "bind-address": "192.0.2.1" } }],
  },
});

test.run();
