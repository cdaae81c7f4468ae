// Faults in the words and numbers of one rule: its action, the names of calls, conditions, errors. Not those of the profile
// around it (lint-words.ts), nor how rules work together (lint-rules.ts).
import { didYouMean } from "../core/nearest.js";
import type { At, SeccompRule } from "../formats/seccomp-profile.js";
import { permits } from "./filter.js";
import { type Finding, finding, type LintInput, stopper } from "./finding.js";
import { actionOf, actionWords, operatorWords } from "./reading.js";
import { type LowRuntime, lowRuntimes } from "./runtime-base.js";
import { tooNew } from "./syscall-age.js";

const both = lowRuntimes;

/** 4095 is the highest error that libseccomp takes (seccomp_init(3)). */
export function errnoFindings(
  errno: At<bigint> | undefined,
  action: string,
  { target }: Pick<LintInput, "profile" | "target">,
): readonly Finding[] {
  if (errno === undefined) return [];
  const takes = action === "SCMP_ACT_ERRNO" || action === "SCMP_ACT_TRACE";
  if (!takes) {
    const message = `${action} takes no error number: runc ignores it, crun creates no container`;
    return [stopper("errno-without-errno", message, errno.line, ["crun"], target)];
  }
  if (errno.value > 4095n)
    return [
      stopper(
        "errno-range",
        `${errno.value} is no error number (1 to 4095): the container is not created`,
        errno.line,
        both,
        target,
      ),
    ];
  if (errno.value === 0n && action === "SCMP_ACT_ERRNO")
    return [
      finding(
        "errno-zero",
        "error",
        "error number 0 says that the call succeeded, and it was never made",
        errno.line,
      ),
    ];
  return [];
}

function nameFindings(rule: SeccompRule, { profile, target, table }: LintInput): readonly Finding[] {
  const action = actionOf(rule.action?.value, rule.errnoRet?.value);
  const opens = action !== undefined && permits(action);
  const otherwise = actionOf(profile.defaultAction?.value, undefined);
  if (rule.names.length === 0 && rule.oldName === undefined)
    return [
      stopper(
        "no-names",
        "a rule names no call: runc leaves it out, crun creates no container",
        rule.line,
        ["crun"],
        target,
      ),
    ];
  return rule.names.flatMap(({ value, line }): readonly Finding[] => {
    if (value === "")
      return [stopper("empty-name", "an empty name: runc creates no container", line, ["runc"], target)];
    if (!table.has(value)) {
      const loss = !opens && otherwise !== undefined && permits(otherwise);
      const effect = loss ? "the rule is left out, and what was meant stays allowed" : "the rule is left out";
      return [
        finding(
          "unknown-syscall",
          loss ? "error" : "warning",
          `${value} is no system call${didYouMean(value, table.names)}: ${effect}`,
          line,
        ),
      ];
    }
    return [];
  });
}

/** One finding a cause: a profile that names all new calls would be a page of them. */
function ageFindings(rule: SeccompRule, { target }: LintInput): readonly Finding[] {
  const causes = new Map<string, string[]>();
  for (const { value } of rule.names) {
    const why = tooNew(value, target.kernel, target.libseccomp);
    if (why !== undefined) causes.set(why, [...(causes.get(why) ?? []), value]);
  }
  return [...causes].map(([why, names]) =>
    finding("too-new", "note", `the rule for ${names.join(", ")} may do nothing: ${why}`, rule.line),
  );
}

function argumentFindings(rule: SeccompRule, { target }: LintInput): readonly Finding[] {
  return rule.args.flatMap(({ index, op, value, valueTwo, line }): readonly Finding[] => {
    if (!operatorWords.includes(op)) {
      const message = `${op === "" ? "an argument without op" : `${op} is no comparison`}${didYouMean(op, operatorWords)}: the container is not created`;
      return [stopper("unknown-operator", message, line, both, target)];
    }
    if (index > 5n)
      return [
        stopper(
          "argument-index",
          `there is no argument ${index}: they count from 0 to 5`,
          line,
          both,
          target,
        ),
      ];
    if (op === "SCMP_CMP_MASKED_EQ")
      return (valueTwo & ~value) === 0n
        ? []
        : [
            finding(
              "never-true",
              "error",
              `can never be: valueTwo (${valueTwo}) has bits that the mask in value (${value}) takes away`,
              line,
            ),
          ];
    return valueTwo === 0n
      ? []
      : [
          finding(
            "value-two",
            "warning",
            `valueTwo means nothing to ${op}; only SCMP_CMP_MASKED_EQ has two values`,
            line,
          ),
        ];
  });
}

function actionFindings(rule: SeccompRule, input: LintInput): readonly Finding[] {
  const { target, profile } = input;
  const word = rule.action?.value ?? "";
  const line = rule.action?.line ?? rule.line;
  if (actionOf(word, undefined) === undefined) {
    const what =
      word === "" ? "a rule has no action" : `${word} is no action${didYouMean(word, actionWords)}`;
    return [stopper("unknown-action", `${what}: the container is not created`, line, both, target)];
  }
  const errors = errnoFindings(rule.errnoRet, word, input);
  if (word !== "SCMP_ACT_NOTIFY") return errors;
  const asks = (message: string, stops: readonly LowRuntime[]) => [
    ...errors,
    stopper("notify", message, line, stops, target),
  ];
  if (rule.names.some(({ value }) => value === "write"))
    return asks("SCMP_ACT_NOTIFY for write: the runtime could never hand over the listener", ["runc"]);
  return (profile.listenerPath?.value ?? "") === ""
    ? asks("SCMP_ACT_NOTIFY without listenerPath: nobody would answer", ["runc"])
    : [
        ...errors,
        finding(
          "notify",
          "warning",
          "SCMP_ACT_NOTIFY: no container starts while nobody listens on listenerPath",
          line,
        ),
      ];
}

export function ruleWordFindings(rule: SeccompRule, input: LintInput): readonly Finding[] {
  return [
    ...actionFindings(rule, input),
    ...nameFindings(rule, input),
    ...ageFindings(rule, input),
    ...argumentFindings(rule, input),
  ];
}
