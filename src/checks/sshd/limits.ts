// Checks on the numbers of sshd: tries, sessions, start-ups, times.
import { integer, word } from "../../core/param.js";
import type { Setting, Sshd } from "../../facts/sshd.js";
import { type Check, defineCheck } from "../define.js";
import { joinOutcomes, judgeKeyword } from "./keyword.js";

function between(sshd: Sshd, keyword: string, least: number, most: number, unit = "") {
  const holds = ({ value }: Setting) => Number(value) >= least && Number(value) <= most;
  const range = least === 0 ? `at most ${most}` : `${least} to ${most}`;
  return judgeKeyword(sshd, {
    keyword,
    expected: `${keyword} ${range}${unit}`,
    holds,
    repair: () => String(most),
  });
}

const reload = { risk: "reload", fixable: true, needs: ["sshd"] } as const;

const maxAuthTries = defineCheck({
  ...reload,
  id: "sshd.max-auth-tries",
  title: "A connection allows few tries to log in",
  why: "Each try costs an attacker a new connection then, which start-up limits and fail2ban see.",
  remedy: "Set `MaxAuthTries 4` or less, then reload sshd.",
  breaks: "Clients that offer many keys before the right one are cut off: name the key with IdentitiesOnly.",
  severity: "medium",
  params: { max: integer(4, { min: 1 }) },
  evaluate: ({ sshd }, { max }) => between(sshd, "MaxAuthTries", 0, max),
});

const maxSessions = defineCheck({
  ...reload,
  id: "sshd.max-sessions",
  title: "A connection opens a limited number of sessions",
  why: "One connection could otherwise use up the processes of the node.",
  remedy: "Set `MaxSessions 10` or less, then reload sshd.",
  severity: "low",
  params: { max: integer(10, { min: 1 }) },
  evaluate: ({ sshd }, { max }) => between(sshd, "MaxSessions", 0, max),
});

const loginGraceTime = defineCheck({
  ...reload,
  id: "sshd.login-grace-time",
  title: "A login that is not completed is cut off soon",
  why: "Connections that wait for ever keep others out; 0 means no limit.",
  remedy: "Set `LoginGraceTime 60` or less, not 0, then reload sshd.",
  severity: "medium",
  params: { max: integer(60, { min: 1, unit: "seconds" }) },
  evaluate: ({ sshd }, { max }) => between(sshd, "LoginGraceTime", 1, max, " seconds"),
});

const clientAlive = defineCheck({
  ...reload,
  id: "sshd.client-alive",
  title: "Connections of clients that are gone are ended",
  why: "A session left open on a machine that nobody watches is one to take over.",
  remedy: "Set `ClientAliveInterval 300` and `ClientAliveCountMax 3` or less, neither 0, then reload sshd.",
  severity: "low",
  params: {
    interval: integer(300, { min: 1, unit: "seconds" }),
    count: integer(3, { min: 1 }),
  },
  evaluate: ({ sshd }, { interval, count }) =>
    joinOutcomes([
      between(sshd, "ClientAliveInterval", 1, interval, " seconds"),
      between(sshd, "ClientAliveCountMax", 1, count),
    ]),
});

function threeNumbers(text: string): readonly [number, number] {
  const [begin, , full] = text.split(":").map(Number);
  return [begin ?? 0, full ?? begin ?? 0];
}

const maxStartups = defineCheck({
  ...reload,
  id: "sshd.max-startups",
  title: "The number of connections that have not logged in is limited",
  why: "Whoever opens connections without logging in could otherwise keep everybody else out.",
  remedy: "Set `MaxStartups 10:30:60`, then reload sshd.",
  severity: "low",
  params: { max: word("10:30:60", /\d{1,5}:\d{1,3}:\d{1,5}/, "start:rate:full, such as 10:30:60") },
  evaluate({ sshd }, { max }) {
    const [begin, full] = threeNumbers(max);
    return judgeKeyword(sshd, {
      keyword: "MaxStartups",
      expected: `MaxStartups at most ${max} (start and full)`,
      holds: ({ value }) => {
        const [mine, all] = threeNumbers(value);
        return mine <= begin && all <= full;
      },
      repair: () => max,
    });
  },
});

export const limits: readonly Check[] = [maxAuthTries, maxSessions, maxStartups, loginGraceTime, clientAlive];
