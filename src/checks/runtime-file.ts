// The shape of docker.files.*, containerd.files.* and crio.files.*: who may change or read what a runtime trusts. A row a
// check.
import { notApplicable, type Severity, type Verdict } from "../core/outcome.js";
import { listing } from "../core/printable.js";
import type { FactValues } from "../facts/index.js";
import type { FileGroup, RuntimeFiles, RuntimeName } from "../facts/runtime-files.js";
import { type Check, defineCheck } from "./define.js";
import { joinFindings, judgeMode, octal } from "./file-mode.js";

export interface RuntimeFileRow {
  readonly group: FileGroup;
  readonly title: string;
  readonly why: string;
  readonly severity: Severity;
  /** At most; of a folder 0755 where the files may be read by all. */
  readonly mode: number;
  /** Of the folders among them. */
  readonly folder?: number;
  /** Of files that hold a private key, by their names. */
  readonly keys?: number;
  readonly groups?: readonly string[];
}

function judge(
  runtime: RuntimeName,
  row: RuntimeFileRow,
  files: RuntimeFiles,
  names: FactValues["accounts"],
): Verdict {
  const states = files.of(runtime, row.group);
  const unread = files.unread(runtime);
  if (states.length === 0 && unread.length === 0) return notApplicable("there is no such file on this node");
  const rule = { mode: row.mode, ...(row.groups === undefined ? {} : { groups: row.groups }) };
  const found = joinFindings(
    states.map((state) => {
      if (state.state === "ok" && state.kind === "directory")
        return judgeMode(state, { ...rule, mode: row.folder ?? 0o755 }, names);
      const key = row.keys !== undefined && /(?:\.key|[-_.]key\.pem)$/.test(state.path);
      return judgeMode(state, key ? { ...rule, mode: row.keys ?? row.mode } : rule, names);
    }),
  );
  const wrong = new Set(found.problems.map(({ message }) => message.split(" ", 1)[0]));
  const shown = found.evidence.filter(({ file }) => wrong.size === 0 || wrong.has(file));
  return {
    expected: `${octal(row.mode)} or less, owned by root`,
    actual: listing(shown.map(({ text }) => text)),
    evidence: shown,
    problems: found.problems,
    unknowns: [...found.unknowns, ...unread],
  };
}

/** Checks `runtime.files.group`, a row each. */
export function runtimeFileChecks(runtime: RuntimeName, rows: readonly RuntimeFileRow[]): readonly Check[] {
  return rows.map((row) =>
    defineCheck({
      id: `${runtime}.files.${row.group}`,
      title: row.title,
      why: row.why,
      remedy: `chown root:root and chmod ${octal(row.mode)} on the file named${row.keys === undefined ? "" : `, ${octal(row.keys)} on a private key`}.`,
      severity: row.severity,
      risk: "none",
      fixable: true,
      needs: [runtime, "runtimeFiles", "accounts"],
      params: {},
      evaluate: ({ runtimeFiles, accounts }) => judge(runtime, row, runtimeFiles, accounts),
    }),
  );
}

const rootWhy = "Who can change it decides what runs as root on this machine.";

/** A row for what every runtime has. */
export function usualRow(
  name: string,
  group: "config" | "service" | "directory" | "drop-ins" | "environment" | "programs" | "state",
): RuntimeFileRow {
  const rows = {
    config: { title: `${name}'s configuration is root's alone to change`, severity: "high", mode: 0o644 },
    service: {
      title: `${name}'s unit and its drop-ins are root's alone to change`,
      severity: "high",
      mode: 0o644,
    },
    directory: {
      title: `${name}'s configuration folders are root's alone to change`,
      severity: "high",
      mode: 0o644,
    },
    "drop-ins": { title: `${name}'s drop-ins are root's alone to change`, severity: "high", mode: 0o644 },
    environment: {
      title: `${name}'s environment files are root's alone to change`,
      severity: "high",
      mode: 0o644,
    },
    programs: { title: `${name}'s programs are root's alone to change`, severity: "critical", mode: 0o755 },
    state: {
      title: `${name}'s state is closed to other accounts`,
      severity: "high",
      mode: 0o711,
      folder: 0o711,
      why: "Images and containers hold set-user-ID programs and secrets that no account of the node should reach.",
    },
  } as const;
  return { group, why: rootWhy, ...rows[group] };
}
