// patches.security-updates: nothing waits, as far as the lists on disk say, and the lists are fresh.

import type { Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { listing, printable } from "../../core/printable.js";
import { place, wholeFile } from "../../core/source.js";
import type { PendingUpdate, SecurityArchive, Updates } from "../../facts/updates.js";
import { defineCheck } from "../define.js";

const dayMs = 24 * 60 * 60 * 1000;

function days(ms: number): string {
  const count = Math.floor(ms / dayMs);
  return count === 1 ? "1 day" : `${count} days`;
}

function shown({ name, installed, available, held }: PendingUpdate): string {
  return `${name} ${installed} → ${available}${held ? " (held)" : ""}`;
}

/** How old what is known of an archive is at least: its own date, or the last time apt looked where it has none newer. */
function age({ release }: SecurityArchive, { now, refreshedMs }: Updates): number | undefined {
  if (release === undefined) return undefined;
  const seen = Math.max(release.date ?? 0, refreshedMs ?? 0);
  return seen === 0 ? undefined : Math.max(0, now - seen);
}

function stale(archive: SecurityArchive, updates: Updates, limit: number): string | undefined {
  const { suite, release } = archive;
  const name = printable(suite);
  if (release === undefined) return `the lists of ${name} were never fetched: what waits is not known`;
  // Past this date apt itself refuses the archive: somebody may be keeping the node on an old state.
  if (release.validUntil !== undefined && release.validUntil < updates.now)
    return `the lists of ${name} expired ${days(updates.now - release.validUntil)} ago: newer updates are not known`;
  const old = age(archive, updates);
  if (old === undefined) return `nothing says when the lists of ${name} were fetched`;
  return old > limit * dayMs
    ? `the lists of ${name} are ${days(old)} old: newer updates are not known`
    : undefined;
}

function pendingProblems(pending: readonly PendingUpdate[]): readonly Problem[] {
  if (pending.length === 0) return [];
  const held = pending.filter((one) => one.held).length;
  const note = held === 0 ? "" : `, ${held} of them held back`;
  return [
    {
      message: `${pending.length} security ${pending.length === 1 ? "update waits" : "updates wait"}${note}: ${listing(pending.map(shown), 10)}`,
    },
  ];
}

const neverLearns = {
  apt: "apt has no security archive among its sources: it would never learn of a fix",
  dnf: "dnf has no repository that is enabled: it would never learn of a fix",
} as const;

export default defineCheck({
  id: "patches.security-updates",
  title: "No security update waits, and the lists that say so are fresh",
  why: "A hole with a published fix is the first that is tried; an old list knows of no fix.",
  remedy:
    "`apt-get update && apt-get upgrade`, or `dnf upgrade --security` (drain the node first where the container runtime or the kubelet is among them); where no security archive is configured, add it to apt's sources.",
  breaks: "Upgrades restart services; a new kernel needs a reboot.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["updates"],
  params: { days: integer(7, { min: 1, max: 365, unit: "days" }) },
  evaluate({ updates }, { days: limit }) {
    const { tool, archives, pending, lists, unread, refused, silent } = updates;
    const old = archives.map((archive) => stale(archive, updates, limit)).filter((one) => one !== undefined);
    const none = archives.length === 0 && unread.length === 0 ? [neverLearns[tool]] : [];
    return {
      expected: `none, by lists no older than ${limit} days`,
      actual: `${pending.length} pending; ${archives.map(({ suite }) => suite).join(", ") || "no security archive"}`,
      evidence: [
        ...archives.flatMap(({ source, release }) =>
          release === undefined
            ? [source]
            : [
                source,
                wholeFile(
                  release.file,
                  release.date === undefined ? "" : `Date: ${new Date(release.date).toISOString()}`,
                ),
              ],
        ),
        ...lists,
      ],
      problems: [
        ...refused.map((reason) => ({ message: `apt refuses to work: ${printable(reason)}` })),
        ...none.map((message) => ({ message })),
        ...old.map((message) => ({ message })),
        ...pendingProblems(pending),
      ],
      unknowns: unread,
      notes: [
        ...(archives.length === 0
          ? []
          : [`security archives: ${archives.map(({ source }) => place(source)).join(", ")}`]),
        ...(silent.length === 0 ? [] : [`no security notices are published by ${listing(silent)}`]),
      ],
    };
  },
});
