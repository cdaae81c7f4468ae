// From verdict to result: statuses, reasons, redaction, waivers, score. No ignorance becomes a pass.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defineCheck } from "../../../src/checks/define.js";
import { absent, type Fact, failed, known } from "../../../src/core/fact.js";
import { notApplicable, undecided, type Verdict } from "../../../src/core/outcome.js";
import type { Result, Waiver } from "../../../src/core/report.js";
import { summarize } from "../../../src/core/summary.js";
import { evaluate } from "../../../src/engine/evaluate.js";
import type { FactName } from "../../../src/facts/index.js";
import { referencesOf } from "../../../src/policy/references.js";
import { passing, syntheticCheck } from "../../support/synthetic.js";

const noReferences = referencesOf([]);

function resultOf(verdict: Verdict, waiver?: Waiver): Result {
  const check = syntheticCheck("a.b", "high", {}, verdict);
  const [finding] = evaluate(
    [{ check, params: {}, ...(waiver ? { waiver } : {}) }],
    new Map(),
    noReferences,
    "2026-06-15",
  );
  if (finding === undefined) throw new Error("no result");
  return finding.result;
}

function resultWith(facts: readonly (readonly [FactName, Fact<unknown>])[]): Result {
  const check = defineCheck({
    ...syntheticCheck("a.b", "high"),
    needs: ["platform", "roles"],
    params: {},
    evaluate: () => passing,
  });
  const [finding] = evaluate([{ check, params: {} }], new Map(facts), noReferences, "2026-06-15");
  if (finding === undefined) throw new Error("no result");
  return finding.result;
}

const failing: Verdict = { ...passing, actual: "b", problems: [{ message: "it is b" }] };

test("no problem and no unknown is a pass", () => {
  assert.is(resultOf(passing).status, "pass");
});

test("a problem is a fail, also beside unknowns, which are told", () => {
  const result = resultOf({ ...failing, unknowns: ["permission denied: /x"] });
  assert.is(result.status, "fail");
  assert.is(result.message, "it is b; not all could be read: permission denied: /x");
  assert.is(result.remediation, "Put it right.");
});

test("only unknowns are an error", () => {
  const result = resultOf({ ...passing, unknowns: ["permission denied: /x"] });
  assert.is(result.status, "error");
  assert.is(result.message, "permission denied: /x");
});

test("a check can say that it does not apply or cannot tell", () => {
  assert.is(resultOf(notApplicable("no sshd here")).status, "not-applicable");
  assert.is(resultOf(undecided("no answer")).status, "error");
});

test("an unreadable fact is an error, an absent one not applicable, and the error weighs more", () => {
  const good = known({});
  assert.is(
    resultWith([
      ["platform", good],
      ["roles", good],
    ]).status,
    "pass",
  );
  assert.is(
    resultWith([
      ["platform", good],
      ["roles", absent("none")],
    ]).status,
    "not-applicable",
  );
  assert.is(
    resultWith([
      ["platform", absent("none")],
      ["roles", failed("denied")],
    ]).status,
    "error",
  );
  assert.is(resultWith([["platform", good]]).status, "error");
});

test("an exception in a check is an error that names it", () => {
  const check = defineCheck({
    ...syntheticCheck("a.b", "high"),
    needs: [],
    params: {},
    evaluate: () => {
      throw new TypeError("x is undefined");
    },
  });
  const [finding] = evaluate([{ check, params: {} }], new Map(), noReferences, "2026-06-15");
  assert.is(finding?.result.status, "error");
  assert.is(finding?.result.message, "internal error in the check a.b: TypeError: x is undefined");
});

test("a waiver holds up to its last day, then the failure says that it expired", () => {
  const waiver = (expires: string) => ({ reason: "bastion", owner: "team-x", expires });
  assert.is(resultOf(failing, waiver("2026-06-15")).status, "waived");
  const late = resultOf(failing, waiver("2026-06-14"));
  assert.is(late.status, "fail");
  assert.match(late.message, "the waiver of team-x expired on 2026-06-14");
  assert.is(resultOf(passing, waiver("2027-01-01")).status, "pass");
});

test("what is shown is redacted, made printable, and said once", () => {
  const source = {
    file: "/etc/x\u001b",
    line: 3,
    span: { start: 0, end: 1 },
    text: "\u001b[2Jpassword=hunter2",
  };
  const result = resultOf({ ...failing, evidence: [source, { ...source }], actual: "$6$saltsalt$hashhash" });
  assert.equal(result.evidence, [{ source: "/etc/x\\x1b", line: 3, text: "\\x1b[2Jpassword=[redacted]" }]);
  assert.is(result.actual, "[password hash]");
});

test("the score is the weighted share of applicable checks that pass", () => {
  const of = (status: Result["status"], severity: Result["severity"]) => ({ status, severity });
  assert.equal(
    summarize([
      of("pass", "critical"),
      of("fail", "high"),
      of("error", "medium"),
      of("waived", "critical"),
      of("not-applicable", "high"),
    ]),
    { pass: 1, fail: 1, error: 1, "not-applicable": 1, waived: 1, score: 58.8 },
  );
  assert.is(summarize([]).score, 0);
  assert.is(summarize([of("pass", "low")]).score, 100);
  assert.ok(
    summarize([...Array.from({ length: 3000 }, () => of("pass", "critical")), of("fail", "low")]).score < 100,
  );
});

test.run();
