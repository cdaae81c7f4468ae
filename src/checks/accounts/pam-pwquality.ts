// accounts.pam-pwquality: new passwords are long and varied enough.
import type { Problem } from "../../core/outcome.js";
import { notApplicable } from "../../core/outcome.js";
import { integer, words } from "../../core/param.js";
import { place, type Source } from "../../core/source.js";
import type { LoginPolicy, PolicyFile } from "../../facts/login-policy.js";
import type { PamStack, PamStep } from "../../facts/pam.js";
import { defineCheck } from "../define.js";
import { argOf, indexOf, stacksOf } from "./pam-steps.js";

interface Rule {
  readonly key: string;
  /** libpwquality's default. */
  readonly unset: number;
  readonly wanted: number;
  readonly isGood: (value: number) => boolean;
}

function atLeast(key: string, unset: number, least: number): Rule {
  return { key, unset, wanted: least, isGood: (value) => value >= least };
}

/** 0 switches the test off. */
function upTo(key: string, most: number): Rule {
  return { key, unset: 0, wanted: most, isGood: (value) => value >= 1 && value <= most };
}

function rulesOf(minlen: number, minclass: number): readonly Rule[] {
  return [
    atLeast("minlen", 8, minlen),
    atLeast("difok", 1, 2),
    upTo("maxrepeat", 3),
    upTo("maxsequence", 3),
    atLeast("dictcheck", 1, 1),
    atLeast("enforcing", 1, 1),
    ...(minclass > 0 ? [atLeast("minclass", 0, minclass)] : []),
  ];
}

/** Classes can be asked for one by one as well: a credit below 0 is a character that must be there. */
const credits = ["dcredit", "ucredit", "lcredit", "ocredit"] as const;

function number(text: string | undefined, unset: number): number {
  return text !== undefined && /^-?\d{1,9}$/.test(text) ? Number(text) : unset;
}

interface Found {
  readonly value: string;
  readonly source: Source;
  /** Given on the module's own line, where it beats the files. */
  readonly inLine: boolean;
}

/** What holds for one key: the module's argument, else the files. */
function found(key: string, step: PamStep, file: PolicyFile | undefined): Found | undefined {
  const arg = argOf(step, key);
  if (arg !== undefined) return { value: arg, source: step.source, inLine: true };
  const setting = file?.get(key);
  return setting === undefined ? undefined : { ...setting, inLine: false };
}

function judge(rule: Rule, step: PamStep, file: PolicyFile | undefined): readonly Problem[] {
  const setting = found(rule.key, step, file);
  const value = number(setting?.value, rule.unset);
  if (rule.isGood(value)) return [];
  const where = setting === undefined ? "by default" : `by ${place(setting.source)}`;
  const message = `passwords are judged with ${rule.key} ${value} ${where}, not ${rule.wanted}`;
  return file === undefined || setting?.inLine === true
    ? [{ message }]
    : [{ message, fix: [file.set(rule.key, String(rule.wanted))] }];
}

function rootToo(step: PamStep, file: PolicyFile | undefined): readonly Problem[] {
  if (found("enforce_for_root", step, file) !== undefined) return [];
  const message = "root may give itself and others any password: enforce_for_root is not set";
  return file === undefined ? [{ message }] : [{ message, fix: [file.set("enforce_for_root", "")] }];
}

function settings(
  step: PamStep,
  { pwquality }: LoginPolicy,
  minlen: number,
  minclass: number,
): readonly Problem[] {
  const file = pwquality.state === "known" ? pwquality.value : undefined;
  const asked = credits.filter((key) => number(found(key, step, file)?.value, 0) < 0).length;
  const rules = rulesOf(minlen, asked >= minclass ? 0 : minclass);
  return [...rules.flatMap((rule) => judge(rule, step, file)), ...rootToo(step, file)];
}

/** Other modules that judge new passwords, by rules that are not looked into here. */
const others = ["pam_passwdqc", "pam_cracklib"] as const;

function lineOf(stack: PamStack): PamStep | undefined {
  const steps = stack.of("password");
  return steps[indexOf(steps, "pam_pwquality")];
}

export default defineCheck({
  id: "accounts.pam-pwquality",
  title: "New passwords are long and varied",
  why: "People choose what they remember: without rules half of the passwords are found in a list of a million.",
  remedy:
    "Install libpam-pwquality (libpwquality on Red Hat), and set minlen, minclass, difok, maxrepeat, maxsequence and enforce_for_root in /etc/security/pwquality.conf.",
  breaks: "Scripts that set short passwords fail; existing passwords stay as they are.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["pam", "loginPolicy"],
  params: {
    minlen: integer(14, { min: 6, max: 128, unit: "characters" }),
    minclass: integer(3, { min: 0, max: 4, unit: "classes of characters" }),
    services: words(["passwd"], "a list of PAM services"),
  },
  evaluate({ pam, loginPolicy }, { minlen, minclass, services }) {
    const { stacks, unknowns } = stacksOf(pam, services);
    const changing = stacks.filter((stack) => stack.of("password").length > 0);
    if (changing.length === 0 && unknowns.length === 0)
      return notApplicable(`none of ${services.join(", ")} changes passwords through PAM`);
    const judged = changing.map((stack) => ({ stack, step: lineOf(stack) }));
    const unjudged = judged.filter(
      ({ stack, step }) =>
        step === undefined && others.some((name) => indexOf(stack.of("password"), name) >= 0),
    );
    const bare = judged.filter((one) => one.step === undefined && !unjudged.includes(one));
    const steps = judged.flatMap(({ step }) => (step === undefined ? [] : [step]));
    const { pwquality } = loginPolicy;
    const problems =
      pwquality.state === "error"
        ? []
        : steps.flatMap((step) => settings(step, loginPolicy, minlen, minclass));
    return {
      expected: `pam_pwquality with minlen ${minlen}, ${minclass} classes, for root too`,
      actual: steps.length > 0 ? "pam_pwquality" : "no pam_pwquality",
      evidence: steps.map(({ source }) => source),
      problems: [
        ...bare.map(({ stack }) => ({
          message: `${stack.service} takes any password: no pam_pwquality in ${stack.file}`,
        })),
        ...problems,
      ],
      unknowns: [
        ...unknowns,
        ...unjudged.map(
          ({ stack }) => `${stack.service} judges passwords by another module than pam_pwquality`,
        ),
        ...(pwquality.state === "error" ? [pwquality.reason] : []),
      ],
    };
  },
});
