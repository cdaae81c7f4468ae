// What a check is, and the one place where its types are erased so that checks of every kind fit one list. No check.
import type { Fact } from "../core/fact.js";
import type { Risk, Severity, Verdict } from "../core/outcome.js";
import type { ParamSpec, Params } from "../core/param.js";
import type { FactName, Facts, FactValues } from "../facts/index.js";

export interface Meta {
  /** `domain.name`, or `domain.group.name`; public and stable. */
  readonly id: string;
  /** What holds when it passes, as a sentence without a full stop. */
  readonly title: string;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** How to put it right by hand. */
  readonly remedy: string;
  /** What a repair can break, where there is something to say. */
  readonly breaks?: string;
  readonly severity: Severity;
  /** The risk of the automatic repair; `none` where there is none. */
  readonly risk: Risk;
  readonly fixable: boolean;
  readonly tags?: readonly string[];
  /** Other names under which a profile or site may give the parameters; checks that share one have the same parameters. */
  readonly paramsKnownAs?: readonly string[];
}

export interface Spec<N extends FactName, O extends FactName, S extends ParamSpec> extends Meta {
  /** Facts that must be known: `absent` makes the check not applicable, `error` makes it an error. */
  readonly needs: readonly N[];
  /** Facts that the check takes as they come and decides on by itself. */
  readonly optional?: readonly O[];
  readonly params: S;
  evaluate(
    facts: { readonly [K in N]: FactValues[K] } & { readonly [K in O]: Facts[K] },
    params: Params<S>,
  ): Verdict;
}

/** A check as the engine sees it. */
export interface Check extends Meta {
  readonly domain: string;
  readonly needs: readonly FactName[];
  readonly optional: readonly FactName[];
  readonly params: ParamSpec;
  /** `facts` holds the values of `needs` and the whole facts of `optional`; `params` a value for every parameter. */
  evaluate(facts: Readonly<Record<string, unknown>>, params: Readonly<Record<string, unknown>>): Verdict;
}

export function defineCheck<N extends FactName, S extends ParamSpec, O extends FactName = never>(
  spec: Spec<N, O, S>,
): Check {
  return {
    ...spec,
    domain: spec.id.split(".", 1)[0] ?? spec.id,
    optional: spec.optional ?? [],
    // The engine passes exactly the facts and parameters that the specification declares (engine/evaluate.ts).
    evaluate: (facts, params) =>
      spec.evaluate(facts as Parameters<typeof spec.evaluate>[0], params as Params<S>),
  };
}

/** The facts a check gets: values of what it needs, or the first fact that keeps it from being decided. */
export function factsFor(
  check: Pick<Check, "needs" | "optional">,
  facts: ReadonlyMap<FactName, Fact<unknown>>,
):
  | { readonly facts: Readonly<Record<string, unknown>> }
  | { readonly missing: Exclude<Fact<unknown>, { state: "known" }> } {
  const given: Record<string, unknown> = {};
  let firstAbsent: Fact<unknown> | undefined;
  for (const name of check.needs) {
    const fact = facts.get(name) ?? { state: "error", reason: `${name} was not gathered` };
    // An unreadable fact weighs more than an absent one: it must not hide behind it.
    if (fact.state === "error") return { missing: fact };
    if (fact.state === "absent") firstAbsent ??= fact;
    else given[name] = fact.value;
  }
  if (firstAbsent !== undefined && firstAbsent.state === "absent") return { missing: firstAbsent };
  for (const name of check.optional)
    given[name] = facts.get(name) ?? { state: "error", reason: `${name} was not gathered` };
  return { facts: given };
}
