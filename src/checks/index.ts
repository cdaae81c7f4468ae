// The registry of checks: one line a domain. A domain's index exports each check, or a table of them.
import type { Check } from "./define.js";
import * as files from "./files/index.js";
import * as kmod from "./kmod/index.js";
import * as kubernetes from "./kubernetes/index.js";
import * as sshd from "./sshd/index.js";

type Exported = Check | readonly Check[];

/** In the order in which reports show them. */
const domains: Readonly<Record<string, Readonly<Record<string, Exported>>>> = {
  sshd,
  files,
  kmod,
  kubernetes,
};

/** Every check. */
export const checks: readonly Check[] = Object.values(domains).flatMap((domain) =>
  Object.values(domain).flat(),
);

export const checksById: ReadonlyMap<string, Check> = new Map(checks.map((check) => [check.id, check]));
