// Reading PAM stacks in checks: which module a line calls, and with which arguments. No check.
import type { Pam, PamStack, PamStep } from "../../facts/pam.js";

/** `pam_unix` of `/lib/security/pam_unix.so`. */
export function moduleOf({ module }: Pick<PamStep, "module">): string {
  return module.slice(module.lastIndexOf("/") + 1).replace(/\.so$/, "");
}

export function indexOf(steps: readonly PamStep[], module: string, arg?: string): number {
  return steps.findIndex(
    (step) => moduleOf(step) === module && (arg === undefined || step.args.includes(arg)),
  );
}

/** The value of `name=value` among the arguments; empty for a bare name. */
export function argOf({ args }: PamStep, name: string): string | undefined {
  const found = args.findLast((arg) => arg === name || arg.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** Modules that take a new password and look at it; those behind them are to use the same one. */
const lookers = ["pam_pwquality", "pam_passwdqc", "pam_cracklib", "pam_pwhistory"] as const;

/** Does a line that sets or remembers a new password not insist on the one that was looked at before (`use_authtok`)? */
export function takesAnother(steps: readonly PamStep[], at: number): boolean {
  const step = steps[at];
  if (step === undefined || argOf(step, "use_authtok") !== undefined) return false;
  return lookers.some((name) => {
    const before = indexOf(steps, name);
    return before >= 0 && before < at;
  });
}

export interface Stacks {
  readonly stacks: readonly PamStack[];
  readonly unknowns: readonly string[];
}

/** The stacks of those services that have a file. */
export function stacksOf(pam: Pam, services: readonly string[]): Stacks {
  const facts = services.filter((name) => pam.services.includes(name)).map((name) => pam.stack(name));
  const stacks = facts.flatMap((fact) => (fact.state === "known" ? [fact.value] : []));
  return {
    stacks,
    unknowns: [
      ...facts.flatMap((fact) => (fact.state === "error" ? [fact.reason] : [])),
      ...stacks.flatMap(({ unread, problems }) => [
        ...unread,
        ...problems.map(({ message, source }) => `${source.file}:${source.line}: ${message}`),
      ]),
    ],
  };
}
