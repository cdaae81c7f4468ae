// The lexical rules of sudoers by context, in the order in which sudo prefers them among equals. Holds no rule itself.
import { argumentRules, stringRules } from "./sudoers-argument-rules.js";
import type { Mode } from "./sudoers-lexer.js";
import { lineRules } from "./sudoers-line-rules.js";
import { commandRules, digestRules, nameRules } from "./sudoers-name-rules.js";
import { every, type Rule } from "./sudoers-rule.js";
import { includeRules, settingRules, sharedRules } from "./sudoers-text-rules.js";

const all: readonly Rule[] = [
  ...settingRules,
  ...stringRules,
  ...argumentRules,
  ...digestRules,
  ...lineRules,
  ...nameRules,
  ...commandRules,
  ...includeRules,
  ...sharedRules,
];

const byMode: ReadonlyMap<Mode, readonly Rule[]> = new Map(
  every.map((mode) => [mode, all.filter(({ modes }) => modes.includes(mode))]),
);

/** The rules of one context, in order. */
export function rulesOf(mode: Mode): readonly Rule[] {
  return byMode.get(mode) ?? [];
}
