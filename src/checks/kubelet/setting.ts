// The shape of checks on kubelet settings: each view (running now, after the next restart) judged by one rule a setting.
import type { Outcome, Problem } from "../../core/outcome.js";
import { place, type Source } from "../../core/source.js";
import type { Kubelet, KubeletSetting, KubeletView, SettingValue } from "../../facts/kubelet.js";
import { possibleDefaults, showValue } from "../../facts/kubelet.js";
import { type Check, defineCheck, type Meta } from "../define.js";

export interface SettingRule {
  /** The field of KubeletConfiguration. */
  readonly path: string;
  /** What is wrong with a value, as what follows the setting's name: `is true`; undefined when it is as it should be. */
  wrong(value: SettingValue): string | undefined;
  /** What an automatic repair sets; undefined: none is known. */
  readonly want?: boolean | bigint | string | readonly string[] | undefined;
  /** Why no automatic repair is made although a value is known. */
  readonly withheld?: string | undefined;
}

interface Judged {
  readonly evidence: readonly Source[];
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
  readonly shown: string;
}

function labelled({ label }: KubeletView, text: string): string {
  return label === "" ? text : `${label}: ${text}`;
}

/** What a default that hangs on an unknown version can be, or the one value there is. */
function possible({ value, path, origin }: KubeletSetting): readonly SettingValue[] {
  if (value !== undefined) return [value];
  return origin === "default" || origin === "drop-in" ? possibleDefaults(path) : [];
}

function change({ layout }: Kubelet): string {
  return layout.change === "" ? "" : `; on ${layout.title} ${layout.change}`;
}

function problemOf(
  kubelet: Kubelet,
  view: KubeletView,
  rule: SettingRule,
  setting: KubeletSetting,
  wrong: string,
): Problem {
  const what = labelled(view, `${rule.path} ${wrong} (${place(setting.source)})`);
  if (view !== kubelet.views.at(-1)) return { message: what };
  const fix =
    rule.want === undefined || rule.withheld !== undefined
      ? undefined
      : kubelet.fix(view, setting, rule.want);
  const withheld = rule.withheld === undefined ? "" : `; ${rule.withheld}`;
  if (fix !== undefined) return { message: what, fix };
  return { message: `${what}${withheld}${change(kubelet)}` };
}

function judgeView(kubelet: Kubelet, view: KubeletView, rule: SettingRule): Judged {
  const nothing = { evidence: [], problems: [], unknowns: [] };
  const [stop] = view.stops;
  if (stop !== undefined) {
    const more = view.stops.length > 1 ? ` (and ${view.stops.length - 1} more)` : "";
    const message = labelled(view, `the kubelet would not start: ${stop.message}${more}`);
    return {
      ...nothing,
      evidence: [stop.source],
      unknowns: [message],
      shown: labelled(view, "does not start"),
    };
  }
  if (view.unread.length > 0)
    return {
      ...nothing,
      unknowns: view.unread.map((reason) => labelled(view, reason)),
      shown: labelled(view, "?"),
    };
  const setting = view.view.setting(rule.path);
  const evidence = [setting.source];
  if (setting.unknown !== undefined) {
    const message = labelled(view, `${rule.path} is not known: ${setting.unknown}`);
    return { ...nothing, evidence, unknowns: [message], shown: labelled(view, "not known") };
  }
  const verdicts = possible(setting).map((value) => rule.wrong(value));
  const shown = labelled(view, setting.shown);
  const wrong = verdicts.find((verdict) => verdict !== undefined);
  if (wrong === undefined && verdicts.length > 0) return { ...nothing, evidence, shown };
  if (wrong === undefined || verdicts.some((verdict) => verdict === undefined)) {
    const message = labelled(
      view,
      `the default of ${rule.path} hangs on the kubelet's version, which is not known`,
    );
    return { ...nothing, evidence, unknowns: [message], shown };
  }
  const problem = problemOf(kubelet, view, rule, setting, wrong);
  return { evidence, problems: [problem], unknowns: [], shown };
}

/** Judges settings that must all be right, in every view. */
export function judgeSettings(kubelet: Kubelet, expected: string, rules: readonly SettingRule[]): Outcome {
  const judged = kubelet.views.flatMap((view) => rules.map((rule) => judgeView(kubelet, view, rule)));
  const unique = <T>(items: readonly T[]) => [...new Set(items)];
  return {
    expected,
    actual: unique(judged.map(({ shown }) => shown)).join("; "),
    evidence: judged.flatMap(({ evidence }) => evidence),
    problems: judged.flatMap(({ problems }) => problems),
    unknowns: unique(judged.flatMap(({ unknowns }) => unknowns)),
    notes: kubelet.notes,
  };
}

/** A value that must be exactly this one. */
export function exactly(path: string, want: boolean | bigint | string): SettingRule {
  return { path, want, wrong: (value) => (value === want ? undefined : `is ${showValue(value)}`) };
}

type PlainMeta = Omit<Meta, "risk" | "fixable"> & Partial<Pick<Meta, "risk">>;

/** A check without parameters on one setting or more; repaired by an edit and a restart of the kubelet. */
export function settingCheck(
  meta: PlainMeta,
  expected: string,
  rules: (kubelet: Kubelet) => readonly SettingRule[],
): Check {
  return defineCheck({
    risk: "restart",
    ...meta,
    fixable: true,
    needs: ["kubelet"],
    params: {},
    evaluate: ({ kubelet }) => judgeSettings(kubelet, expected, rules(kubelet)),
  });
}
