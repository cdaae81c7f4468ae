// Tables of cases for one check, and the laws every check must keep. Real facts over a host made of values.
import { test as suite } from "uvu";
import * as assert from "uvu/assert";
import type { Check } from "../../src/checks/define.js";
import { applyEdits, type Edit } from "../../src/core/edit.js";
import type { Verdict } from "../../src/core/outcome.js";
import { place } from "../../src/core/source.js";
import type { Step } from "../../src/core/step.js";
import { judge } from "../../src/engine/evaluate.js";
import { asker, gather } from "../../src/engine/gather.js";
import type { Host } from "../../src/host/host.js";
import { type MemoryFiles, type MemoryNode, type MemoryOptions, memoryHost } from "../../src/host/memory.js";
import { type Ending, roundTrip } from "./round-trip.js";

export interface Case {
  readonly name: string;
  readonly files: MemoryFiles;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly host?: MemoryOptions;
}
export interface FailingCase extends Case {
  /** Every place of the evidence, in order. */
  readonly at?: readonly string[];
  /** What the message must contain. */
  readonly says?: string | RegExp;
  /** Content of files after the repair; a mode as `0640`. */
  readonly fixed?: Readonly<Record<string, string | undefined>>;
}
export interface Cases {
  readonly passes: readonly Case[];
  readonly fails: readonly FailingCase[];
  readonly errors?: readonly (Case & { readonly says?: string | RegExp })[];
  readonly notApplicable?: readonly (Case & { readonly says?: string | RegExp })[];
  /** What a node without any of the files is: not-applicable unless said. */
  readonly missing?: "not-applicable" | "fail" | "error" | "pass";
  /**
   * What a node is whose files of the first passing case may not be read: error unless said. A pass only where the
   * check looks at a mode that needs no permission to be seen.
   */
  readonly unreadable?: "error" | "fail" | "not-applicable" | "pass";
  /** Directories that may not be searched either: for checks that look at files without reading them. */
  readonly hides?: readonly string[];
}

/** Every repair that the cases of this process brought about, and how it ended. */
export const repaired: { readonly check: string; readonly case: string; readonly ending: Ending }[] = [];

export type CaseStatus = "pass" | "fail" | "error" | "not-applicable";

export function statusOf(verdict: Verdict): CaseStatus {
  if ("notApplicable" in verdict) return "not-applicable";
  if ("undecided" in verdict) return "error";
  if (verdict.problems.length > 0) return "fail";
  return (verdict.unknowns?.length ?? 0) > 0 ? "error" : "pass";
}

function reasonOf(verdict: Verdict): string {
  if ("notApplicable" in verdict) return verdict.notApplicable;
  if ("undecided" in verdict) return verdict.undecided;
  return [
    ...verdict.problems.map(({ message }) => message),
    ...(verdict.unknowns ?? []),
    ...(verdict.notes ?? []),
  ].join("; ");
}

/** Default parameters, with those of the case read as a site file's would be. */
function paramsFor(
  check: Check,
  given: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(given))
    assert.ok(name in check.params, `${check.id} has the parameter ${name}`);
  return Object.fromEntries(
    Object.entries(check.params).map(([name, param]) => {
      if (!(name in given)) return [name, param.default];
      const read = param.parse(given[name]);
      if (!read.ok) throw new Error(`${check.id}.${name} ${read.problem}`);
      return [name, read.value];
    }),
  );
}

export async function verdictOf(check: Check, { files, params, host }: Omit<Case, "name">): Promise<Verdict> {
  return await verdictOn(check, memoryHost(files, host), params);
}

async function verdictOn(check: Check, host: Host, params: Case["params"]): Promise<Verdict> {
  const facts = await gather(asker(host), [check]);
  const verdict = judge(check, paramsFor(check, params), facts);
  const reason = reasonOf(verdict);
  assert.not.match(reason, /internal error/);
  return verdict;
}

function nodeOf(files: MemoryFiles, path: string): MemoryNode {
  const value = files[path];
  return typeof value === "string" ? { text: value } : (value ?? {});
}

/** The files after the steps of a repair, edits of one file merged; live actions have no file. */
export function applied(files: MemoryFiles, steps: readonly Step[]): MemoryFiles {
  const result: Record<string, string | MemoryNode> = { ...files };
  const edits = new Map<string, Edit[]>();
  for (const step of steps) {
    if (step.kind === "edit") edits.set(step.file, [...(edits.get(step.file) ?? []), ...step.edits]);
    if (step.kind === "write")
      result[step.file] = { ...nodeOf(files, step.file), text: step.content, mode: step.mode };
    if (step.kind === "remove") delete result[step.file];
    if (step.kind === "symlink") result[step.file] = { link: step.target };
    if (step.kind === "chmod") {
      const [user = "root", group = "root"] = step.owner.split(":");
      const ids = { uid: user === "root" ? 0 : Number(user), gid: group === "root" ? 0 : Number(group) };
      const id = Object.fromEntries(Object.entries(ids).filter(([, value]) => Number.isInteger(value)));
      result[step.file] = { ...nodeOf(result, step.file), mode: step.mode, ...id };
    }
  }
  for (const [file, list] of edits) {
    const edited = applyEdits(nodeOf(result, file).text ?? "", list);
    if (edited.state !== "ok") throw new Error(`edits of ${file}: ${edited.state}`);
    result[file] = { ...nodeOf(result, file), text: edited.text };
  }
  return result;
}

function fixSteps(verdict: Verdict): readonly Step[] {
  return "problems" in verdict ? verdict.problems.flatMap(({ fix }) => fix ?? []) : [];
}

/** Through the planner and the door for files, there and back. */
async function checkRoundTrip(check: Check, failing: FailingCase, steps: readonly Step[]): Promise<void> {
  const ending = await roundTrip(check, failing, steps, async (host) => {
    const verdict = await verdictOn(check, host, failing.params);
    return { steps: fixSteps(verdict), status: statusOf(verdict), reason: reasonOf(verdict) };
  });
  repaired.push({ check: check.id, case: failing.name, ending });
}

async function checkFix(check: Check, failing: FailingCase, verdict: Verdict): Promise<void> {
  const steps = fixSteps(verdict);
  if (failing.fixed === undefined && steps.length === 0) return;
  const after = applied(failing.files, steps);
  for (const [path, text] of Object.entries(failing.fixed ?? {})) {
    const node = path in after ? nodeOf(after, path) : undefined;
    const mode = /^0[0-7]{3}$/.test(text ?? "") ? `0${(node?.mode ?? 0).toString(8)}` : undefined;
    assert.equal(mode ?? node?.text, text, `${failing.name}: ${path} after the repair`);
  }
  await checkRoundTrip(check, failing, steps);
  if (steps.some(({ kind }) => kind === "action")) return;
  const again = await verdictOf(check, { ...failing, files: after });
  assert.is(statusOf(again), "pass", `${failing.name}: passes after the repair (${reasonOf(again)})`);
  assert.equal(fixSteps(again), [], `${failing.name}: a second repair changes nothing`);
}

/** Every file of the case made unreadable, directories left but for those in `hides`. */
export function unreadable(files: MemoryFiles, hides: readonly string[] = []): MemoryFiles {
  const denied = { error: "denied" } as const;
  return Object.fromEntries([
    ...Object.keys(files).map((path) => [path, { ...nodeOf(files, path), ...denied }] as const),
    ...hides.map((path) => [path, { kind: "directory", ...denied }] as const),
  ]);
}

export function testCheck(check: Check, cases: Cases): void {
  const test = (name: string, run: () => Promise<void>) => suite(`${check.id}: ${name}`, run);
  for (const one of cases.passes)
    test(`passes: ${one.name}`, async () => {
      const verdict = await verdictOf(check, one);
      assert.is(statusOf(verdict), "pass", reasonOf(verdict));
    });
  for (const one of cases.fails)
    test(`fails: ${one.name}`, async () => {
      const verdict = await verdictOf(check, one);
      assert.is(statusOf(verdict), "fail", reasonOf(verdict));
      if (one.at !== undefined && "evidence" in verdict)
        assert.equal((verdict.evidence ?? []).map(place), one.at, `${one.name}: places`);
      if (one.says !== undefined) assert.match(reasonOf(verdict), one.says);
      await checkFix(check, one, verdict);
    });
  for (const [status, list] of [
    ["error", cases.errors ?? []],
    ["not-applicable", cases.notApplicable ?? []],
  ] as const)
    for (const one of list)
      test(`${status}: ${one.name}`, async () => {
        const verdict = await verdictOf(check, one);
        assert.is(statusOf(verdict), status, reasonOf(verdict));
        if (one.says !== undefined) assert.match(reasonOf(verdict), one.says);
      });
  const first = cases.passes[0];
  if (first !== undefined)
    test("unreadable input is never a pass", async () => {
      const verdict = await verdictOf(check, { ...first, files: unreadable(first.files, cases.hides) });
      assert.is(statusOf(verdict), cases.unreadable ?? "error", reasonOf(verdict));
    });
  test("missing input", async () => {
    const verdict = await verdictOf(check, { files: {} });
    assert.is(statusOf(verdict), cases.missing ?? "not-applicable", reasonOf(verdict));
  });
}
