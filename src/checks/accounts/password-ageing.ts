// accounts.password-ageing: passwords are to be changed now and then, not twice a day, and with warning.
import { notApplicable, type Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { ShadowEntry } from "../../facts/accounts.js";
import type { LoginDefs } from "../../facts/login-defs.js";
import { defineCheck } from "../define.js";

interface Rule {
  readonly key: string;
  /** What is used where the key is missing or no number: never, at once, none. */
  readonly unset: number;
  readonly wanted: number;
  readonly isGood: (days: number) => boolean;
  readonly of: (entry: ShadowEntry) => number | undefined;
  readonly words: (days: string) => string;
}

function rules(max: number, min: number, warn: number): readonly Rule[] {
  return [
    {
      key: "PASS_MAX_DAYS",
      unset: 99_999,
      wanted: max,
      isGood: (days) => days >= 1 && days <= max,
      of: ({ maxDays }) => maxDays,
      words: (days) => `must be changed after ${days} days, not after 1 to ${max}`,
    },
    {
      key: "PASS_MIN_DAYS",
      unset: 0,
      wanted: min,
      isGood: (days) => days >= min,
      of: ({ minDays }) => minDays,
      words: (days) => `can be changed again after ${days} days, not after ${min} or more`,
    },
    {
      key: "PASS_WARN_AGE",
      unset: 0,
      wanted: warn,
      isGood: (days) => days >= warn,
      of: ({ warnDays }) => warnDays,
      words: (days) => `is warned of ${days} days ahead, not ${warn} or more`,
    },
  ];
}

function daysOf(text: string | undefined, unset: number): number {
  return text !== undefined && /^-?\d{1,9}$/.test(text) ? Number(text) : unset;
}

function inLoginDefs(defs: LoginDefs, { key, unset, wanted, isGood, words }: Rule): readonly Problem[] {
  const value = defs.get(key)?.value;
  if (isGood(daysOf(value, unset))) return [];
  return [
    {
      message: `a new password ${words(value ?? `${unset} (unset)`)}: ${key} in ${defs.file}`,
      fix: [defs.set(key, String(wanted))],
    },
  ];
}

function inShadow(entry: ShadowEntry, rule: Rule): readonly Problem[] {
  const days = rule.of(entry) ?? rule.unset;
  return rule.isGood(days)
    ? []
    : [{ message: `the password of ${printable(entry.name)} ${rule.words(String(days))}` }];
}

/** Who logs in by key is locked out on the day the password nobody knows expires (pam_unix, account). */
function trap({ name, password, maxDays, changed }: ShadowEntry): readonly string[] {
  if (password.kind === "hash" || maxDays === undefined || maxDays >= 9999 || changed === undefined)
    return [];
  return [
    `${printable(name)} has no password and an age limit of ${maxDays} days: a login by key stops when it is over`,
  ];
}

export default defineCheck({
  id: "accounts.password-ageing",
  title: "Passwords age",
  why: "A password that was lost years ago should not still open the machine.",
  remedy:
    "Set PASS_MAX_DAYS, PASS_MIN_DAYS and PASS_WARN_AGE in /etc/login.defs; `chage` for accounts that have a password. Never age accounts that log in by key alone: `chage -M -1`.",
  breaks: "Only accounts made later are concerned. Of those, one that logs in by key needs `chage -M -1`.",
  severity: "low",
  risk: "none",
  fixable: true,
  needs: ["loginDefs"],
  optional: ["accounts"],
  params: {
    max: integer(365, { min: 1, max: 99_999, unit: "days" }),
    min: integer(1, { min: 0, max: 365, unit: "days" }),
    warn: integer(7, { min: 0, max: 365, unit: "days" }),
  },
  evaluate({ loginDefs, accounts }, { max, min, warn }) {
    if (accounts.state === "absent") return notApplicable(accounts.reason);
    const all = rules(max, min, warn);
    const shadow = accounts.state === "known" ? accounts.value.shadow : accounts;
    const entries = shadow.state === "known" ? shadow.value : [];
    // Nobody's password ages where there is none.
    const aged = entries.filter(({ password }) => password.kind === "hash" && !password.locked);
    const wrong = aged.filter((entry) => all.some((rule) => inShadow(entry, rule).length > 0));
    const settings = all
      .map(({ key }) => loginDefs.get(key)?.source)
      .filter((source) => source !== undefined);
    return {
      expected: `changed within ${max} days, not before ${min}, warned ${warn} days ahead`,
      actual: all.map(({ key }) => `${key} ${loginDefs.get(key)?.value ?? "unset"}`).join(", "),
      evidence: [...settings, ...wrong.map(({ source }) => source)],
      problems: [
        ...all.flatMap((rule) => inLoginDefs(loginDefs, rule)),
        ...aged.flatMap((entry) => all.flatMap((rule) => inShadow(entry, rule))),
      ],
      unknowns: shadow.state === "error" ? [shadow.reason] : [],
      notes: entries.flatMap(trap),
    };
  },
});
