// auditd.files.<name>: owner and mode of the audit daemon's logs, configuration and programs.
import type { AuditFiles } from "../../facts/audit-files.js";
import type { FileState } from "../../facts/file-state.js";
import { type Check, defineCheck } from "../define.js";
import { joinFindings, judgeMode, type ModeRule, type Names } from "../file-mode.js";

interface Row {
  readonly name: string;
  readonly title: string;
  readonly why: string;
  files(facts: AuditFiles): readonly (readonly [FileState, ModeRule])[];
}

function folderOr(file: number, folder: number) {
  return (state: FileState): number => (state.state === "ok" && state.kind === "directory" ? folder : file);
}

const rows: readonly Row[] = [
  {
    name: "logs",
    title: "Only root and the log's group read the audit log",
    why: "The log holds command lines and paths; who can write it takes lines out.",
    files: ({ logFolder, logs, logGroup }) => {
      const groups = ["root", "adm", logGroup];
      return [
        ...logFolder.map((state) => [state, { mode: 0o750, groups }] as const),
        ...logs.map((state) => [state, { mode: 0o640, groups }] as const),
      ];
    },
  },
  {
    name: "config",
    title: "Only root changes the audit rules and the daemon's configuration",
    why: "A rule taken out is an event that is never recorded.",
    files: ({ config }) => {
      const mode = folderOr(0o640, 0o750);
      return config.map((state) => [state, { mode: mode(state) }] as const);
    },
  },
  {
    name: "tools",
    title: "Only root changes the programs that write and show the audit log",
    why: "A program that leaves out what it should show is better than any deletion.",
    files: ({ tools }) => tools.map((state) => [state, { mode: 0o755 }] as const),
  },
];

function fileCheck({ name, title, why, files }: Row): Check {
  return defineCheck({
    id: `auditd.files.${name}`,
    title,
    why,
    remedy: "`chown root:root` and `chmod` the files named to what is expected.",
    severity: "medium",
    risk: "none",
    fixable: true,
    needs: ["auditFiles"],
    optional: ["accounts"],
    params: {},
    evaluate({ auditFiles, accounts }) {
      const names: Names | undefined = accounts.state === "known" ? accounts.value : undefined;
      const all = files(auditFiles);
      if (all.length === 0) return { notApplicable: "none of these files is on this node" };
      const found = joinFindings(all.map(([state, rule]) => judgeMode(state, rule, names)));
      const problems = found.problems.length;
      return {
        expected: "root's, and nobody else's to change",
        actual:
          problems === 0 ? `${all.length} files as expected` : `${problems} of ${all.length} files differ`,
        ...found,
      };
    },
  });
}

export const files: readonly Check[] = rows.map(fileCheck);
