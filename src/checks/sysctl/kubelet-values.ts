// The kernel's settings without which a kubelet with protectKernelDefaults does not start, as rules.
import { kernelNumber } from "../../core/kernel-number.js";
import { kernelDefaults } from "../../facts/kubelet-surroundings.js";
import type { Sysctl } from "../../facts/sysctl.js";
import type { Rule } from "./rule.js";
import { exactly } from "./setting-row.js";

export const kubeletRules: readonly Rule[] = [...kernelDefaults].map(([key, text]) => {
  const value = Number(text);
  // The one that every kernel starts with as the kubelet wants it.
  return { ...exactly(value, key === "vm.panic_on_oom" ? 0 : undefined), key };
});

/** Keys that the next boot does not set as the kubelet wants them, although they may be right now. */
export function notSetAtBoot(sysctl: Sysctl): readonly string[] {
  return kubeletRules
    .filter(({ key, accepts, byDefault }) => {
      const { boot } = sysctl.of(key);
      if (boot.length === 0) return byDefault === undefined;
      return boot.some(({ value }) => !accepts(kernelNumber(value) ?? Number.NaN));
    })
    .map(({ key }) => key);
}
