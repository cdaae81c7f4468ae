// The checks on the kubelet's debugging endpoints and on how long a connection through it may idle.
import { flag, word } from "../../core/param.js";
import { durationSeconds } from "../../facts/kubelet.js";
import { type Check, defineCheck } from "../define.js";
import { exactly, judgeSettings } from "./setting.js";

export const enableDebuggingHandlers: Check = defineCheck({
  id: "kubelet.enable-debugging-handlers",
  title: "The kubelet's profiling endpoints are off",
  why: "Profiles and debug flags tell of the node's inside and can be asked for until the kubelet is busy with nothing else.",
  remedy:
    "Set `enableProfilingHandler: false` and `enableDebugFlagsHandler: false`; with `allowed: false` also `enableDebuggingHandlers: false`.",
  breaks:
    "Profiling the kubelet needs a restart first; with the debugging handlers off, kubectl logs and exec stop.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["kubelet"],
  params: { allowed: flag(true) },
  evaluate({ kubelet }, { allowed }) {
    const expected = allowed ? "profiling off" : "profiling and debugging handlers off";
    return judgeSettings(kubelet, expected, [
      exactly("enableProfilingHandler", false),
      exactly("enableDebugFlagsHandler", false),
      exactly("enableContentionProfiling", false),
      ...(allowed ? [] : [exactly("enableDebuggingHandlers", false)]),
    ]);
  },
});

export const streamingConnectionIdleTimeout: Check = defineCheck({
  id: "kubelet.streaming-connection-idle-timeout",
  title: "Idle exec and attach connections end",
  why: "Forgotten connections into containers stay open for whoever sits down at that terminal, and use up ports.",
  remedy:
    "Set `streamingConnectionIdleTimeout: 4h0m0s` or less, take the flag away where it is 0, and restart the kubelet.",
  breaks: "A session that idles longer is closed.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["kubelet"],
  params: { most: word("4h", /[0-9.hms]+/, "a duration such as 4h") },
  evaluate({ kubelet }, { most }) {
    const outcome = judgeSettings(kubelet, `more than 0, at most ${most}`, [
      {
        path: "streamingConnectionIdleTimeout",
        want: "4h0m0s",
        wrong: (value) => {
          const seconds = typeof value === "string" ? (durationSeconds(value) ?? 0) : 0;
          if (seconds <= 0) return `is ${String(value)}: connections never time out`;
          return seconds > (durationSeconds(most) ?? 0)
            ? `is ${String(value)}, longer than ${most}`
            : undefined;
        },
      },
    ]);
    const { version } = kubelet;
    if (version === undefined || version.minor < 34 || outcome.unknowns?.length !== 0) return outcome;
    // The field is read and used for nothing.
    const note = `the setting has no effect from 1.34 on; this kubelet is ${version.text}`;
    return { ...outcome, problems: [], notes: [...(outcome.notes ?? []), note] };
  },
});
