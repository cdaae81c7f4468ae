// Tables of control-plane flag cases: one line a case, run by testCheck.
import * as assert from "uvu/assert";
import type { Check } from "../../src/checks/define.js";
import type { MemoryFiles } from "../../src/host/memory.js";
import { testCheck } from "./check.js";
import { controlPlaneNode, type FlagValues, manifestPath } from "./control-plane.js";

export interface FlagCase {
  readonly flags?: FlagValues;
  readonly files?: MemoryFiles;
  readonly version?: string;
  /** What the message contains. */
  readonly says?: string;
}

export interface FlagCases {
  readonly passes?: readonly FlagCase[];
  readonly fails: readonly FlagCase[];
  readonly errors?: readonly FlagCase[];
}

function nameOf(one: FlagCase): string {
  return JSON.stringify({
    ...one.flags,
    version: one.version,
    says: one.says,
    files: Object.keys(one.files ?? {}),
  });
}

/** Cases by the last part of a check's id. Every check passes on the hardened node and is tested for failing. */
export function testFlagChecks(
  component: string,
  checks: readonly Check[],
  table: Readonly<Record<string, FlagCases>>,
): void {
  const domain = checks[0]?.domain ?? "";
  assert.equal(
    checks.map(({ id }) => id.slice(domain.length + 1)).filter((name) => !Object.hasOwn(table, name)),
    [],
    "checks without cases",
  );
  for (const check of checks) {
    const cases = table[check.id.slice(domain.length + 1)];
    if (cases === undefined) continue;
    const node = (one: FlagCase) =>
      controlPlaneNode({ [component]: one.flags ?? {} }, one.files, one.version);
    const others = Object.fromEntries(
      Object.entries(controlPlaneNode()).filter(([path]) => path !== manifestPath(component)),
    );
    const says = (one: FlagCase) => (one.says === undefined ? {} : { says: one.says });
    testCheck(check, {
      passes: [{}, ...(cases.passes ?? [])].map((one) => ({ name: nameOf(one), files: node(one) })),
      fails: cases.fails.map((one) => ({ name: nameOf(one), files: node(one), ...says(one) })),
      errors: [
        {
          name: "its manifest may not be read",
          files: { ...others, [manifestPath(component)]: { error: "denied" as const } },
        },
        { name: "its manifest does not parse", files: { ...others, [manifestPath(component)]: "kind: [" } },
        ...(cases.errors ?? []).map((one) => ({ name: nameOf(one), files: node(one), ...says(one) })),
      ],
      notApplicable: [{ name: "it does not run here", files: others }],
    });
  }
}
