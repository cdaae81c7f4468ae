// logs.permissions: logs are written by the system and read by those who watch over it. Logs of containers: kubernetes.ts.
import { printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { LogFile } from "../../facts/log-files.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { modeParam } from "../mode-param.js";
import { isListed, pathsParam } from "../path-list.js";

interface Rule {
  readonly names: RegExp;
  readonly mode: number;
}

/** Files of which everybody may read more than of others; by the path below /var/log, the first that fits. */
const rules: readonly Rule[] = [
  // Failed logins name what was typed, a password in the wrong field among it (btmp(5)).
  { names: /^btmp(?:[.-].*)?$/, mode: 0o660 },
  // `last` and `lastlog` read them as anybody (utmp(5)).
  { names: /^(?:wtmp|lastlog)(?:[.-].*)?$|^wtmp\.db$|^lastlog2\.db$/, mode: 0o664 },
  { names: /^faillog$/, mode: 0o644 },
  // What was installed when is no secret: every account can ask dpkg and rpm.
  {
    names:
      /^(?:apt|installer|dist-upgrade|anaconda)\/|^(?:dpkg|alternatives|bootstrap|fontconfig|dnf[\w.]*|yum|hawkey|cloud-init|ubuntu-advantage[\w-]*)\.log/,
    mode: 0o644,
  },
];

/** Numbers that systemd gives to services for as long as they run (DynamicUser=, systemd.exec(5)). */
const dynamic = { first: 61_184, last: 65_519 };

function isPersons(id: number, uidMin: number): boolean {
  return id >= uidMin && !(id >= dynamic.first && id <= dynamic.last);
}

const numbers = { userName: String, groupName: String };

/** Directories: a group of a service may write its own, everybody none. */
const folderMode = 0o775;

function modeFor({ path, kind }: LogFile, mode: number): number {
  if (kind === "directory") return folderMode;
  const name = path.replace(/^\/var\/log\//, "");
  return rules.find(({ names }) => names.test(name))?.mode ?? mode;
}

/** Bits that give somebody more than the rule: others count only as far as the directories let them come. */
function excess(file: LogFile, most: number): number {
  const sticky = file.kind === "directory" && (file.mode & 0o1000) !== 0 ? 0o002 : 0;
  return file.mode & ~most & file.reach & ~sticky;
}

function fileSource({ path, mode, uid, gid }: LogFile): Source {
  return wholeFile(path, `${octal(mode)} ${uid}:${gid}`);
}

export default defineCheck({
  id: "logs.permissions",
  title: "Logs belong to the system, and only those who watch over it read them",
  why: "Logs name users, addresses, paths and at times what was typed into the wrong field; who can write one takes traces out of it.",
  remedy:
    "`chmod o-rwx,g-w` what is named (or as the message says) and `chown root:adm` what belongs to a person; give the same mode to `create` in /etc/logrotate.d and to $FileCreateMode of rsyslog.",
  breaks:
    "A program that reads a log as another user than root needs the group of the log (adm); what its entry of logrotate makes anew has the mode of that entry.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["logFiles", "people"],
  optional: ["accounts"],
  params: {
    mode: modeParam(0o640),
    allow: pathsParam,
  },
  evaluate({ logFiles, people, accounts }, { mode, allow }) {
    const files = logFiles.files.filter(({ path }) => !isListed(path, allow));
    const most = Number.parseInt(mode, 8);
    const { userName, groupName } = accounts.state === "known" ? accounts.value : numbers;
    const judged = files.map((file) => {
      const more = excess(file, modeFor(file, most));
      const foreign = isPersons(file.uid, people.uidMin);
      const shared = isPersons(file.gid, people.uidMin) && (file.mode & 0o070) !== 0;
      const wrong = [
        ...(more === 0 ? [] : [`has mode ${octal(file.mode)}, more than ${octal(modeFor(file, most))}`]),
        ...(foreign ? [`belongs to user ${printable(userName(file.uid))}`] : []),
        ...(shared ? [`is open to group ${printable(groupName(file.gid))}`] : []),
      ];
      const step = { kind: "chmod", file: file.path, mode: file.mode & ~more } as const;
      const fix = more === 0 || !file.exact ? {} : { fix: [{ ...step, owner: `${file.uid}:${file.gid}` }] };
      return { file, wrong, fix };
    });
    const found = judged.filter(({ wrong }) => wrong.length > 0);
    return {
      expected: `${mode} or less, directories not written by everybody, owned by root or a service`,
      actual: `${files.length} files and directories, ${found.length} of them otherwise`,
      evidence: found.map(({ file }) => fileSource(file)),
      problems: found.map(({ file, wrong, fix }) => ({
        message: `${printable(file.path)} ${wrong.join(" and ")}`,
        ...fix,
      })),
      unknowns: logFiles.unread,
    };
  },
});
