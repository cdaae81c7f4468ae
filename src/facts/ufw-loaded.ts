// Where the kernel differs from ufw's files: chains that are not there or not entered, rules that were not loaded.
// Compares what rules mean, since the kernel prints them in other words.
import type { Source } from "../core/source.js";
import type { Condition, PacketChain, PacketRule, PacketRules } from "../formats/packet-rule.js";

export interface Difference {
  readonly message: string;
  readonly source: Source;
}

/** What a rule means, whatever the words and their order. */
function meaning({ conditions, verdict }: PacketRule): string {
  const parts = conditions.map((condition) =>
    JSON.stringify(plain(condition), (_, value: unknown) =>
      typeof value === "bigint" ? value.toString(16) : value,
    ),
  );
  return [...parts.sort(), JSON.stringify(verdict)].join(" ");
}

/** The kernel writes `3/min` where the file has `3/minute`, and adds defaults to what it decided alike. */
function plain(condition: Condition): unknown {
  if (condition.kind === "fixed") return [condition.text.split(" ", 1)[0], condition.holds];
  if (condition.kind === "unknown") return condition.text.replace(/(\d\/)(sec|min|hour|day)[a-z]*/, "$1$2");
  return condition;
}

/** Chains that only ufw fills, each with the rules of one stage. */
function ownChains(rules: PacketRules, prefix: string): readonly PacketChain[] {
  const own = ["before", "user", "after"].flatMap((stage) =>
    ["input", "output", "forward"].map((way) => `${prefix}-${stage}-${way}`),
  );
  return own.flatMap((name) => rules.chains.get(name) ?? []);
}

function compare(files: PacketChain, kernel: PacketChain): Difference | undefined {
  const loaded = new Map<string, number>();
  for (const rule of kernel.rules) {
    const key = meaning(rule);
    loaded.set(key, (loaded.get(key) ?? 0) + 1);
  }
  for (const rule of files.rules) {
    const key = meaning(rule);
    const count = loaded.get(key) ?? 0;
    if (count === 0) return { message: "is not in the kernel", source: rule.source };
    loaded.set(key, count - 1);
  }
  const extra = kernel.rules.find((rule) => (loaded.get(meaning(rule)) ?? 0) > 0);
  if (extra !== undefined)
    return { message: "is in the kernel and in none of ufw's files", source: extra.source };
  const moved = files.rules.findIndex((rule, index) => {
    const other = kernel.rules[index];
    return other === undefined || meaning(rule) !== meaning(other);
  });
  const rule = files.rules[moved];
  return rule === undefined
    ? undefined
    : { message: "stands in another place in the kernel", source: rule.source };
}

/** Does the kernel enter ufw's chains for what comes in? */
export function entered(kernel: PacketRules): boolean {
  const prefix = kernel.family === 6 ? "ufw6" : "ufw";
  const user = kernel.chains.has(`${prefix}-user-input`);
  const input = kernel.chains.get("INPUT")?.rules ?? [];
  return (
    user && input.some(({ verdict }) => verdict.kind === "jump" && verdict.chain === `${prefix}-before-input`)
  );
}

/** The first difference of each chain that both have. */
export function differences(files: PacketRules, kernel: PacketRules): readonly Difference[] {
  const prefix = kernel.family === 6 ? "ufw6" : "ufw";
  return ownChains(files, prefix).flatMap((chain) => {
    const loaded = kernel.chains.get(chain.name);
    const found = loaded === undefined ? undefined : compare(chain, loaded);
    return found === undefined ? [] : [found];
  });
}
