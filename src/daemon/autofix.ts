// Which drift is repaired with nobody watching, and when: only what was right before, only risks that the site allows, seldom,
// and not against somebody who keeps changing it back. Repairs nothing itself.

import type { AutofixLedger, Repaired } from "../core/autofix.js";
import type { FlapNote } from "../core/flap.js";
import { type Risk, risks, type Status } from "../core/outcome.js";
import type { Result } from "../core/report.js";

export interface AutofixLook {
  /** The riskiest repair that the site allows. */
  readonly autofix: Risk | "off";
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly results: readonly Pick<Result, "id" | "status" | "fixable" | "risk">[];
  /** What a check was when the node was accepted, or else at the look before; undefined: not judged then. */
  readonly before: (check: string) => Status | undefined;
  /** Who changed a file since the look before, as far as that is known. */
  readonly by: (file: string) => string | undefined;
}

export interface AutofixPlan {
  readonly ledger: AutofixLedger;
  /** Checks to be repaired now. */
  readonly now: readonly string[];
  /** When something that waits may be repaired; undefined: nothing waits. */
  readonly againMs: number | undefined;
  /** For the log. */
  readonly remarks: readonly string[];
  /** For everybody who is told of drift: who changes repairs back. */
  readonly fights: readonly FlapNote[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Not more than one repair an hour and three a day, and as many for one check, whatever came of them. */
const dailyLimit = 3;
/** From so many times on a check is left to whoever changes it back. */
const contestedFrom = 2;

/** Of a time that a clock put back has left in the future nothing is known: as if it were now. */
function ageOf(time: string, nowMs: number): number {
  const at = Date.parse(time);
  return Number.isNaN(at) ? dayMs : Math.max(0, nowMs - at);
}

function contested({ backs }: Repaired): boolean {
  return backs >= contestedFrom;
}

/** A repair that held for a day after the last trouble is forgotten. */
function forgotten({ passed, at, backAt }: Repaired, nowMs: number): boolean {
  return passed && ageOf(backAt === "" ? at : backAt, nowMs) > dayMs;
}

function fightNote(one: Repaired): string {
  const times = one.backs === 1 ? "once" : `${one.backs} times`;
  const end = contested(one)
    ? "it is contested and left as it is until it passes again: settle who decides it, then nodeward audit --fix"
    : "it is repaired once more";
  return `${one.check}: changed back ${times} by ${one.by} after a repair; ${end}`;
}

/** What became of what was repaired. */
function followed(
  one: Repaired,
  status: Status | undefined,
  { nowMs, by }: AutofixLook,
): { readonly repaired: Repaired; readonly note?: string } {
  if (status === "pass") return { repaired: { ...one, passed: true } };
  if (status !== "fail" || !one.passed) return { repaired: one };
  const who = one.files.map(by).find((name) => name !== undefined && name !== "unknown");
  const repaired = {
    ...one,
    passed: false,
    backs: one.backs + 1,
    backAt: new Date(nowMs).toISOString(),
    by: who ?? "somebody unknown",
  };
  return { repaired, note: fightNote(repaired) };
}

/** Milliseconds until another repair may begin. */
function waitMs(attempts: AutofixLedger["attempts"], nowMs: number): number {
  const ages = attempts.map(({ at }) => ageOf(at, nowMs)).filter((age) => age < dayMs);
  const hour = ages.length === 0 ? 0 : Math.max(0, hourMs - Math.min(...ages));
  const day = ages.length < dailyLimit ? 0 : dayMs - Math.max(...ages);
  return Math.max(hour, day);
}

function minutes(ms: number): string {
  return `${Math.ceil(ms / 60_000)} minutes`;
}

export function planAutofix(before: AutofixLedger, look: AutofixLook): AutofixPlan {
  const { autofix, nowMs, results } = look;
  const status = new Map(results.map((result) => [result.id, result.status]));
  const fights: FlapNote[] = [];
  const remarks: string[] = [];
  const repaired = before.repaired
    .map((one) => followed(one, status.get(one.check), look))
    .map(({ repaired: one, note }) => {
      if (note !== undefined) fights.push({ key: `check ${one.check}`, note: "contested", message: note });
      return one;
    })
    .filter((one) => !forgotten(one, nowMs));
  const known = new Set(before.drifted);
  const drifted = results.filter(({ id, status: now }) => {
    const was = look.before(id);
    return now === "fail" && (known.has(id) || (was !== undefined && was !== "fail"));
  });
  const attempts = before.attempts.filter(({ at }) => ageOf(at, nowMs) < dayMs);
  const left = new Set(repaired.filter(contested).map(({ check }) => check));
  const tried = (id: string) => attempts.filter(({ checks }) => checks.includes(id)).length;
  const allowed = autofix === "off" ? -1 : risks.indexOf(autofix);
  const due = drifted
    .filter(({ fixable, risk }) => fixable && risks.indexOf(risk) <= allowed)
    .map(({ id }) => id)
    .filter((id) => !left.has(id) && tried(id) < dailyLimit);
  const wait = due.length === 0 ? 0 : waitMs(attempts, nowMs);
  const fresh = due.filter((id) => !known.has(id));
  if (wait > 0 && fresh.length > 0)
    remarks.push(`${fresh.join(", ")}: to be repaired in ${minutes(wait)}: one repair an hour, three a day`);
  const now = wait > 0 ? [] : due;
  const ledger = { drifted: drifted.map(({ id }) => id), asked: now, attempts, repaired };
  return { ledger, now, againMs: wait > 0 ? wait : undefined, remarks, fights };
}

export interface Repair {
  /** RFC 3339. */
  readonly at: string;
  /** The files that were changed for each check. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

/** The ledger after a repair that has begun at `at`. */
export function withRepair(ledger: AutofixLedger, { at, files }: Repair): AutofixLedger {
  const before = new Map(ledger.repaired.map((one) => [one.check, one]));
  const done = [...files].map(([check, changed]): Repaired => {
    const { backs = 0, backAt = "", by = "" } = before.get(check) ?? {};
    return { check, at, files: changed, passed: false, backs, backAt, by };
  });
  const others = ledger.repaired.filter(({ check }) => !files.has(check));
  return { ...ledger, asked: [], repaired: [...others, ...done] };
}
