// How often repairs are made that nobody is there for, and what is left to somebody who keeps changing it back: for timers,
// cron and boot units that call `audit --fix` themselves. From the journal alone; the daemon keeps its own count.
import type { JournalEvent, JournalLine, Who } from "../core/journal-event.js";
import type { Left } from "../core/plan.js";

/** Programs that start others when nobody is there. */
const starters: ReadonlySet<string> = new Set(["systemd", "cron", "crond", "CRON", "anacron", "atd"]);

/** Nobody has logged in to start it, no terminal can answer, and what did start it is known. */
export function isUnattended({ loginUid, session, sudoUser, tty, ssh, parents }: Who): boolean {
  const person = loginUid ?? session ?? sudoUser ?? tty ?? ssh;
  return person === null && parents.some((name) => starters.has(name));
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
/** Not more than one an hour and three a day. */
const dailyLimit = 3;
/** From so many repairs on that did not last, a check is left to whoever changes it back. */
const contestedFrom = 2;

interface Past {
  readonly atMs: number;
  /** What it repaired. */
  readonly checks: readonly string[];
}

type Begin = Extract<JournalEvent, { readonly event: "begin" }>;

/** Unattended repairs of the last week; the runs of one command are one repair. */
function pastRepairs(lines: readonly JournalLine[], nowMs: number): readonly Past[] {
  const begun = new Map<string, Begin>();
  const past: { atMs: number; checks: string[] }[] = [];
  for (const { event, time } of lines) {
    const age = nowMs - Date.parse(time);
    // Of a time in the future, which a clock put back has left, nothing is known.
    if (!(age >= 0 && age < weekMs)) continue;
    if (event?.event === "begin" && event.kind === "fix" && isUnattended(event.who)) {
      begun.set(event.run, event);
      const last = past.at(-1);
      if (last === undefined || nowMs - age - last.atMs >= hourMs)
        past.push({ atMs: nowMs - age, checks: [] });
    }
    if (event?.event !== "group-done") continue;
    const group = begun.get(event.run)?.groups.find(({ name }) => name === event.group);
    past.at(-1)?.checks.push(...(group?.checks ?? []));
  }
  return past;
}

function waitMs(past: readonly Past[], nowMs: number): number {
  const ages = past.map(({ atMs }) => nowMs - atMs).filter((age) => age < dayMs);
  const hour = ages.length === 0 ? 0 : hourMs - Math.min(...ages);
  const day = ages.length < dailyLimit ? 0 : dayMs - Math.max(...ages);
  return Math.max(0, hour, day);
}

/**
 * What an unattended repair leaves as it is, by the check; undefined where it may be repaired. The first boot of an image
 * is not `limited`: what was repaired when the image was built is in its journal, and may be minutes ago.
 */
export function pacing(
  lines: readonly JournalLine[],
  nowMs: number,
  limited: boolean,
): (check: string) => Left | undefined {
  const past = pastRepairs(lines, nowMs);
  const wait = limited ? waitMs(past, nowMs) : 0;
  const last = past.at(-1);
  return (check) => {
    const times = past.filter(({ checks }) => checks.includes(check)).length;
    if (times >= contestedFrom)
      return {
        check,
        answer: "defer",
        because: `contested: repaired ${times} times within a week with nobody there, and changed back each time`,
        first: "settle who decides it, then repair it from a login: nodeward audit --fix",
      };
    if (wait === 0 || last === undefined) return undefined;
    return {
      check,
      answer: "defer",
      because: `the last unattended repair was at ${new Date(last.atMs).toISOString()}: they are made once an hour at most, and three times a day`,
      first: `wait ${Math.ceil(wait / 60_000)} minutes, or repair it from a login: nodeward audit --fix`,
    };
  };
}
