// The checks `auditd.rules.<name>`, one a family: by the rules of the next start, and by those the kernel has now.

import type { Problem, Verdict } from "../../core/outcome.js";
import { listing, printable } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import { coverOf, silences, type Wanted, wantedOf } from "../../facts/audit-cover.js";
import { type AuditFamilyName, auditFamilies } from "../../facts/audit-families.js";
import type { AuditRules } from "../../facts/audit-rules.js";
import { type Check, defineCheck } from "../define.js";

interface Row {
  readonly what: string;
  readonly why: string;
}

const rows: Readonly<Record<AuditFamilyName, Row>> = {
  identity: {
    what: "changes of users, groups and how they log in",
    why: "A new user or a changed password is how an intruder stays.",
  },
  sudo: { what: "changes of sudo's rules", why: "A line in sudoers makes anybody root." },
  modules: {
    what: "loading and removing kernel modules",
    why: "A module is code in the kernel: it can hide everything that happens after it was loaded.",
  },
  time: {
    what: "changes of the clock",
    why: "Who moves the clock makes logs of several machines useless, and certificates valid again.",
  },
  mounts: {
    what: "mounts by people",
    why: "A mount can bring programs in, take data out, and hide what lies below it.",
  },
  kubelet: {
    what: "changes of the kubelet, its configuration and the CNI",
    why: "The kubelet runs as root and starts every pod: its configuration decides over the node.",
  },
  containerd: {
    what: "changes of the container runtime and its configuration",
    why: "The runtime draws the line between pods and the node.",
  },
  nodeward: { what: "changes of nodeward itself", why: "Who wants to stay unseen changes first what looks." },
  network: {
    what: "changes of names and addresses of the machine",
    why: "A changed hosts file or name leads connections astray.",
  },
  access: {
    what: "access that was refused to people",
    why: "Refusals are the noise that somebody makes who looks around.",
  },
  permissions: {
    what: "changes of owners, modes and attributes by people",
    why: "A set-id bit or an open mode is a door left for later.",
  },
  deletion: { what: "deletion and renaming of files by people", why: "Who covers traces deletes files." },
  sessions: {
    what: "changes of the records of sessions",
    why: "These records say who was logged in; taking a line out hides a visit.",
  },
  logins: {
    what: "changes of the records of logins",
    why: "These records say who tried to log in; taking a line out hides an attempt.",
  },
  confinement: {
    what: "changes of AppArmor's and SELinux's policies",
    why: "A profile that was loosened confines nothing.",
  },
  programs: {
    what: "use of the programs that change users and access lists by people",
    why: "These few programs are how rights are handed out by hand.",
  },
  "user-emulation": {
    what: "programs that people run as somebody else",
    why: "Every use of sudo and su, and every set-id program that gives rights away, passes here.",
  },
};

function missingProblem(missing: readonly Wanted[], name: AuditFamilyName, rules: AuditRules): Problem {
  const what = missing.map((one) => one.what);
  const message = `not recorded: ${listing(what, 8)}`;
  // Behind a line that auditctl refuses, or one that silences all, more rules change nothing.
  if (rules.mistake !== undefined || rules.rules.some(({ rule }) => silences(rule))) return { message };
  const lines = missing.map(({ line }) => line);
  return { message, fix: rules.add(name, lines) };
}

/** Rules that are in the files, and in force only after a restart or not at all. */
function loadedProblem(wanted: readonly Wanted[], rules: AuditRules): readonly Problem[] {
  if (rules.loaded.state !== "known") return [];
  const { missing } = coverOf(wanted, rules.loaded.value);
  return missing.length === 0
    ? []
    : [
        {
          message: `the running kernel does not record: ${listing(
            missing.map(({ what }) => what),
            8,
          )} (augenrules --load, or a reboot where rules are locked)`,
        },
      ];
}

function mistakeNotes({ mistake }: AuditRules): readonly string[] {
  return mistake === undefined
    ? []
    : [
        `${printable(place(mistake.source))} is refused (${mistake.reason}): ${mistake.lost} rules behind it are not loaded`,
      ];
}

function judge(name: AuditFamilyName, rules: AuditRules): Verdict {
  const wanted = wantedOf(name, rules.there, rules.machine);
  if (wanted.length === 0) return { notApplicable: `none of what these rules watch is on this node` };
  const { missing, used } = coverOf(
    wanted,
    rules.rules.map(({ rule }) => rule),
  );
  const evidence: readonly Source[] = [
    ...used.flatMap((index) => rules.rules[index]?.source ?? []),
    ...(rules.mistake === undefined ? [] : [rules.mistake.source]),
  ];
  const problems =
    missing.length === 0 ? loadedProblem(wanted, rules) : [missingProblem(missing, name, rules)];
  return {
    expected: `${wanted.length} rules or what covers them`,
    actual:
      missing.length === 0 ? "recorded" : `${wanted.length - missing.length} of ${wanted.length} recorded`,
    evidence,
    problems,
    unknowns: missing.length === 0 && rules.loaded.state === "error" ? [rules.loaded.reason] : [],
    notes: [
      ...mistakeNotes(rules),
      ...(rules.enabled?.value === "2" && missing.length > 0
        ? ["rules are locked (-e 2): a reboot is needed"]
        : []),
    ],
  };
}

function familyCheck(name: AuditFamilyName): Check {
  const { what, why } = rows[name];
  return defineCheck({
    id: `auditd.rules.${name}`,
    title: `The audit rules record ${what}`,
    why,
    remedy: `Add rules to a file of /etc/audit/rules.d (\`nodeward explain auditd.rules.${name}\` and a dry run show them), then \`augenrules --load\`; where rules are locked (-e 2), reboot.`,
    breaks: "Many events fill the log and cost time; events beyond the backlog are lost.",
    severity: "medium",
    risk: "restart",
    fixable: true,
    needs: ["auditRules"],
    params: {},
    evaluate: ({ auditRules }) => judge(name, auditRules),
  });
}

const names = Object.keys(rows).filter((name): name is AuditFamilyName => Object.hasOwn(auditFamilies, name));

export const rules: readonly Check[] = names.map(familyCheck);
