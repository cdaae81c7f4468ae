// The shape of checks on one keyword of sshd: its value for everybody and for each Match block that changes it.
import type { Outcome, Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { Setting, Sshd } from "../../facts/sshd.js";

export interface Wanted {
  readonly keyword: string;
  /** Completes "the value is". */
  readonly expected: string;
  readonly holds: (setting: Setting) => boolean;
  /** What to set where it does not hold; undefined where no value can be told. */
  readonly repair?: (setting: Setting) => string | undefined;
  /** What is wrong, where the value alone does not say it. */
  readonly says?: (setting: Setting) => string;
  /** Stands for the value in the sentence that says what is wrong. */
  readonly shows?: (setting: Setting) => string;
}

/** `PermitRootLogin is yes for everybody (/etc/ssh/sshd_config:3)`. */
export function statement(setting: Setting, shows?: string): string {
  const value = shows ?? `is ${setting.value === "" ? "not set" : printable(setting.value, 300)}`;
  const where = setting.source.line > 0 ? ` (${place(setting.source)})` : "";
  const unset = setting.source.line === 0 && setting.everybody ? ", the default of sshd" : "";
  return `${setting.keyword} ${value} for ${setting.scope}${unset}${where}`;
}

function problemOf(setting: Setting, { repair, says, shows }: Wanted): Problem {
  const sentence = statement(setting, shows?.(setting));
  const message = says === undefined ? sentence : `${sentence}: ${says(setting)}`;
  const value = repair?.(setting);
  const fix = value === undefined ? [] : setting.set(value);
  return fix.length === 0 ? { message } : { message, fix };
}

function shown({ value, everybody, scope, texts }: Setting): string {
  const text = texts === undefined ? "unknown" : value === "" ? "not set" : value;
  return everybody ? text : `${text} (${scope})`;
}

/** Judges every value of a keyword that somebody can meet. */
export function judgeKeyword(sshd: Sshd, wanted: Wanted): Outcome {
  const settings = sshd.every(wanted.keyword);
  const unknown = settings.filter(({ texts }) => texts === undefined);
  return {
    expected: wanted.expected,
    actual: settings.map(shown).join("; "),
    evidence: settings.map(({ source }) => source),
    problems: settings
      .filter((setting) => setting.texts !== undefined && !wanted.holds(setting))
      .map((setting) => problemOf(setting, wanted)),
    unknowns: unknown.map(
      ({ keyword }) =>
        `${keyword} is not set, and its default depends on the version of sshd, which nothing here tells`,
    ),
  };
}

/** Several keywords in one verdict. */
export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  return {
    expected: outcomes.map(({ expected }) => expected).join("; "),
    actual: outcomes.map(({ actual }) => actual).join("; "),
    evidence: outcomes.flatMap(({ evidence }) => evidence),
    problems: outcomes.flatMap(({ problems }) => problems),
    unknowns: outcomes.flatMap(({ unknowns }) => unknowns ?? []),
  };
}

/** A value that must be one of a few, the first of which a repair sets. */
export function judgeChoice(sshd: Sshd, keyword: string, values: readonly [string, ...string[]]): Outcome {
  return judgeKeyword(sshd, {
    keyword,
    expected: `${keyword} ${values.join(" or ")}`,
    holds: ({ value }) => values.includes(value),
    repair: () => values[0],
  });
}
