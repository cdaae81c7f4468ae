// The registry of checks: one line a domain. A domain's index exports each check, or a table of them.
import type { Check } from "./define.js";
import * as sshd from "./sshd/index.js";

type Exported = Check | readonly Check[];

function all(...domains: readonly Readonly<Record<string, Exported>>[]): readonly Check[] {
  return domains.flatMap((domain) => Object.values(domain).flat());
}

/** Every check, in the order in which reports show them. */
export const checks: readonly Check[] = all(sshd);

export const checksById: ReadonlyMap<string, Check> = new Map(checks.map((check) => [check.id, check]));
