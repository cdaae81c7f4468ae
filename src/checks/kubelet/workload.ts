// The checks on what the kubelet lets pods do, and on its own behaviour to the kernel and the API server.
import type { Fact } from "../../core/fact.js";
import { integer, words } from "../../core/param.js";
import { type Kubelet, showValue } from "../../facts/kubelet.js";
import type { Sysctl } from "../../facts/sysctl.js";
import { type Check, defineCheck } from "../define.js";
import { notSetAtBoot } from "../sysctl/kubelet-values.js";
import { exactly, judgeSettings, settingCheck } from "./setting.js";

const remedyBy = (field: string) =>
  `Set \`${field}\` in the kubelet's configuration file and restart the kubelet.`;

export const podPidsLimit: Check = defineCheck({
  id: "kubelet.pod-pids-limit",
  title: "A pod can start a bounded number of processes",
  why: "A fork bomb in one pod otherwise uses up the process numbers of the whole node.",
  remedy: remedyBy("podPidsLimit: 4096"),
  breaks: "A pod that needs more processes or threads than the limit cannot start them.",
  severity: "medium",
  risk: "workload",
  fixable: true,
  needs: ["kubelet"],
  params: { most: integer(4096, { min: 1, max: 4_194_304, unit: "processes" }) },
  evaluate({ kubelet }, { most }) {
    const limit = BigInt(most);
    return judgeSettings(kubelet, `1 to ${most}`, [
      {
        path: "podPidsLimit",
        want: limit,
        wrong: (value) => {
          if (typeof value !== "bigint" || value < 1n) return `is ${showValue(value)}, no limit`;
          return value > limit ? `is ${value}, more than ${most}` : undefined;
        },
      },
    ]);
  },
});

/** Why the kubelet would not start if it were told to protect the kernel's settings; undefined where it would. */
function unprepared({ surroundings }: Kubelet, sysctl: Fact<Sysctl>): string | undefined {
  const { kernelDiffers, kernelKnown } = surroundings;
  if (!kernelKnown)
    return "the kernel's values could not be seen, and with wrong ones the kubelet would not start";
  if (kernelDiffers.length > 0)
    return `set the kernel first, or the kubelet will not start: ${kernelDiffers.join(", ")}`;
  // A kubelet that may set them has set them: that they are right now does not outlast the next boot.
  if (sysctl.state !== "known" || sysctl.value.unread.length > 0)
    return "what the next boot sets could not be read, and with other values the kubelet would not start";
  const missing = notSetAtBoot(sysctl.value);
  return missing.length === 0
    ? undefined
    : `let files set the kernel first, or the kubelet will not start after the next boot: ${missing.join(", ")} (sysctl.kubelet-defaults)`;
}

export const protectKernelDefaults: Check = defineCheck({
  id: "kubelet.protect-kernel-defaults",
  title: "The kubelet refuses to run on a kernel set otherwise than it needs",
  why: "Else it changes sysctls by itself at every start, and what was hardened on purpose is silently undone.",
  remedy: `${remedyBy("protectKernelDefaults: true")} Set the sysctls it insists on first, or it will not start.`,
  breaks:
    "The kubelet does not start while vm.overcommit_memory, vm.panic_on_oom, kernel.panic, kernel.panic_on_oops or the kernel.keys limits differ.",
  severity: "medium",
  risk: "restart",
  fixable: true,
  needs: ["kubelet"],
  optional: ["sysctl"],
  params: {},
  evaluate: ({ kubelet, sysctl }) =>
    judgeSettings(kubelet, "true", [
      { ...exactly("protectKernelDefaults", true), withheld: unprepared(kubelet, sysctl) },
    ]),
});

export const makeIptablesUtilChains = settingCheck(
  {
    id: "kubelet.make-iptables-util-chains",
    title: "The kubelet keeps the iptables chains others build on",
    why: "kube-proxy and CNI plugins look for these chains; without them packets of Services take ways nobody planned.",
    remedy: remedyBy("makeIPTablesUtilChains: true"),
    severity: "medium",
  },
  "true",
  () => [exactly("makeIPTablesUtilChains", true)],
);

export const eventQps: Check = defineCheck({
  id: "kubelet.event-qps",
  title: "The kubelet reports enough events to be followed",
  why: "Events over the limit are dropped, and what happened on the node cannot be told afterwards.",
  remedy: remedyBy("eventRecordQPS: 50"),
  breaks: "A busy node sends more events to the API server.",
  severity: "low",
  risk: "restart",
  fixable: true,
  needs: ["kubelet"],
  params: {
    minimum: integer(5, { min: 0, max: 10_000, unit: "events a second; 0 in the kubelet is no limit" }),
  },
  evaluate({ kubelet }, { minimum }) {
    const least = BigInt(minimum);
    return judgeSettings(kubelet, `0 (no limit), or ${minimum} or more`, [
      {
        path: "eventRecordQPS",
        want: least > 50n ? least : 50n,
        wrong: (value) =>
          typeof value === "bigint" && (value === 0n || value >= least)
            ? undefined
            : `is ${showValue(value)}`,
      },
    ]);
  },
});

export const allowedUnsafeSysctls: Check = defineCheck({
  id: "kubelet.allowed-unsafe-sysctls",
  title: "Pods may set safe sysctls only",
  why: "Unsafe sysctls are not kept apart between pods: one pod changes the kernel for all.",
  remedy:
    "Take `allowedUnsafeSysctls` out of the kubelet's configuration, or name what is needed in `expected`.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kubelet"],
  params: { expected: words([], "a list of sysctls or patterns that pods here need") },
  evaluate({ kubelet }, { expected }) {
    const wanted = expected.length === 0 ? "none" : `none beyond ${expected.join(", ")}`;
    return judgeSettings(kubelet, wanted, [
      {
        path: "allowedUnsafeSysctls",
        wrong: (value) => {
          const more = (typeof value === "object" ? value : []).filter((name) => !expected.includes(name));
          return more.length === 0 ? undefined : `allows ${more.join(", ")}`;
        },
      },
    ]);
  },
});
