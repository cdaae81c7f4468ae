// accounts.pam-faillock: who guesses a password wrong a few times is locked out for a while.
import type { Problem } from "../../core/outcome.js";
import { notApplicable } from "../../core/outcome.js";
import { integer, words } from "../../core/param.js";
import { place, type Source } from "../../core/source.js";
import type { LoginPolicy, PolicyFile } from "../../facts/login-policy.js";
import type { PamStack, PamStep } from "../../facts/pam.js";
import { defineCheck } from "../define.js";
import { faillockRepair } from "./faillock-repair.js";
import { argOf, indexOf, moduleOf, stacksOf } from "./pam-steps.js";

/** Modules that ask for a password. */
const asking = new Set(["pam_unix", "pam_sss", "pam_ldap", "pam_krb5", "pam_winbind"]);

interface Placement {
  readonly missing: readonly string[];
  readonly lines: readonly PamStep[];
}

/** Where pam_faillock stands: before the password is asked, after it was wrong, and where a success takes the count back. */
function placement(stack: PamStack): Placement | undefined {
  const auth = stack.of("auth");
  const account = stack.of("account");
  const asks = auth.findIndex((step) => asking.has(moduleOf(step)));
  if (asks < 0) return undefined;
  const before = indexOf(auth, "pam_faillock", "preauth");
  const after = indexOf(auth, "pam_faillock", "authfail");
  const reset = indexOf(account, "pam_faillock");
  const success = indexOf(auth, "pam_faillock", "authsucc");
  const missing = [
    ...(before >= 0 && before < asks ? [] : ["no preauth line before the password is asked"]),
    ...(after > asks ? [] : ["no authfail line after it"]),
    ...(reset >= 0 || success > asks ? [] : ["no account line that takes the count back"]),
  ];
  return { missing, lines: [auth[before], auth[after], account[reset]].filter((step) => step !== undefined) };
}

interface Rule {
  readonly key: "deny" | "unlock_time";
  readonly unset: number;
  readonly wanted: number;
  readonly isGood: (value: number) => boolean;
  readonly words: string;
}

function rulesOf(deny: number, unlock: number): readonly Rule[] {
  return [
    {
      key: "deny",
      unset: 3,
      wanted: deny,
      isGood: (value) => value >= 1 && value <= deny,
      words: `1 to ${deny} tries`,
    },
    {
      key: "unlock_time",
      unset: 600,
      wanted: unlock,
      // 0: until somebody unlocks the account.
      isGood: (value) => value === 0 || value >= unlock,
      words: `${unlock} seconds or more, or 0 for ever`,
    },
  ];
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly evidence: readonly Source[];
}

function number(text: string | undefined, unset: number): number {
  if (text === "never") return 0;
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : unset;
}

function inFile({ key, unset, wanted, isGood, words: good }: Rule, file: PolicyFile): Judged {
  const setting = file.get(key);
  const value = number(setting?.value, unset);
  const evidence = setting === undefined ? [] : [setting.source];
  if (isGood(value)) return { problems: [], evidence };
  const found = setting === undefined ? `${value} by default` : `${value} by ${place(setting.source)}`;
  return {
    problems: [
      { message: `pam_faillock has ${key} ${found}, not ${good}`, fix: [file.set(key, String(wanted))] },
    ],
    evidence,
  };
}

/** An argument of the module beats the file. */
function inLines(rule: Rule, steps: readonly PamStep[]): readonly Problem[] {
  return steps.flatMap((step) => {
    const text = argOf(step, rule.key);
    if (text === undefined || rule.isGood(number(text, rule.unset))) return [];
    return [{ message: `${place(step.source)} has ${rule.key}=${text}, not ${rule.words}` }];
  });
}

function settings(rules: readonly Rule[], steps: readonly PamStep[], { faillock }: LoginPolicy): Judged {
  const judged = rules.map((rule) => {
    const isGiven = steps.some((step) => argOf(step, rule.key) !== undefined);
    if (isGiven || faillock.state !== "known") return { problems: inLines(rule, steps), evidence: [] };
    return inFile(rule, faillock.value);
  });
  return {
    problems: judged.flatMap(({ problems }) => problems),
    evidence: judged.flatMap(({ evidence }) => evidence),
  };
}

export default defineCheck({
  id: "accounts.pam-faillock",
  title: "Accounts are locked for a while after wrong passwords",
  why: "Without it a password can be guessed as fast as the machine answers.",
  remedy:
    "Debian: a profile for pam_faillock and `pam-auth-update`; Red Hat: `authselect enable-feature with-faillock`. `deny` and `unlock_time` in /etc/security/faillock.conf. `faillock --user NAME --reset` lets somebody in again.",
  breaks:
    "Who knows the name of an account can lock it by guessing: keep a login by key, which pam_faillock does not stop, and a second way to root. pam-auth-update no longer changes common-auth by itself.",
  severity: "medium",
  risk: "lockout",
  fixable: true,
  needs: ["pam", "loginPolicy"],
  params: {
    deny: integer(5, { min: 1, max: 100, unit: "tries" }),
    unlock: integer(900, { min: 0, max: 604_800, unit: "seconds" }),
    services: words(["login", "sshd", "su", "sudo"], "a list of PAM services"),
  },
  evaluate({ pam, loginPolicy }, { deny, unlock, services }) {
    const { stacks, unknowns } = stacksOf(pam, services);
    const placed = stacks.flatMap((stack) => {
      const found = placement(stack);
      return found === undefined ? [] : [{ stack, ...found }];
    });
    if (placed.length === 0 && unknowns.length === 0)
      return notApplicable(`none of ${services.join(", ")} asks for a password through PAM`);
    const wrong = placed.filter(({ missing }) => missing.length > 0);
    const { modules, faillock } = loginPolicy;
    const fix =
      modules.state === "known" && wrong.length > 0 ? faillockRepair(pam, modules.value) : undefined;
    const steps = placed.flatMap(({ lines }) => lines);
    // Another file than the one that is read may say anything.
    const elsewhere = [...new Set(steps.filter((step) => argOf(step, "conf") !== undefined))];
    const { problems, evidence } =
      elsewhere.length > 0
        ? { problems: [], evidence: [] }
        : settings(rulesOf(deny, unlock), steps, loginPolicy);
    return {
      expected: `pam_faillock in ${services.join(", ")}: ${deny} tries at most, ${unlock} seconds`,
      actual:
        wrong.length === 0
          ? "in all of them"
          : `missing in ${wrong.map(({ stack }) => stack.service).join(", ")}`,
      evidence: [...new Set(steps.map(({ source }) => source)), ...evidence],
      problems: [
        ...wrong.map(({ stack, missing }) => ({
          message: `${stack.service} locks nobody out: ${missing.join(", ")}`,
          ...(fix === undefined ? {} : { fix }),
        })),
        ...problems,
      ],
      unknowns: [
        ...unknowns,
        ...(faillock.state === "error" ? [faillock.reason] : []),
        ...elsewhere.map(({ source }) => `${place(source)} reads another file (conf=)`),
      ],
    };
  },
});
