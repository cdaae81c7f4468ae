// accounts.password-dates: no password was changed in the future.
import { undecided } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { defineCheck } from "../define.js";

const dayMs = 86_400_000;

function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

export default defineCheck({
  id: "accounts.password-dates",
  title: "No password was changed in the future",
  why: "A date in the future keeps the password from ageing; it comes from a wrong clock or from somebody who wrote into shadow.",
  remedy: "Look into who wrote it, set the clock right, and let the account change its password.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["accounts", "clock"],
  params: {},
  evaluate({ accounts, clock }) {
    const { shadow } = accounts;
    if (shadow.state === "error") return undecided(shadow.reason);
    if (shadow.state === "absent") return { notApplicable: shadow.reason };
    // A day more: the date is written in UTC or in local time.
    const today = Math.floor(clock / dayMs) + 1;
    const early = shadow.value.flatMap((entry) =>
      entry.changed !== undefined && entry.changed > today && entry.password.kind === "hash"
        ? [{ ...entry, day: entry.changed }]
        : [],
    );
    return {
      expected: "dates up to today",
      actual: early.length === 0 ? "all of them" : `${early.length} later`,
      evidence: early.map(({ source }) => source),
      problems: early.map(({ name, day }) => ({
        message: `the password of ${printable(name)} was changed on ${Math.abs(day) < 10_000_000 ? dateOf(day) : `day ${day}`}, which is yet to come`,
      })),
      unknowns: [],
    };
  },
});
