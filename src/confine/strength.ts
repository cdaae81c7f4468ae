// How much a filter holds back: counts, dangerous calls that it lets through, and how it stands to RuntimeDefault.
import type { Architecture, SyscallTable } from "../formats/syscall-table.js";
import { type Change, compare, type Difference } from "./compare.js";
import { reasonFor } from "./dangerous.js";
import { decisionOf, decisions, type Filter, type Reach, reachOf } from "./filter.js";

export interface DangerousCall {
  readonly name: string;
  readonly reach: Exclude<Reach, "refused">;
  readonly reason: string;
  /** RuntimeDefault lets an ordinary container make it too. */
  readonly usual: boolean;
}

export interface Strength {
  readonly architecture: Architecture;
  readonly calls: number;
  readonly allowed: number;
  readonly conditional: number;
  readonly refused: number;
  readonly dangerous: readonly DangerousCall[];
  /** From RuntimeDefault to this filter. */
  readonly overDefault: Difference;
  /** What it lets through beyond it, without calls that the engines allow everybody since they know them. */
  readonly weaker: readonly Change[];
}

/** What the engine of the node gives, and what the newest engine would. */
export interface Defaults {
  readonly own: Filter;
  readonly newest: Filter;
}

export function strengthOf(
  filter: Filter,
  { own: runtimeDefault, newest }: Defaults,
  table: SyscallTable,
  architecture: Architecture,
): Strength {
  const names = table.of(architecture);
  const [own, usual] = [decisions(filter), decisions(runtimeDefault)];
  const reaches = names.map((name) => [name, reachOf(decisionOf(filter, own, name))] as const);
  const overDefault = compare(runtimeDefault, filter, table, architecture);
  const beyondNewest = new Set(compare(newest, filter, table, architecture).gained.map(({ name }) => name));
  const count = (wanted: Reach) => reaches.filter(([, reach]) => reach === wanted).length;
  return {
    architecture,
    calls: names.length,
    allowed: count("allowed"),
    conditional: count("conditional"),
    refused: count("refused"),
    dangerous: reaches.flatMap(([name, reach]) => {
      const reason = reasonFor.get(name);
      if (reason === undefined || reach === "refused") return [];
      const shared = reachOf(decisionOf(runtimeDefault, usual, name)) !== "refused";
      return [{ name, reach, reason, usual: shared }];
    }),
    overDefault,
    weaker: overDefault.gained.filter(({ name }) => beyondNewest.has(name)),
  };
}
