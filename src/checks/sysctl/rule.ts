// What one kernel setting should be, and the judgement of it: running now, and after the next boot. Holds no setting.

import { kernelNumber } from "../../core/kernel-number.js";
import type { Problem, Verdict } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import type { Assignment, Sysctl, SysctlKey, SysctlSetting } from "../../facts/sysctl.js";

export interface Wanted {
  /** `1`, `0 or 1`, …: what passes, in words. */
  readonly wants: string;
  accepts(value: number): boolean;
  /** What a repair sets; undefined where there is no repair. */
  readonly set: number | undefined;
  /** What every kernel has where nothing sets it; left out where that depends on how the kernel was built. */
  readonly byDefault?: number;
  /** It need not be set by a file: another setting brings it along. */
  readonly follows?: true;
}

export interface Rule extends Wanted {
  readonly key: SysctlKey;
  /** Said, as a problem, of a kernel that has no such setting. Left out: then the check does not concern the node. */
  readonly absence?: string;
}

/** What one part of the judgement finds. */
interface Found {
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
  readonly notes: readonly string[];
  readonly evidence: readonly Source[];
}

const nothing: Found = { problems: [], unknowns: [], notes: [], evidence: [] };

function repaired(message: string, step: Step | undefined): Problem {
  return step === undefined ? { message } : { message, fix: [step] };
}

function judgeRunning({ key, running }: SysctlSetting, { wants, accepts, set }: Wanted): Found {
  if (running.state === "unseen")
    return { ...nothing, notes: ["no running kernel can be seen: judged by what the next boot sets"] };
  if (running.state === "absent") return nothing;
  if (running.state === "error") return { ...nothing, unknowns: [running.reason] };
  const { value, source } = running;
  const number = kernelNumber(value);
  const evidence = [{ ...source, text: `${key} = ${value}` }];
  if (number === undefined)
    return {
      ...nothing,
      evidence,
      unknowns: [`${source.file} holds ${printable(value, 40)}, which is no number`],
    };
  if (accepts(number)) return { ...nothing, evidence };
  const action: Step | undefined =
    set === undefined ? undefined : { kind: "action", action: "set-sysctl", args: [key, String(set)] };
  return {
    ...nothing,
    evidence,
    problems: [repaired(`${key} is ${number} in the running kernel instead of ${wants}`, action)],
  };
}

/** Steps that put the value where this one stands, or behind it. */
function correction(setting: SysctlSetting, { set }: Wanted, assignment?: Assignment): Step | undefined {
  if (set === undefined) return undefined;
  const edit = assignment?.set(String(set));
  // What ufw sets, no file of sysctl.d takes back.
  return edit ?? (assignment?.by === "ufw" ? undefined : setting.add(String(set)));
}

function judgeAssignment(setting: SysctlSetting, wanted: Wanted, assignment: Assignment): Found {
  const { by, value, source } = assignment;
  const number = kernelNumber(value);
  const where = `${place(source)} (${by})`;
  const fix = correction(setting, wanted, assignment);
  const evidence = [source];
  if (number === undefined) {
    const message = `${where} sets ${setting.key} to "${printable(value, 60)}", which the kernel refuses`;
    return { ...nothing, evidence, problems: [repaired(message, fix)] };
  }
  const trailing = /^\s*\S+\s+\S/.test(value)
    ? [
        `${place(source)}: there are no comments behind a value; the kernel passes over what follows the number`,
      ]
    : [];
  if (wanted.accepts(number)) return { ...nothing, evidence, notes: trailing };
  const message = `${where} sets ${setting.key} to ${number} at the next boot instead of ${wanted.wants}`;
  return { ...nothing, evidence, notes: trailing, problems: [repaired(message, fix)] };
}

function judgeUnset(setting: SysctlSetting, wanted: Wanted, sysctl: Sysctl): Found {
  const { byDefault, accepts, follows } = wanted;
  const { key } = setting;
  if (follows === true) return nothing;
  if (byDefault !== undefined && accepts(byDefault))
    return { ...nothing, notes: [`no file sets it, and ${byDefault} is the kernel's default`] };
  const usual = byDefault === undefined ? "whatever this kernel was built with" : String(byDefault);
  const why =
    sysctl.reader === "none"
      ? "systemd-sysctl.service is masked, so that no file is applied"
      : "no file sets it";
  const message = `${why}: after the next boot ${key} is ${usual}`;
  return { ...nothing, problems: [repaired(message, correction(setting, wanted))] };
}

function judgeBoot(setting: SysctlSetting, wanted: Wanted, sysctl: Sysctl): readonly Found[] {
  // What cannot be read may set the key, or set it last.
  if (sysctl.unread.length > 0)
    return [{ ...nothing, unknowns: sysctl.unread, evidence: setting.boot.map(({ source }) => source) }];
  const found = setting.boot.map((assignment) => judgeAssignment(setting, wanted, assignment));
  return found.length > 0 ? found : [judgeUnset(setting, wanted, sysctl)];
}

function handNotes({ byHand }: SysctlSetting, { accepts }: Wanted): readonly string[] {
  const number = byHand === undefined ? undefined : kernelNumber(byHand.value);
  if (byHand === undefined || number === undefined || accepts(number)) return [];
  return [`\`sysctl --system\` run by hand would set ${number} (${place(byHand.source)})`];
}

function actualOf({ running, boot }: SysctlSetting): string {
  const now =
    running.state === "known" ? running.value : running.state === "unseen" ? "not seen" : "not known";
  const next = boot.length === 0 ? "not set" : boot.map(({ value }) => value).join(", ");
  return `running ${now}, next boot ${next}`;
}

/** Judges one setting: the parts that a check of several settings joins. */
export function judgeSetting(rule: Rule, sysctl: Sysctl): Found & { readonly actual: string } {
  const setting = sysctl.of(rule.key);
  const parts = [judgeRunning(setting, rule), ...judgeBoot(setting, rule, sysctl)];
  return {
    actual: actualOf(setting),
    evidence: parts.flatMap(({ evidence }) => evidence),
    problems: parts.flatMap(({ problems }) => problems),
    unknowns: parts.flatMap(({ unknowns }) => unknowns),
    notes: [...parts.flatMap(({ notes }) => notes), ...handNotes(setting, rule)],
  };
}

/** The verdict of a check of one setting. */
export function verdictOn(rule: Rule, sysctl: Sysctl): Verdict {
  const { running } = sysctl.of(rule.key);
  if (rule.key.startsWith("net.ipv6.") && sysctl.ipv6 === false)
    return { notApplicable: "IPv6 is off in the running kernel: it has no /proc/sys/net/ipv6" };
  const expected = rule.wants;
  if (running.state === "absent") {
    if (rule.absence === undefined) return { notApplicable: running.reason };
    const evidence = [wholeFile(`/proc/sys/${rule.key.replaceAll(".", "/")}`)];
    return { expected, actual: "no such setting", evidence, problems: [{ message: rule.absence }] };
  }
  const found = judgeSetting(rule, sysctl);
  const evidence =
    found.evidence.length > 0 ? found.evidence : [wholeFile("/etc/sysctl.d", `no line sets ${rule.key}`)];
  return { expected, ...found, evidence };
}
