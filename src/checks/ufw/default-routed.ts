// ufw.default-routed: packets that go through the node are treated as expected, and those of pods still pass.

import { AddressSet } from "../../core/address-set.js";
import type { Fact } from "../../core/fact.js";
import type { Network } from "../../core/network.js";
import { parseNetwork } from "../../core/network.js";
import type { Problem } from "../../core/outcome.js";
import { choice } from "../../core/param.js";
import { place, type Source } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { KernelFilter } from "../../facts/kernel-filter.js";
import { podsPassing, routeRules } from "../../facts/routed-pods.js";
import { type NumberedRule, openRule, policyOf, type Ufw } from "../../facts/ufw.js";
import { defineCheck } from "../define.js";
import { policyWords } from "./policies.js";
import { forRule, networks } from "./ports.js";
import { settingOutcome, settingsRemedy } from "./settings.js";

/** Does a rule let through all that comes from the network, or all that goes there? */
function covers(rule: NumberedRule, network: Network, end: "src" | "dst"): boolean {
  const named = parseNetwork(rule[end]);
  const other = rule[end === "src" ? "dst" : "src"];
  const plain = rule.protocol === "any" && rule.dport === "any" && rule.sport === "any";
  if (!plain || other !== "0.0.0.0/0" || named === undefined) return false;
  return AddressSet.of(4, [named]).covers(AddressSet.of(4, [network]));
}

interface Missing {
  readonly text: string;
  readonly steps: readonly Step[];
}

/** Route rules from and to each pod network that has none. */
function missingRules(
  own: Ufw,
  texts: readonly string[],
): readonly { readonly text: string; readonly steps: readonly Step[] }[] {
  const rules = routeRules(own);
  return texts.flatMap((text) => {
    const network = parseNetwork(text);
    if (network === undefined || network.family !== 4) return [];
    const ends = (["src", "dst"] as const).filter((end) => !rules.some((rule) => covers(rule, network, end)));
    const steps = ends.flatMap((end) => {
      const rule = { ...openRule(false), routed: true, [end]: forRule(network) };
      return own.rules.state === "known" ? (own.rules.value.add(rule, "first") ?? []) : [];
    });
    return ends.length === 0 ? [] : [{ text, steps }];
  });
}

interface Found {
  readonly problems: Problem[];
  readonly unknowns: string[];
  readonly evidence: Source[];
}

/** With a policy that refuses: do the packets of pods still pass? */
function judgePods(own: Ufw, kernel: Fact<KernelFilter>, missing: readonly Missing[]): Found {
  const where = `${place(own.settings.forward.source)}: routed packets are refused, and`;
  const names = missing.map(({ text }) => text).join(", ");
  if (missing.length > 0)
    return {
      problems: [
        {
          message: `${where} no rule lets those of ${names} through`,
          fix: missing.flatMap(({ steps }) => steps),
        },
      ],
      unknowns: [],
      evidence: [],
    };
  const { by, unknown } = podsPassing(own, kernel);
  if (by.length > 0) return { problems: [], unknowns: [], evidence: [...by] };
  return unknown === undefined
    ? {
        problems: [{ message: `${where} neither ufw nor the CNI lets those of pods through` }],
        unknowns: [],
        evidence: [],
      }
    : {
        problems: [],
        unknowns: [`whether the CNI's own rules let the packets of pods through: ${unknown}`],
        evidence: [],
      };
}

export default defineCheck({
  id: "ufw.default-routed",
  title: "ufw treats routed packets as expected, and lets those of pods pass",
  why: "A node forwards: without a policy it joins every network it has a leg in. With a policy of deny and no rule for the pods, nothing in the cluster speaks to anything.",
  remedy: `\`ufw route allow from POD-NETWORK\`, \`ufw route allow to POD-NETWORK\`, then \`ufw default deny routed\`. ${settingsRemedy}`,
  breaks: "Pods lose the network when the policy denies and neither ufw nor the CNI has a rule for theirs.",
  severity: "medium",
  risk: "workload",
  fixable: true,
  needs: ["ufw", "roles"],
  optional: ["kernelFilter"],
  params: { expected: choice(["deny", "reject", "allow"], "deny"), "pod-networks": networks() },
  evaluate({ ufw, roles, kernelFilter }, { expected, "pod-networks": pods }) {
    const setting = ufw.settings.forward;
    const node = roles.roles.length > 0;
    const missing = missingRules(ufw, pods);
    const closes = policyOf(setting) === "DROP" || policyOf(setting) === "REJECT";
    const found =
      closes && (node || pods.length > 0)
        ? judgePods(ufw, kernelFilter, missing)
        : { problems: [], unknowns: [], evidence: [] };
    // Closing without knowing the pods' networks would cut them off.
    const safe = !node || closes || expected === "allow" || pods.length > 0;
    return settingOutcome(
      setting,
      {
        expected,
        good: (value) => value === policyWords[expected],
        text: `"${policyWords[expected]}"`,
        wrong: (value) =>
          policyOf({ value }) === undefined
            ? "iptables knows no such policy, so that ufw fails to start"
            : `${expected} is expected`,
        before: safe ? (closes ? [] : missing.flatMap(({ steps }) => steps)) : undefined,
      },
      { ...found, notes: ufw.forwarding === false ? ["the kernel forwards nothing at the moment"] : [] },
    );
  },
});
