// What is repaired with nobody watching: only drift, only allowed risks, seldom, and no fight without end.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type AutofixLedger, emptyLedger } from "../../../src/core/autofix.js";
import type { Risk, Status } from "../../../src/core/outcome.js";
import { type AutofixPlan, planAutofix, withRepair } from "../../../src/daemon/autofix.js";

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 21);
const check = "sshd.permit-root-login";

interface Given {
  readonly ledger?: AutofixLedger;
  readonly status?: Status;
  readonly was?: Status | undefined;
  readonly risk?: Risk;
  readonly fixable?: boolean;
  readonly autofix?: Risk | "off";
  readonly at?: number;
  readonly by?: string;
}

function plan(given: Given): AutofixPlan & { readonly notes: readonly string[] } {
  const found = planned(given);
  return { ...found, notes: found.fights.map(({ message }) => message) };
}

function planned(given: Given): AutofixPlan {
  const { status = "fail", risk = "reload", fixable = true, autofix = "reload", at = 0 } = given;
  const was = "was" in given ? given.was : "pass";
  return planAutofix(given.ledger ?? emptyLedger, {
    autofix,
    nowMs: start + at,
    results: [{ id: check, status, risk, fixable }],
    before: () => was,
    by: () => given.by,
  });
}

test("what was right and fails now is repaired", () => {
  const { now, ledger } = plan({});
  assert.equal([now, ledger.asked, ledger.drifted], [[check], [check], [check]]);
});

test("not what failed before, what was not judged before, what cannot be repaired, what is too risky", () => {
  assert.equal(plan({ was: "fail" }).now, []);
  assert.equal(plan({ was: undefined }).now, []);
  assert.equal(plan({ fixable: false }).now, []);
  assert.equal(plan({ risk: "lockout" }).now, []);
  assert.equal(plan({ autofix: "none" }).now, []);
  assert.equal(plan({ autofix: "none", risk: "none" }).now, [check]);
  assert.equal(plan({ autofix: "off", risk: "none" }).now, []);
  for (const status of ["pass", "error", "not-applicable", "waived"] as const)
    assert.equal(plan({ status }).now, []);
});

test("that it drifted is remembered while it fails, and forgotten when it passes", () => {
  const { ledger } = plan({ autofix: "none" });
  assert.equal(plan({ ledger, was: "fail" }).now, [check], "allowed by now");
  const passed = plan({ ledger, status: "pass" }).ledger;
  assert.equal(plan({ ledger: passed, was: "fail" }).now, []);
});

function tried(ledger: AutofixLedger, at: number): AutofixLedger {
  const attempt = { at: new Date(start + at).toISOString(), checks: [check] };
  return { ...ledger, asked: [], attempts: [...ledger.attempts, attempt] };
}

test("one repair an hour, which is said once", () => {
  const other = {
    ...tried(emptyLedger, 0),
    attempts: [{ at: new Date(start).toISOString(), checks: ["a.b"] }],
  };
  const first = plan({ ledger: other, at: 10 * 60_000 });
  assert.equal([first.now, first.againMs], [[], 50 * 60_000]);
  assert.equal(first.remarks, [`${check}: to be repaired in 50 minutes: one repair an hour, three a day`]);
  assert.equal(plan({ ledger: first.ledger, at: 20 * 60_000 }).remarks, []);
  assert.equal(plan({ ledger: first.ledger, at: hour }).now, [check]);
});

test("three a day", () => {
  const attempts = [0, 2, 4].map((hours) => ({
    at: new Date(start + hours * hour).toISOString(),
    checks: ["a.b"],
  }));
  const found = plan({ ledger: { ...emptyLedger, attempts }, at: 6 * hour });
  assert.equal([found.now, found.againMs], [[], 18 * hour]);
  assert.equal(plan({ ledger: found.ledger, at: 24 * hour }).now, [check]);
});

test("a clock that was put back keeps nothing waiting for longer than an hour", () => {
  const ledger = tried(emptyLedger, 1000 * hour);
  assert.is(plan({ ledger }).againMs, hour);
});

function repaired(ledger: AutofixLedger, at: number): AutofixLedger {
  const time = new Date(start + at).toISOString();
  return withRepair(tried(ledger, at), { at: time, files: new Map([[check, ["/etc/ssh/sshd_config"]]]) });
}

/** Repaired, seen to pass, changed back: `times`. */
function fought(times: number): ReturnType<typeof plan> {
  let found = plan({});
  for (let time = 0; time < times; time++) {
    const at = time * 2 * hour;
    const passing = plan({ ledger: repaired(found.ledger, at), status: "pass", at: at + 60_000 });
    found = plan({ ledger: passing.ledger, at: at + 2 * hour, by: "root with /usr/bin/puppet" });
  }
  return found;
}

test("changed back once: told, by whom, and repaired once more", () => {
  const { now, notes } = fought(1);
  assert.equal(now, [check]);
  assert.equal(notes, [
    `${check}: changed back once by root with /usr/bin/puppet after a repair; it is repaired once more`,
  ]);
});

test("changed back twice: contested, left, and told once", () => {
  const { now, notes, ledger } = fought(2);
  assert.equal(now, []);
  assert.match(
    notes.join(),
    "changed back 2 times by root with /usr/bin/puppet after a repair; it is contested",
  );
  const later = plan({ ledger, at: 48 * hour });
  assert.equal([later.now, later.notes], [[], []]);
});

test("when it has passed for a day the fight is over", () => {
  const { ledger } = fought(2);
  const passing = plan({ ledger, status: "pass", at: 5 * hour }).ledger;
  const again = plan({ ledger: passing, at: 6 * hour });
  assert.equal(again.now, [], "within the day it is the same fight");
  assert.match(again.notes.join(), "changed back 3 times");
  const calm = plan({ ledger: passing, status: "pass", at: 48 * hour }).ledger;
  assert.equal(plan({ ledger: calm, at: 50 * hour }).now, [check]);
});

test("a repair that never made it pass was not changed back; it is tried three times a day", () => {
  let { ledger } = plan({});
  let count = 0;
  for (let at = 0; at < 20 * hour; at += 600_000) {
    const found = plan({ ledger, at });
    assert.equal(
      found.notes.filter((note) => note.includes("changed back")),
      [],
    );
    ledger = found.ledger;
    if (found.now.length === 0) continue;
    count++;
    ledger = repaired(ledger, at);
  }
  assert.is(count, 3);
});

test.run();
