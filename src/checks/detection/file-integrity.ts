// detection.file-integrity: some program compares the node's files with a recorded state, again and again. nodeward's own
// baseline is another check's.
import { listing } from "../../core/printable.js";
import type { IntegrityCheckers } from "../../facts/integrity-checkers.js";
import { defineCheck } from "../define.js";

function flaws({ aide, databases, schedules }: IntegrityCheckers): readonly string[] {
  if (aide.length === 0) return ["no checker of file integrity is on this node"];
  return [
    ...(databases.length === 0
      ? ["AIDE has no database in /var/lib/aide: it has nothing to compare with"]
      : []),
    ...(schedules.length === 0 ? ["no timer or cron job starts AIDE"] : []),
  ];
}

export default defineCheck({
  id: "detection.file-integrity",
  title: "The node's files are compared with a recorded state, again and again",
  why: "A program that was replaced does its old work too: only a comparison shows that it is another.",
  remedy:
    "Install aide, make its database (`aideinit`, `aide --init`), and enable its timer (dailyaidecheck.timer, aidecheck.timer).",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["integrityCheckers"],
  params: {},
  evaluate({ integrityCheckers }) {
    const { aide, databases, schedules, services, unread } = integrityCheckers;
    const messages = services.length > 0 ? [] : flaws(integrityCheckers);
    return {
      expected: "AIDE with a database and a timer, or a service that watches files",
      actual:
        services.length > 0
          ? listing(services.map(({ name }) => name))
          : aide.length > 0
            ? "AIDE is installed"
            : "none",
      evidence: [...services.map(({ source }) => source), ...aide, ...databases, ...schedules],
      problems: unread.length > 0 ? [] : messages.map((message) => ({ message })),
      unknowns: services.length > 0 || messages.length === 0 ? [] : unread,
    };
  },
});
