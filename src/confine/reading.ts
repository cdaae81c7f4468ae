// From a profile as it is written to the filter that a runtime makes of it: which keys it honours, which rules apply here.
// Finds no faults (lint.ts).
import type { Conditions, SeccompProfile, SeccompRule } from "../formats/seccomp-profile.js";
import { type Architecture, architectureOf } from "../formats/syscall-table.js";
import { type Action, type ActionName, type Argument, type Filter, operators, type Rule } from "./filter.js";

/** Who reads the profile, and for which container. */
export interface Reading {
  /** Docker's keys: `none` (containerd), `all` (Docker), `no-kernel` (CRI-O, which does not know minKernel). */
  readonly honours: "none" | "all" | "no-kernel";
  readonly architecture: Architecture;
  /** `6.1`; undefined: not known, and then every minimum is met. */
  readonly kernel: string | undefined;
  /** With CAP_, as profiles write them. */
  readonly capabilities: ReadonlySet<string>;
}

/** Go's names, which `arches` holds (moby/profiles, seccomp). */
const goNames: Readonly<Record<Architecture, string>> = {
  x86_64: "amd64",
  x86: "386",
  x32: "x32",
  aarch64: "arm64",
  arm: "arm",
  riscv64: "riscv64",
  s390x: "s390x",
  ppc64le: "ppc64le",
};

const words: ReadonlyMap<string, ActionName> = new Map([
  ["SCMP_ACT_KILL", "KILL_THREAD"],
  ["SCMP_ACT_KILL_THREAD", "KILL_THREAD"],
  ["SCMP_ACT_KILL_PROCESS", "KILL_PROCESS"],
  ["SCMP_ACT_TRAP", "TRAP"],
  ["SCMP_ACT_ERRNO", "ERRNO"],
  ["SCMP_ACT_TRACE", "TRACE"],
  ["SCMP_ACT_ALLOW", "ALLOW"],
  ["SCMP_ACT_LOG", "LOG"],
  ["SCMP_ACT_NOTIFY", "NOTIFY"],
]);

export const actionWords: readonly string[] = [...words.keys()];
export const operatorWords: readonly string[] = operators.map((name) => `SCMP_CMP_${name}`);

/** EPERM: what both runtimes answer where no errno is said. */
const defaultErrno = 1;

/** Undefined for a word that no runtime knows. */
export function actionOf(word: string | undefined, code: bigint | undefined): Action | undefined {
  const name = word === undefined ? undefined : words.get(word);
  if (name === undefined) return undefined;
  const takes = name === "ERRNO" || name === "TRACE";
  return { name, code: takes ? Number(code ?? BigInt(defaultErrno)) : 0 };
}

/** 4.8 is met by 4.8 and 6.1.0-13-amd64. */
export function kernelAtLeast(kernel: string, wanted: string): boolean {
  const [a, b] = [kernel, wanted].map((text) => /^(\d+)\.(\d+)/.exec(text));
  if (a === null || b === null || a === undefined || b === undefined) return true;
  const major = Number(a[1]) - Number(b[1]);
  return major > 0 || (major === 0 && Number(a[2]) >= Number(b[2]));
}

function includes({ capabilities, architectures, minKernel }: Conditions, reading: Reading): boolean {
  if (architectures.length > 0 && !architectures.includes(goNames[reading.architecture])) return false;
  if (!capabilities.every((one) => reading.capabilities.has(one))) return false;
  if (minKernel === "" || reading.honours !== "all" || reading.kernel === undefined) return true;
  return kernelAtLeast(reading.kernel, minKernel);
}

function excludes({ capabilities, architectures, minKernel }: Conditions, reading: Reading): boolean {
  if (architectures.includes(goNames[reading.architecture])) return true;
  if (capabilities.some((one) => reading.capabilities.has(one))) return true;
  if (minKernel === "" || reading.honours !== "all" || reading.kernel === undefined) return false;
  return kernelAtLeast(reading.kernel, minKernel);
}

function applies(rule: SeccompRule, reading: Reading): boolean {
  if (reading.honours === "none") return true;
  if (rule.excludes !== undefined && excludes(rule.excludes, reading)) return false;
  return rule.includes === undefined || includes(rule.includes, reading);
}

function argumentsOf(rule: SeccompRule): readonly Argument[] {
  return rule.args.flatMap(({ index, op, value, valueTwo }) => {
    const found = operators.find((name) => op === `SCMP_CMP_${name}`);
    return found === undefined ? [] : [{ index: Number(index), op: found, value, valueTwo }];
  });
}

function ruleOf(rule: SeccompRule, { honours }: Reading): Rule | undefined {
  const action = actionOf(rule.action?.value, rule.errnoRet?.value);
  if (action === undefined) return undefined;
  const names = rule.names.map(({ value }) => value);
  if (honours !== "none" && rule.oldName !== undefined) names.push(rule.oldName.value);
  return { names, action, args: argumentsOf(rule), line: rule.line };
}

function architecturesOf(
  profile: SeccompProfile,
  { honours, architecture }: Reading,
): readonly Architecture[] {
  const listed = profile.architectures.map(({ value }) => value);
  const mapped = profile.archMap
    .filter((entry) => honours !== "none" && architectureOf(entry.architecture) === architecture)
    .flatMap((entry) => [entry.architecture, ...entry.subArchitectures]);
  const found = [...listed, ...mapped].map(architectureOf).filter((one) => one !== undefined);
  return [...new Set(found)];
}

/** Undefined where no filter is made: a text without default action leaves the container without one, or stops it. */
export function readingOf(profile: SeccompProfile, reading: Reading): Filter | undefined {
  const otherwise = actionOf(profile.defaultAction?.value, profile.defaultErrnoRet?.value);
  if (otherwise === undefined) return undefined;
  return {
    otherwise,
    architectures: architecturesOf(profile, reading),
    rules: profile.rules
      .filter((rule) => applies(rule, reading))
      .map((rule) => ruleOf(rule, reading))
      .filter((rule) => rule !== undefined),
  };
}
