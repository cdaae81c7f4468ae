// What must hold of a tree after an interrupted change: each file old or new, nothing left over, the journal true.
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWriter } from "../../src/host/live-writer.js";
import { readJournal } from "../../src/state/journal-file.js";
import { apply, imageMachine, recover } from "../support/apply.js";
import { type ChangeKind, planOf } from "../support/changes.js";
import { openTree } from "../support/tree.js";
import { extendedState, treeState } from "../support/tree-state.js";

const except = ["/var/lib/nodeward"];
const clock = () => Date.UTC(2026, 0, 2);

export interface Whole {
  readonly tree: readonly string[];
  /** Without times, which a new file gets anew. */
  readonly timeless: readonly string[];
  readonly extended: string;
}

/** A fresh tree with what a kind of change needs. */
export function plantTree(kind: ChangeKind): string {
  const root = mkdtempSync(join(tmpdir(), "nodeward-fault-"));
  chmodSync(root, 0o755);
  mkdirSync(join(root, "var/lib"), { recursive: true });
  kind.plant(root);
  return root;
}

/** Kinds whose files have lists or capabilities: for the others the programs that print them are not started. */
function hasExtended(kind: ChangeKind): boolean {
  return /access list|capability/.test(kind.name);
}

export function wholeState(root: string, kind: ChangeKind): Whole {
  return {
    tree: treeState(root, { except }),
    timeless: treeState(root, { except, times: false }),
    extended: hasExtended(kind) ? extendedState(root) : "",
  };
}

/** What the tree is after an undisturbed change. */
export async function newState(kind: ChangeKind): Promise<Whole> {
  const root = plantTree(kind);
  try {
    const opened = openWriter(root, 0);
    if (opened.state !== "ok") throw new Error(opened.reason);
    const machine = imageMachine(opened.writer, clock, () => openTree(root));
    const { result, reason } = await apply(machine, "reference", planOf(root, kind));
    if (result !== "done") throw new Error(`${kind.name}: ${result} ${reason}`);
    return wholeState(root, kind);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function same(a: Whole, b: Whole, times: boolean): boolean {
  const [left, right] = times ? [a.tree, b.tree] : [a.timeless, b.timeless];
  return JSON.stringify(left) === JSON.stringify(right) && (a.extended === "" || a.extended === b.extended);
}

/** At any moment: the bytes under each name are the old or the new ones. */
export function tornFiles(root: string, kind: ChangeKind, old: Whole, fresh: Whole): readonly string[] {
  const content = (lines: readonly string[], path: string) =>
    lines
      .find((line) => line.startsWith(`${path} `) && / \d+:\d+ /.test(line))
      ?.split(" ")
      .at(-1) ?? "absent";
  const now = wholeState(root, kind).timeless;
  return Object.keys(kind.wanted).filter((path) => {
    const is = content(now, path);
    return is !== content(old.timeless, path) && is !== content(fresh.timeless, path);
  });
}

function leftovers(root: string): readonly string[] {
  const found: string[] = [];
  const visit = (path: string) => {
    for (const name of readdirSync(path)) {
      if (/\.nw-[0-9a-f]{12}$/.test(name)) found.push(join(path, name));
      if (lstatSync(join(path, name)).isDirectory()) visit(join(path, name));
    }
  };
  visit(root);
  return found;
}

/** Recovers as the next start does, and says what does not hold then. */
export async function judge(
  root: string,
  kind: ChangeKind,
  report: string,
  old: Whole,
  fresh: Whole,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const settled = wholeState(root, kind);
  if (report.startsWith("threw")) wrong.push(report);
  if (report === "done" && !same(settled, fresh, false)) wrong.push("said done, and is not");
  const undone = ["rolled-back", "nothing", "refused", "not-begun", "not-recovered", "held"];
  if (undone.includes(report) && !same(settled, old, true))
    wrong.push(`said ${report}, and is not as before`);
  const opened = openWriter(root, 0);
  if (opened.state !== "ok") return [...wrong, opened.reason];
  const recovered = await recover(imageMachine(opened.writer, clock, () => openTree(root)));
  if (recovered.result !== "recovered") return [...wrong, `${recovered.result}: ${recovered.reason}`];
  const files = opened.writer.state();
  if ("state" in files) return [...wrong, files.reason];
  const read = readJournal(files, "all");
  if (read.state !== "ok") return [...wrong, read.reason];
  if (read.broken !== undefined) wrong.push(`the chain is broken: ${JSON.stringify(read.broken)}`);
  const ends = read.lines.flatMap(({ event }) => (event?.event === "end" ? [event.result] : []));
  const begins = read.lines.filter(({ event }) => event?.event === "begin").length;
  if (ends.length !== begins) wrong.push("a run is open");
  const now = wholeState(root, kind);
  const made = ends.at(-1) === "done";
  if (!same(now, made ? fresh : old, !made))
    wrong.push(
      `the journal says ${ends.at(-1) ?? "nothing"}, and the tree is\n${now.tree.join("\n")}\nand was\n${old.tree.join("\n")}`,
    );
  if (report === "done" && !made) wrong.push("said done, and the journal does not");
  const left = leftovers(root);
  if (left.length > 0) wrong.push(`left over: ${left.join(", ")}`);
  return wrong;
}
