// What the kernel, auditd and the journal write when audit lines were dropped. Reads no event.

const losses: readonly (readonly [RegExp, string])[] = [
  [/callbacks suppressed/, "the kernel suppressed lines (callbacks suppressed)"],
  [/audit: audit_lost=[1-9]|\blost [1-9]\d*\b.*audit/, "the kernel lost audit lines (audit_lost)"],
  [
    /audit: (?:rate|backlog) limit exceeded|audit_backlog=\d+ > audit_backlog_limit/,
    "the kernel's audit queue overflowed",
  ],
  [/Suppressed \d+ messages/, "the journal suppressed messages"],
];

/** Why lines are missing beside this one; mostly nothing. */
export function auditLosses(line: string): readonly string[] {
  return losses.flatMap(([pattern, reason]) => (pattern.test(line) ? [reason] : []));
}
