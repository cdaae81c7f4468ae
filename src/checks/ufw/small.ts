// ufw.ipv6 and ufw.logging: two settings with one value each.
import type { Fact } from "../../core/fact.js";
import { notApplicable, type Outcome } from "../../core/outcome.js";
import type { KernelFilter } from "../../facts/kernel-filter.js";
import { policyOf, type Ufw } from "../../facts/ufw.js";
import { entered } from "../../facts/ufw-loaded.js";
import { type Check, defineCheck } from "../define.js";
import { settingOutcome, settingsRemedy } from "./settings.js";

const ipv6 = defineCheck({
  id: "ufw.ipv6",
  title: "ufw filters IPv6 where the node has it",
  why: "With IPV6=no the rules say nothing about IPv6: all of it is shut but the loopback, and when somebody opens it by hand nothing filters it.",
  remedy: `Set IPV6=yes in /etc/default/ufw. ${settingsRemedy}`,
  breaks: "Rules added before stand for IPv4 alone: services that are to be reached over IPv6 need theirs.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["ufw"],
  params: {},
  evaluate({ ufw }) {
    if (!ufw.hostHasIpv6) return notApplicable("the kernel has no IPv6, or it is switched off");
    return settingOutcome(ufw.settings.ipv6, {
      expected: "yes",
      good: (value) => value === "yes" || value === "YES",
      text: "yes",
      wrong: (value) =>
        value.toLowerCase() === "yes"
          ? "the boot script takes only yes or YES, and shuts IPv6 for anything else"
          : "IPv6 has no rules of its own",
    });
  },
});

const levels = ["low", "medium", "high", "full"];

/** Does the kernel log what the policy refuses? Only asked where ufw is on and the kernel can be read. */
function kernelLogs(own: Ufw, kernel: Fact<KernelFilter>): Partial<Outcome> {
  // What the policy accepts is only logged from medium on.
  const refuses = policyOf(own.settings.input) !== "ACCEPT";
  if (!own.startsAtBoot || !refuses || kernel.state === "absent") return {};
  if (kernel.state === "error") return { unknowns: [kernel.reason] };
  const loaded = kernel.value[4];
  if (loaded.state !== "known") return { unknowns: [`in the kernel: ${loaded.reason}`] };
  if (!entered(loaded.value.rules)) return {};
  const logs = (loaded.value.rules.chains.get("ufw-after-logging-input")?.rules ?? []).some(
    ({ verdict }) => verdict.kind === "continue" && verdict.logs,
  );
  return logs
    ? {}
    : {
        problems: [
          {
            message: "the kernel logs nothing of what ufw refuses, whatever the file says: run `ufw reload`",
          },
        ],
      };
}

const logging = defineCheck({
  id: "ufw.logging",
  title: "ufw logs what it refuses",
  why: "Somebody who tries one port after another is seen in the log of refused packets, and nowhere else.",
  remedy: "`ufw logging low`.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["ufw"],
  optional: ["kernelFilter"],
  params: {},
  evaluate: ({ ufw, kernelFilter }) =>
    settingOutcome(
      ufw.settings.logLevel,
      {
        expected: "low or more",
        good: (value) => levels.includes(value.toLowerCase()),
        text: "low",
        wrong: (value) => (value === "off" ? "nothing is logged" : "ufw knows no such level"),
      },
      kernelLogs(ufw, kernelFilter),
    ),
});

export const small: readonly Check[] = [ipv6, logging];
