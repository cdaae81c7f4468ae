// The checks on the kubelet's endpoints: what passes, what fails and where, and the edit that repairs it.
import { test } from "uvu";
import { config, configured, flags, head, installed } from "../../../support/kubelet.js";
import { byFlag, inFile, plain, set, testSettingChecks } from "../../../support/kubelet-settings.js";

testSettingChecks([
  {
    id: "kubelet.streaming-connection-idle-timeout",
    passes: [
      plain,
      set("streamingConnectionIdleTimeout: 0s"),
      set("streamingConnectionIdleTimeout: 30m"),
      {
        name: "without effect from 1.34",
        files: flags("--streaming-connection-idle-timeout=0", "", installed("1.34.1")),
      },
    ],
    fails: [
      inFile("streamingConnectionIdleTimeout: 5h", 'streamingConnectionIdleTimeout: "4h0m0s"'),
      byFlag("--streaming-connection-idle-timeout=0", "--streaming-connection-idle-timeout=4h0m0s"),
    ],
  },
  {
    id: "kubelet.enable-debugging-handlers",
    passes: [set("enableProfilingHandler: false\nenableDebugFlagsHandler: false")],
    fails: [
      {
        name: "the defaults",
        files: configured(""),
        fixed: { [config]: `${head}enableProfilingHandler: false\nenableDebugFlagsHandler: false\n` },
      },
      {
        name: "not allowed at all",
        files: configured("enableProfilingHandler: false\nenableDebugFlagsHandler: false\n"),
        params: { allowed: false },
        says: /enableDebuggingHandlers is true/,
      },
    ],
  },
]);

test.run();
