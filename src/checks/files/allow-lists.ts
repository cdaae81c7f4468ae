// files.cron.allow and files.at.allow: who may leave jobs behind is named in a list, and the list is root's.
import type { Problem } from "../../core/outcome.js";
import type { Step } from "../../core/step.js";
import type { FileState } from "../../facts/file-state.js";
import { type Check, defineCheck } from "../define.js";
import { type Names, octal } from "../file-mode.js";
import { modeParam } from "../mode-param.js";
import { judgeNamed, listNotes } from "./named.js";

interface List {
  readonly name: "cron.allow" | "at.allow";
  /** The program that reads it, and the group that it runs as where it is not set-user-id root. */
  readonly program: string;
  readonly group: string;
  readonly jobs: string;
}

const lists: readonly List[] = [
  { name: "cron.allow", program: "/usr/bin/crontab", group: "crontab", jobs: "cron jobs" },
  { name: "at.allow", program: "/usr/bin/at", group: "daemon", jobs: "jobs for later" },
];

/** Steps that make a list with root alone in it, readable for the program. */
function create(path: string, group: string, names: Names | undefined): readonly Step[] {
  const gid = names?.group(group)?.gid ?? 0;
  return [
    { kind: "write", file: path, content: "root\n", mode: 0o640 },
    { kind: "chmod", file: path, mode: 0o640, owner: `0:${gid}` },
  ];
}

function withoutList(
  { name, group, jobs }: List,
  allow: FileState,
  names: Names | undefined,
): readonly Problem[] {
  if (allow.state !== "absent") return [];
  return [
    {
      message: `there is no /etc/${name}: every user may leave ${jobs}`,
      fix: create(`/etc/${name}`, group, names),
    },
  ];
}

function listCheck(list: List): Check {
  const { name, program, group, jobs } = list;
  return defineCheck({
    id: `files.${name}`,
    title: `Only users in a list of root's may leave ${jobs}`,
    why: `Somebody who got in for a moment stays by leaving a job behind.`,
    remedy: `Put the names of those who may into /etc/${name}, one a line, \`chown root:${group}\` and \`chmod 0640\` it.`,
    breaks: `Users that are not in the list can no longer change their ${jobs}; what they left before still runs.`,
    severity: "medium",
    risk: "none",
    fixable: true,
    needs: ["namedFiles"],
    optional: ["accounts"],
    params: { mode: modeParam(0o640) },
    evaluate({ namedFiles, accounts }, { mode }) {
      const [allow, deny, binary] = namedFiles.of(name);
      if (allow === undefined || deny === undefined || binary === undefined || binary.state === "absent")
        return { notApplicable: `${program} is not installed` };
      const names = accounts.state === "known" ? accounts.value : undefined;
      const rule = { mode: Number.parseInt(mode, 8), groups: ["root", group] };
      const findings = judgeNamed([allow, deny], rule, names, namedFiles.accessLists);
      return {
        expected: `/etc/${name} there, ${octal(rule.mode)} root:root or root:${group}, or less`,
        actual: findings.evidence.map(({ file, text }) => `${file} ${text}`).join(", ") || "no list",
        ...findings,
        problems: [...withoutList(list, allow, names), ...findings.problems],
        notes: listNotes(namedFiles.accessLists),
      };
    },
  });
}

export const allowLists: readonly Check[] = lists.map(listCheck);
