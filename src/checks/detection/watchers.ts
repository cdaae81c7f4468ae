// detection.*: a watcher is there, runs, keeps its rules to root and says somewhere what it sees. A row a watcher.
import { notApplicable, type Verdict } from "../../core/outcome.js";
import type { Detector, Detectors } from "../../facts/detectors.js";
import { type Check, defineCheck } from "../define.js";
import { joinFindings, judgeMode } from "../file-mode.js";

interface Row {
  readonly name: string;
  readonly product: string;
  readonly why: string;
  readonly remedy: string;
  /** Of files; of directories with the right to search them. */
  readonly mode: number;
  /** May it run as a pod? Its rules are then inside, and only its process shows. */
  readonly inPods: boolean;
  readonly own: (all: Detectors) => Detector;
  /** Who may watch instead of it. */
  readonly instead?: { readonly product: string; readonly own: (all: Detectors) => Detector };
  /** What else can be wrong with it. */
  readonly silent: (all: Detectors) => readonly string[];
}

const falco = { product: "Falco", own: (all: Detectors) => all.falco };
const tracee = { product: "Tracee", own: (all: Detectors) => all.tracee };
const seen =
  "What a container does after it started, a shell in it or a write to /etc, is otherwise seen by nobody.";

const rows: readonly Row[] = [
  {
    ...falco,
    name: "falco",
    why: seen,
    remedy:
      "Install Falco as a package or a DaemonSet, enable its service and an output in /etc/falco/falco.yaml, and `chown root:root` and `chmod go-w` what is under /etc/falco.",
    mode: 0o644,
    inPods: true,
    instead: tracee,
    silent: ({ falcoOutputs }) =>
      falcoOutputs?.length === 0 ? ["no output is on in /etc/falco/falco.yaml: nobody hears of it"] : [],
  },
  {
    ...tracee,
    name: "tracee",
    why: seen,
    remedy:
      "Run Tracee as a service or a DaemonSet, and `chown root:root` and `chmod go-w` what is under /etc/tracee.",
    mode: 0o644,
    inPods: true,
    instead: falco,
    silent: () => [],
  },
  {
    name: "audit-rules",
    product: "the audit daemon",
    why: "Who changed the node's configuration is only known where audit rules were loaded before; who reads the rules knows what goes unseen.",
    remedy:
      "Install auditd, put rules into /etc/audit/rules.d, `augenrules --load`, and `chmod o-rwx,g-w` what is under /etc/audit.",
    mode: 0o640,
    inPods: false,
    own: (all) => all.audit,
    silent: ({ auditRules }) =>
      auditRules === 0 ? ["no audit rule asks the kernel to watch anything (/etc/audit/rules.d)"] : [],
  },
];

function isThere({ installed, running }: Detector): boolean {
  return installed.length > 0 || (running?.length ?? 0) > 0;
}

function judge(row: Row, all: Detectors): Verdict {
  const own = row.own(all);
  const { product, instead } = row;
  if (!isThere(own)) {
    if (instead !== undefined && isThere(instead.own(all)))
      return notApplicable(`${instead.product} watches this node, not ${product}`);
    const blind =
      row.inPods && own.running === undefined ? [`whether ${product} runs as a pod cannot be seen`] : [];
    const unknowns = [...own.unread, ...blind];
    const problems = unknowns.length > 0 ? [] : [{ message: `${product} is not on this node` }];
    return { expected: "there and running", actual: "not there", evidence: [], problems, unknowns };
  }
  const modes = own.files.map((state) => {
    const isDirectory = state.state === "ok" && state.kind === "directory";
    return judgeMode(state, { mode: isDirectory ? row.mode | ((row.mode & 0o444) >> 2) : row.mode });
  });
  const files = joinFindings(modes);
  // What could not be read may be its process, or the rule or output that is missed.
  const told = own.unread.length > 0 ? [] : row.silent(all);
  const idle = own.running?.length === 0 && own.unread.length === 0;
  const asleep = own.running === undefined && !own.starts;
  const messages = [
    ...(idle ? [`${product} is installed and does not run`] : []),
    ...(asleep ? [`${product} is installed and not started at boot`] : []),
    ...told,
    ...files.problems.map(({ message }) => message),
  ];
  return {
    expected: "there, running, its rules root's own",
    actual: own.running === undefined ? "installed" : own.running.length > 0 ? "running" : "not running",
    evidence: [...own.installed, ...(own.running ?? []), ...files.evidence],
    problems: messages.map((message) => ({ message })),
    unknowns: [...own.unread, ...files.unknowns],
    notes: own.running === undefined ? ["processes cannot be seen: whether it runs was not looked at"] : [],
  };
}

export const watchers: readonly Check[] = rows.map((row) =>
  defineCheck({
    id: `detection.${row.name}`,
    title: `${row.product.replace(/^the/, "The")} watches this node, and its rules are root's own`,
    why: row.why,
    remedy: row.remedy,
    severity: "medium",
    risk: "none",
    fixable: false,
    needs: ["detectors"],
    params: {},
    evaluate: ({ detectors }) => judge(row, detectors),
  }),
);
