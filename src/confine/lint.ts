// Judges a seccomp profile for one node: every fault with its line and reason, how strong it is, and whether the runtime can
// start a container with it. Reads and starts nothing.
import type { SeccompText } from "../formats/seccomp-profile.js";
import type { SyscallTable } from "../formats/syscall-table.js";
import type { Filter } from "./filter.js";
import { type Finding, levels, stopper, type Target } from "./finding.js";
import { ruleFindings } from "./lint-rules.js";
import { filterFindings } from "./lint-start.js";
import { dockerFindings, faultFindings, shapeFindings } from "./lint-text.js";
import { wordFindings } from "./lint-words.js";
import { type Reading, readingOf } from "./reading.js";
import { type LowRuntime, lowRuntimes } from "./runtime-base.js";
import { ordinaryCapabilities, runtimeDefault } from "./runtime-default.js";
import { type Strength, strengthOf } from "./strength.js";

export interface Judgement {
  /** Gravest first, then by line. */
  readonly findings: readonly Finding[];
  /** Undefined where no filter comes of it. */
  readonly filter: Filter | undefined;
  readonly strength: Strength | undefined;
}

/** How the engine of the target reads Docker's keys; one that is not known is taken for containerd, the strictest. */
export function readingFor({ engine, architecture, kernel }: Target): Reading {
  const honours = engine === "docker" ? "all" : engine === "cri-o" ? "no-kernel" : "none";
  return { honours, architecture, kernel, capabilities: ordinaryCapabilities };
}

/** RuntimeDefault of the target's engine for an ordinary container. */
export function defaultFor({ engine, engineVersion, architecture, kernel }: Target): Filter {
  const container = { architecture, kernel, capabilities: ordinaryCapabilities };
  return runtimeDefault({ engine: engine ?? "containerd", version: engineVersion }, container);
}

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || a.line - b.line);
}

export function lint(text: SeccompText, target: Target, table: SyscallTable): Judgement {
  if (text.state === "error") {
    const what = `${text.message}: the container is not created`;
    return {
      findings: [stopper("not-json", what, text.line, lowRuntimes, target)],
      filter: undefined,
      strength: undefined,
    };
  }
  const shape = shapeFindings(text);
  if (shape.length > 0) return { findings: shape, filter: undefined, strength: undefined };
  const { profile } = text;
  const input = { profile, target, table };
  const plain = [...faultFindings(text, target), ...dockerFindings(input), ...wordFindings(input)];
  const filter = readingOf(profile, readingFor(target));
  const refused = plain.some(({ level, stops }) => level === "error" && stops.length > 0);
  if (filter === undefined || refused)
    return { findings: sorted([...plain, ...ruleFindings(input)]), filter: undefined, strength: undefined };
  const newest = { ...target, engine: "containerd", engineVersion: undefined } as const;
  const defaults = { own: defaultFor(target), newest: defaultFor(newest) };
  const strength = strengthOf(filter, defaults, table, target.architecture);
  const findings = [...plain, ...ruleFindings(input), ...filterFindings(filter, strength, input)];
  return { findings: sorted(findings), filter, strength };
}

/** Does a runtime start no container with the profile? */
export function stopsRuntime({ findings }: Pick<Judgement, "findings">, runtime: LowRuntime): boolean {
  return findings.some(({ stops }) => stops.includes(runtime));
}
