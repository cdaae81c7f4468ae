// One case: a tree, a fault in the middle of its change or of its recovery, and what does not hold afterwards.
import { rmSync } from "node:fs";
import type { ChangeKind } from "../support/changes.js";
import { shown } from "./cases.js";
import { type Action, type Call, type Driver, type Fault, runWith, trace } from "./driver-process.js";
import { judge, plantTree, tornFiles, type Whole, wholeState } from "./judge.js";

export interface Tried {
  readonly report: string;
  /** Nothing, if all holds; else the case and what is wrong. */
  readonly wrong: readonly string[];
}

/** The calls of an undisturbed change, or of a recovery after `first`. */
export async function callsOf(
  driver: Driver,
  action: Action,
  kind: ChangeKind,
  first?: Fault,
): Promise<readonly Call[]> {
  const root = plantTree(kind);
  try {
    if (first !== undefined) await runWith(driver, "apply", root, kind.name, first);
    return await trace(driver, action, root, kind.name);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** `faults`: of the change; where there is a second one, of the recovery after it. */
export async function tryFaults(
  driver: Driver,
  kind: ChangeKind,
  fresh: Whole,
  faults: readonly [Fault, Fault?],
): Promise<Tried> {
  const root = plantTree(kind);
  try {
    const old = wholeState(root, kind);
    const [first, second] = faults;
    let { report } = await runWith(driver, "apply", root, kind.name, first);
    const torn = [...tornFiles(root, kind, old, fresh)];
    if (second !== undefined) {
      ({ report } = await runWith(driver, "recover", root, kind.name, second));
      torn.push(...tornFiles(root, kind, old, fresh));
    }
    // What a failed recovery says of itself promises nothing about the files.
    const claim = second === undefined || report.startsWith("threw") ? report : "";
    const wrong = [...torn.map((path) => `torn: ${path}`), ...(await judge(root, kind, claim, old, fresh))];
    if (wrong.length === 0) return { report, wrong };
    const name = [shown("apply", kind.name, first), ...(second ? [shown("recover", kind.name, second)] : [])];
    return { report, wrong: [`${name.join("; ")}: said ${report || "nothing"}`, ...wrong] };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
