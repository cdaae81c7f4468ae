// ufw.default-incoming and ufw.default-outgoing: what happens to a packet that no rule names.
import type { Fact } from "../../core/fact.js";
import type { Outcome, Problem } from "../../core/outcome.js";
import { choice } from "../../core/param.js";
import type { KernelFilter } from "../../facts/kernel-filter.js";
import { policyOf, type Ufw, type UfwPolicy, type UfwSetting } from "../../facts/ufw.js";
import { entered } from "../../facts/ufw-loaded.js";
import { type Check, defineCheck } from "../define.js";
import { settingOutcome, settingsRemedy } from "./settings.js";

export const policyWords = { allow: "ACCEPT", deny: "DROP", reject: "REJECT" } as const;

function inWords(policy: UfwPolicy): string {
  return Object.entries(policyWords).find(([, name]) => name === policy)?.[0] ?? policy;
}

/** Why a policy is not the one wanted. */
function wrong(value: string): string {
  return policyOf({ value }) === undefined
    ? "iptables knows no such policy, so that ufw fails to start and nothing is filtered"
    : `${inWords(policyOf({ value }) ?? "ACCEPT")}s what no rule names`;
}

/** What the kernel does, where ufw is on and the kernel can be asked: each family has a policy of its own. */
function kernelPolicies(own: Ufw, kernel: Fact<KernelFilter>, chain: string): Partial<Outcome> {
  if (!own.startsAtBoot || kernel.state === "absent") return {};
  if (kernel.state === "error") return { unknowns: [kernel.reason] };
  const problems: Problem[] = [];
  const unknowns: string[] = [];
  for (const family of [4, 6] as const) {
    const loaded = kernel.value[family];
    if (loaded.state === "error") unknowns.push(`IPv${family} in the kernel: ${loaded.reason}`);
    if (loaded.state !== "known" || (family === 4 && !entered(loaded.value.rules))) continue;
    if (family === 6 && !own.hostHasIpv6) continue;
    if (loaded.value.rules.chains.get(chain)?.policy !== "drop")
      problems.push({
        message: `the kernel's IPv${family} policy of ${chain} is ACCEPT, whatever the file says`,
      });
  }
  return { problems, unknowns };
}

function judge(setting: UfwSetting, allowed: readonly UfwPolicy[], more: Partial<Outcome>): Outcome {
  const [first = "DROP"] = allowed;
  return settingOutcome(
    setting,
    {
      expected: allowed.map(inWords).join(" or "),
      good: (value) => allowed.some((policy) => policy === value),
      text: `"${first}"`,
      wrong,
    },
    more,
  );
}

const incoming = defineCheck({
  id: "ufw.default-incoming",
  title: "ufw denies what comes in unless a rule allows it",
  why: "With a policy of accept every service that is started tomorrow is open to everybody until somebody writes a rule against it.",
  remedy: `\`ufw default deny incoming\`. ${settingsRemedy}`,
  breaks:
    "Every port that no rule allows is cut off; rules for SSH, the kubelet and the CNI must stand first.",
  severity: "high",
  risk: "lockout",
  fixable: true,
  needs: ["ufw"],
  optional: ["kernelFilter"],
  params: {},
  evaluate: ({ ufw, kernelFilter }) =>
    judge(ufw.settings.input, ["DROP", "REJECT"], kernelPolicies(ufw, kernelFilter, "INPUT")),
});

const outgoing = defineCheck({
  id: "ufw.default-outgoing",
  title: "ufw treats what goes out as expected",
  why: "A node that may only talk to what it needs gives an intruder no way to fetch tools or to send out what was found.",
  remedy: `\`ufw default allow outgoing\`, or what the parameter names. ${settingsRemedy}`,
  breaks:
    "Denying cuts the node off from the API server (6443), etcd (2379), image registries, DNS, time and the CNI's peers unless rules allow each.",
  severity: "low",
  risk: "workload",
  fixable: true,
  needs: ["ufw"],
  params: { expected: choice(["allow", "deny", "reject"], "allow") },
  evaluate: ({ ufw }, { expected }) => judge(ufw.settings.output, [policyWords[expected]], {}),
});

export const policies: readonly Check[] = [incoming, outgoing];
