// Counts and score of results (INTERFACE: the weighted share of applicable checks that pass). Pure.
import { type Status, severityWeight } from "./outcome.js";
import type { Result, Summary } from "./report.js";

/**
 * Applicable are pass, fail and error: what could not be told is not a pass. Waived and not-applicable checks do not
 * count. Without an applicable check the score is 0.
 */
export function summarize(results: readonly Pick<Result, "status" | "severity">[]): Summary {
  const count = (status: Status) => results.filter((result) => result.status === status).length;
  const weight = (of: readonly Pick<Result, "severity">[]) =>
    of.reduce((sum, { severity }) => sum + severityWeight[severity], 0);
  const applicable = weight(
    results.filter(({ status }) => status === "pass" || status === "fail" || status === "error"),
  );
  const passed = weight(results.filter(({ status }) => status === "pass"));
  return {
    pass: count("pass"),
    fail: count("fail"),
    error: count("error"),
    "not-applicable": count("not-applicable"),
    waived: count("waived"),
    // Rounded down, so that 100 means all.
    score: applicable === 0 ? 0 : Math.floor((passed / applicable) * 1000) / 10,
  };
}
