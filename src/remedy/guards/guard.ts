// What a guard is: it sees a group of changes, the node as it is and as it would be, and says which repairs stay undone.
// The facts it asks for are read over an overlay; what it makes of them is pure. No guard.
import { type Group, type GroupName, groupNames, type Left } from "../../core/plan.js";
import { listing } from "../../core/printable.js";
import type { Ask } from "../../facts/source.js";
import type { Host } from "../../host/host.js";

export interface Question {
  readonly group: Group;
  /** The node as it is, for what no fact holds. */
  readonly host: Host;
  /** Facts of the node as it is, with the groups that come before this one. */
  readonly before: Ask;
  /** Facts of the node as it would be with the group too. */
  readonly after: Ask;
}

export interface Guard {
  /** What must stay so, as a sentence without a full stop. */
  readonly title: string;
  readonly groups: ReadonlySet<GroupName>;
  answer(question: Question): Promise<readonly Left[]>;
}

/** What a guard compares. `before` and `after` are gathered by the same function. */
export interface Compared<F> {
  readonly group: Group;
  readonly before: F;
  readonly after: F;
}

export interface GuardSpec<F> {
  readonly title: string;
  readonly groups: readonly GroupName[] | "every";
  gather(ask: Ask, host: Host, group: Group): Promise<F>;
  judge(compared: Compared<F>): readonly Left[];
}

export function defineGuard<F>({ title, groups, gather, judge }: GuardSpec<F>): Guard {
  return {
    title,
    groups: new Set(groups === "every" ? groupNames : groups),
    async answer({ group, host, before, after }) {
      const [was, would] = await Promise.all([gather(before, host, group), gather(after, host, group)]);
      return judge({ group, before: was, after: would });
    },
  };
}

/** The checks of the group that a name, or a part up to a dot, means; all of them where none is meant. */
export function concerned({ checks }: Group, names: readonly string[]): readonly string[] {
  const found = checks.filter((id) => names.some((name) => id === name || id.startsWith(`${name}.`)));
  return found.length > 0 ? found : checks;
}

/** One answer for each of the checks. */
export function left(
  checks: readonly string[],
  answer: Left["answer"],
  because: string,
  first: string,
): readonly Left[] {
  return checks.map((check) => ({ check, answer, because, first }));
}

/** `alice: reason, reason; bob: reason`, the first few of them. */
export function reasons(
  found: readonly { readonly name: string; readonly why: readonly string[] }[],
): string {
  return listing(
    found.map(({ name, why }) => `${name} (${listing(why, 3)})`),
    4,
  );
}
