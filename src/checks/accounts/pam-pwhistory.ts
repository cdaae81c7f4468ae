// accounts.pam-pwhistory: former passwords are not taken again.
import { notApplicable } from "../../core/outcome.js";
import { integer, words } from "../../core/param.js";
import { place } from "../../core/source.js";
import type { PamStack } from "../../facts/pam.js";
import { defineCheck } from "../define.js";
import { argOf, indexOf, stacksOf } from "./pam-steps.js";

function judge(stack: PamStack, remember: number): readonly string[] {
  const steps = stack.of("password");
  const at = indexOf(steps, "pam_pwhistory");
  const unix = indexOf(steps, "pam_unix");
  const step = steps[at];
  if (step === undefined)
    return [`${stack.service} takes former passwords again: no pam_pwhistory in ${stack.file}`];
  const where = place(step.source);
  const kept = Number(argOf(step, "remember") ?? "10");
  return [
    ...(unix >= 0 && unix < at ? [`${where} comes after pam_unix, too late to refuse a password`] : []),
    ...(kept >= remember ? [] : [`${where} remembers ${kept} passwords, not ${remember}`]),
    ...(argOf(step, "enforce_for_root") === undefined
      ? [`${where} lets root give former passwords again: no enforce_for_root`]
      : []),
  ];
}

export default defineCheck({
  id: "accounts.pam-pwhistory",
  title: "Former passwords are not taken again",
  why: "Who must change a password that was lost would otherwise change it back a minute later.",
  remedy:
    "`password requisite pam_pwhistory.so remember=24 enforce_for_root use_authtok` before pam_unix (Debian: by a profile and `pam-auth-update`).",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["pam"],
  params: {
    remember: integer(24, { min: 1, max: 400, unit: "passwords" }),
    services: words(["passwd"], "a list of PAM services"),
  },
  evaluate({ pam }, { remember, services }) {
    const { stacks, unknowns } = stacksOf(pam, services);
    const changing = stacks.filter((stack) => indexOf(stack.of("password"), "pam_unix") >= 0);
    if (changing.length === 0 && unknowns.length === 0)
      return notApplicable(`none of ${services.join(", ")} changes local passwords through PAM`);
    const steps = changing
      .flatMap((stack) => stack.of("password"))
      .filter(({ module }) => /pam_pwhistory/.test(module));
    return {
      expected: `pam_pwhistory before pam_unix, ${remember} passwords, for root too`,
      actual: steps.length === 0 ? "no pam_pwhistory" : steps.map(({ args }) => args.join(" ")).join("; "),
      evidence: steps.map(({ source }) => source),
      problems: changing.flatMap((stack) => judge(stack, remember)).map((message) => ({ message })),
      unknowns,
    };
  },
});
