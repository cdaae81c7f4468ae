// accounts.pam-pwhistory: former passwords are not taken again.
import { notApplicable } from "../../core/outcome.js";
import { integer, words } from "../../core/param.js";
import { place, type Source } from "../../core/source.js";
import type { PolicyFile } from "../../facts/login-policy.js";
import type { PamStack, PamStep } from "../../facts/pam.js";
import { defineCheck } from "../define.js";
import { argOf, indexOf, stacksOf, takesAnother } from "./pam-steps.js";

interface Setting {
  readonly value: string;
  readonly source: Source;
}

/** What holds for a key: the argument of the module, else its file. */
function settingOf(step: PamStep, key: string, file: PolicyFile | undefined): Setting | undefined {
  const arg = argOf(step, key);
  return arg === undefined ? file?.get(key) : { value: arg, source: step.source };
}

function judge(stack: PamStack, remember: number, file: PolicyFile | undefined): readonly string[] {
  const steps = stack.of("password");
  const at = indexOf(steps, "pam_pwhistory");
  const unix = indexOf(steps, "pam_unix");
  const step = steps[at];
  if (step === undefined)
    return [`${stack.service} takes former passwords again: no pam_pwhistory in ${stack.file}`];
  const where = place(step.source);
  const setting = settingOf(step, "remember", file);
  const kept = Number(setting?.value ?? "10");
  const by = setting === undefined ? `${where}, by default,` : place(setting.source);
  return [
    ...(unix >= 0 && unix < at ? [`${where} comes after pam_unix, too late to refuse a password`] : []),
    ...(kept >= remember ? [] : [`${by} remembers ${kept} passwords, not ${remember}`]),
    ...(settingOf(step, "enforce_for_root", file) === undefined
      ? [`${where} lets root give former passwords again: no enforce_for_root`]
      : []),
    ...(takesAnother(steps, at)
      ? [`${where} does not insist on the password that was judged before it (use_authtok)`]
      : []),
  ];
}

export default defineCheck({
  id: "accounts.pam-pwhistory",
  title: "Former passwords are not taken again",
  why: "Who must change a password that was lost would otherwise change it back a minute later.",
  remedy:
    "`password requisite pam_pwhistory.so remember=24 enforce_for_root use_authtok` before pam_unix (Debian: by a profile and `pam-auth-update`); from Linux-PAM 1.5.3 on the values may stand in /etc/security/pwhistory.conf.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["pam", "loginPolicy"],
  params: {
    remember: integer(24, { min: 1, max: 400, unit: "passwords" }),
    services: words(["passwd"], "a list of PAM services"),
  },
  evaluate({ pam, loginPolicy }, { remember, services }) {
    const { stacks, unknowns } = stacksOf(pam, services);
    const changing = stacks.filter((stack) => indexOf(stack.of("password"), "pam_unix") >= 0);
    if (changing.length === 0 && unknowns.length === 0)
      return notApplicable(`none of ${services.join(", ")} changes local passwords through PAM`);
    const steps = changing
      .flatMap((stack) => stack.of("password"))
      .filter(({ module }) => /pam_pwhistory/.test(module));
    const { pwhistory } = loginPolicy;
    const file = pwhistory.state === "known" ? pwhistory.value : undefined;
    // Another file than the one that is read may say anything.
    const elsewhere = steps.filter((step) => argOf(step, "conf") !== undefined);
    const blind = pwhistory.state === "error" || elsewhere.length > 0;
    return {
      expected: `pam_pwhistory before pam_unix, ${remember} passwords, for root too`,
      actual: steps.length === 0 ? "no pam_pwhistory" : steps.map(({ args }) => args.join(" ")).join("; "),
      evidence: steps.map(({ source }) => source),
      problems: blind
        ? []
        : changing.flatMap((stack) => judge(stack, remember, file)).map((message) => ({ message })),
      unknowns: [
        ...unknowns,
        ...(pwhistory.state === "error" ? [pwhistory.reason] : []),
        ...elsewhere.map(({ source }) => `${place(source)} reads another file (conf=)`),
      ],
    };
  },
});
