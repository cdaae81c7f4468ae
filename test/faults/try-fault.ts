// One case: a tree, a fault in the middle of its change or of its recovery, and what does not hold afterwards.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangeKind } from "../support/changes.js";
import { shown } from "./cases.js";
import { type Action, type Call, type Driver, type Fault, runWith, trace } from "./driver-process.js";
import { judge, plantTree, tornFiles, type Whole, wholeState } from "./judge.js";

export interface Tried {
  readonly report: string;
  /** Nothing, if all holds; else the case and what is wrong. */
  readonly wrong: readonly string[];
}

/** A tree whose change was cut off: each case of its recovery begins from a copy. */
export interface CutOff {
  readonly root: string;
  readonly old: Whole;
  readonly fault: Fault;
  readonly torn: readonly string[];
  remove(): void;
}

async function within<T>(root: string, work: (root: string) => Promise<T>): Promise<T> {
  try {
    return await work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "nodeward-fault-"));
  execFileSync("cp", ["--archive", "--no-target-directory", root, copy]);
  return copy;
}

/** Makes a change with a fault in it. */
export async function cutOff(
  driver: Driver,
  kind: ChangeKind,
  fresh: Whole,
  fault: Fault,
): Promise<CutOff & { readonly report: string }> {
  const root = plantTree(kind);
  const old = wholeState(root, kind);
  const { report } = await runWith(driver, "apply", root, kind.name, fault);
  const torn = tornFiles(root, kind, old, fresh);
  return { root, old, fault, torn, report, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** The calls of an undisturbed change, or of the recovery of one that was cut off. */
export async function callsOf(driver: Driver, kind: ChangeKind, after?: CutOff): Promise<readonly Call[]> {
  const action: Action = after === undefined ? "apply" : "recover";
  return await within(after === undefined ? plantTree(kind) : copyOf(after.root), (root) =>
    trace(driver, action, root, kind.name),
  );
}

function tried(name: readonly string[], report: string, wrong: readonly string[]): Tried {
  return {
    report,
    wrong: wrong.length === 0 ? [] : [`${name.join("; ")}: said ${report || "nothing"}`, ...wrong],
  };
}

const tornLines = (paths: readonly string[]) => paths.map((path) => `torn: ${path}`);

/** A fault in a change. */
export async function tryFault(driver: Driver, kind: ChangeKind, fresh: Whole, fault: Fault): Promise<Tried> {
  const { root, old, torn, report, remove } = await cutOff(driver, kind, fresh, fault);
  try {
    const wrong = [...tornLines(torn), ...(await judge(root, kind, report, old, fresh))];
    return tried([shown("apply", kind.name, fault)], report, wrong);
  } finally {
    remove();
  }
}

/** A fault in the recovery of a change that was cut off. */
export async function tryRecovery(
  driver: Driver,
  kind: ChangeKind,
  fresh: Whole,
  { root: before, old, fault: first, torn }: CutOff,
  fault: Fault,
): Promise<Tried> {
  return await within(copyOf(before), async (root) => {
    const { report } = await runWith(driver, "recover", root, kind.name, fault);
    // What a failed recovery says of itself promises nothing about the files.
    const claim = report.startsWith("threw") ? report : "";
    const wrong = [
      ...tornLines([...torn, ...tornFiles(root, kind, old, fresh)]),
      ...(await judge(root, kind, claim, old, fresh)),
    ];
    return tried([shown("apply", kind.name, first), shown("recover", kind.name, fault)], report, wrong);
  });
}
