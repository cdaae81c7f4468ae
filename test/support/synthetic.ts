// Checks made for tests: a few of each severity and kind, without a node.
import { type Check, defineCheck } from "../../src/checks/define.js";
import type { Severity, Verdict } from "../../src/core/outcome.js";
import { choice, integer, type ParamSpec, words } from "../../src/core/param.js";
import type { LoadedPolicy, PolicyFiles } from "../../src/policy/load.js";

export const passing: Verdict = { expected: "a", actual: "a", evidence: [], problems: [] };

export function syntheticCheck(
  id: string,
  severity: Severity,
  params: ParamSpec = {},
  verdict: Verdict = passing,
): Check {
  return defineCheck({
    id,
    title: `${id} holds`,
    why: "Because.",
    remedy: "Put it right.",
    severity,
    risk: "none",
    fixable: false,
    tags: ["made-up"],
    needs: [],
    params,
    evaluate: () => verdict,
  });
}

export const syntheticChecks: readonly Check[] = [
  syntheticCheck("sshd.permit-root-login", "high", { expected: choice(["no", "prohibit-password"], "no") }),
  syntheticCheck("sshd.max-auth-tries", "medium", { limit: integer(4, { min: 1, max: 10 }) }),
  syntheticCheck("sshd.banner", "low"),
  syntheticCheck("kmod.sctp", "high"),
  syntheticCheck("kmod.usb-storage", "medium", { exceptions: words([]) }),
  syntheticCheck("kubelet.anonymous-auth", "critical"),
];

/** Policy files that are values. */
export function memoryPolicyFiles(
  shipped: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): PolicyFiles {
  return {
    shipped: (name) => shipped[name],
    profileNames: Object.keys(shipped),
    open: async (path) => {
      const text = files[path];
      return text === undefined ? undefined : { text };
    },
  };
}

export function policyOf(...documents: LoadedPolicy["documents"]): LoadedPolicy {
  return { documents, name: "test" };
}
