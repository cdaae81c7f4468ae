// The audit rules that the next start of auditd loads, in their order and with the lines that say them, and those that are
// loaded now (augenrules(8), auditctl(8)). Not what they cover (audit-cover.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import type { Step } from "../core/step.js";
import {
  type CompiledLine,
  compareRulesNames,
  compileAuditRules,
  type RulesFile,
  sameAuditRules,
} from "../formats/audit-compile.js";
import { type AuditRule, parseAuditRules } from "../formats/audit-rules.js";
import type { Host } from "../host/host.js";
import { type Machine, others, x86 } from "./audit-cover.js";
import { watchedPaths } from "./audit-families.js";
import { type Packages, packages } from "./packages.js";
import type { FactSource } from "./source.js";

export type { AuditField, AuditRule } from "../formats/audit-rules.js";

export interface PlacedRule {
  readonly rule: AuditRule;
  readonly source: Source;
}

export interface AuditSetting {
  readonly value: string;
  readonly source: Source;
}

export interface AuditRules {
  /** What gets into the kernel; what stands behind a mistake does not. */
  readonly rules: readonly PlacedRule[];
  /** The line that auditctl refuses and that keeps the following from being loaded. */
  readonly mistake: { readonly reason: string; readonly source: Source; readonly lost: number } | undefined;
  /** `-e`: 0 off, 1 on, 2 locked until the next boot. */
  readonly enabled: AuditSetting | undefined;
  /** `-f`: 2 stops the machine. */
  readonly failure: AuditSetting | undefined;
  /** Whether /etc/audit/audit.rules is what rules.d makes; undefined where there is no rules.d to compare. */
  readonly compiled: boolean | undefined;
  /** As `auditctl -l` has it: absent where nothing runs here. */
  readonly loaded: Fact<readonly AuditRule[]>;
  /** Watched paths that are on this node. */
  readonly there: ReadonlySet<string>;
  readonly machine: Machine;
  /** Steps that add lines to a file of their own, or to audit.rules where no rules.d is used. */
  add(name: string, lines: readonly string[]): readonly Step[];
}

const folder = "/etc/audit/rules.d";
const single = "/etc/audit/audit.rules";
const rulesLimit = 10_000;

function sourceOf({ text, from }: CompiledLine): Source {
  if (from === undefined) return wholeFile(single, text);
  return {
    file: from.path,
    line: from.line,
    span: { start: from.start, end: from.start + text.length },
    text,
  };
}

type Resolved = Pick<AuditRules, "rules" | "mistake" | "enabled" | "failure">;

/** Goes through the lines as `auditctl -R` does. */
function resolve(lines: readonly CompiledLine[]): Resolved {
  const rules: PlacedRule[] = [];
  let goesOn = false;
  let enabled: AuditSetting | undefined;
  let failure: AuditSetting | undefined;
  for (const [index, line] of lines.entries()) {
    const [statement] = parseAuditRules(line.text);
    if (statement === undefined) continue;
    const source = sourceOf(line);
    if (statement.kind === "wrong" && !goesOn) {
      const lost = lines
        .slice(index + 1)
        .filter((later) => parseAuditRules(later.text)[0]?.kind === "rule").length;
      return { rules, mistake: { reason: statement.reason, source, lost }, enabled, failure };
    }
    if (statement.kind === "clear") rules.length = 0;
    if (statement.kind === "rule") {
      if (statement.rule.prepend) rules.unshift({ rule: statement.rule, source });
      else rules.push({ rule: statement.rule, source });
    }
    if (statement.kind !== "control") continue;
    if (statement.option === "-c" || statement.option === "-i") goesOn = true;
    if (statement.option === "-e") enabled = { value: statement.value, source };
    if (statement.option === "-f") failure = { value: statement.value, source };
  }
  return { rules, mistake: undefined, enabled, failure };
}

interface Read {
  readonly files: readonly RulesFile[];
  readonly unread: readonly string[];
}

async function rulesFiles(host: Host): Promise<Read> {
  const listing = await host.list(folder);
  if (listing.state === "absent") return { files: [], unread: [] };
  if (listing.state !== "ok") return { files: [], unread: [listing.reason] };
  const names = listing.entries
    .map(({ name }) => name)
    .filter((name) => name.endsWith(".rules") && !name.startsWith("."))
    .sort(compareRulesNames);
  const reads = await Promise.all(names.map((name) => host.read(`${folder}/${name}`)));
  return {
    files: reads.flatMap((read) => (read.state === "ok" ? [{ path: read.path, text: read.text }] : [])),
    unread: reads.flatMap((read) =>
      read.state === "denied" || read.state === "failed" ? [read.reason] : [],
    ),
  };
}

async function loadedRules(host: Host): Promise<AuditRules["loaded"]> {
  const result = await host.run("audit-rules");
  if (result.state === "absent") return absent(result.reason);
  if (result.state === "failed") return failed(result.reason);
  // Without the right to ask, and in a container, the kernel does not answer.
  if (result.code !== 0)
    return failed(`auditctl -l ended with ${result.code}: ${result.stderr.trim().split("\n", 1)[0] ?? ""}`);
  return known(parseAuditRules(result.stdout).flatMap((line) => (line.kind === "rule" ? [line.rule] : [])));
}

/** Where rules are added: at the end of a file of ours, or before the last `-e` of audit.rules. */
function addSteps(
  files: readonly RulesFile[],
  main: string | undefined,
  name: string,
  lines: readonly string[],
): readonly Step[] {
  const added = lines.map((line) => `${line}\n`).join("");
  const insert = (file: string, text: string, at: number): Step => {
    const gap = at > 0 && text[at - 1] !== "\n" ? "\n" : "";
    return { kind: "edit", file, edits: [{ span: { start: at, end: at }, text: `${gap}${added}` }] };
  };
  if (files.length === 0 && main !== undefined && parseAuditRules(main).length > 0) {
    // A file in rules.d would make augenrules replace this one.
    const last = parseAuditRules(main).findLast((line) => line.kind === "control" && line.option === "-e");
    return [insert(single, main, last?.span.start ?? main.length)];
  }
  const path = `${folder}/nodeward-${name}.rules`;
  const own = files.find((file) => file.path === path);
  if (own !== undefined) return [insert(path, own.text, own.text.length)];
  return [
    {
      kind: "write",
      file: path,
      content: `## Written by nodeward (auditd.rules.${name})\n${added}`,
      mode: 0o640,
    },
  ];
}

async function pathsThere(host: Host): Promise<ReadonlySet<string>> {
  const stats = await Promise.all(watchedPaths.map((path) => host.stat(path)));
  // A path that may not be looked at is there.
  return new Set(watchedPaths.filter((_, index) => stats[index]?.state !== "absent"));
}

/** By the packages' architecture; x86 where nothing says otherwise. */
function machineOf(installed: Fact<Packages>): Machine {
  const names =
    installed.state === "known" ? installed.value.all.map(({ architecture }) => architecture) : [];
  const own = names.find((name) => !["all", "noarch", "i386", "i686"].includes(name)) ?? "amd64";
  return own === "amd64" || own === "x86_64" ? x86 : others;
}

export const auditRules: FactSource<AuditRules> = {
  title: "the audit rules (/etc/audit/rules.d, /etc/audit/audit.rules, `auditctl -l`)",
  waits: "program",
  async gather(host, ask) {
    const stat = await host.stat("/etc/audit");
    if (stat.state === "absent") return absent("the audit daemon is not installed: no /etc/audit");
    if (stat.state !== "ok") return failed(stat.reason);
    const [{ files, unread }, main] = await Promise.all([rulesFiles(host), host.read(single)]);
    const doubts = [...unread, ...(main.state === "denied" || main.state === "failed" ? [main.reason] : [])];
    if (doubts.length > 0) return failed(doubts.join("; "));
    const text = main.state === "ok" ? main.text : undefined;
    const used = files.some((file) => parseAuditRules(file.text).length > 0);
    const lines = used
      ? compileAuditRules(files)
      : compileAuditRules(text === undefined ? [] : [{ path: single, text }]);
    if (lines.length > rulesLimit) return failed(`more than ${rulesLimit} audit rules`);
    const [loaded, there] = await Promise.all([loadedRules(host), pathsThere(host)]);
    const made = lines.map((line) => line.text).join("\n");
    return known({
      ...resolve(lines),
      compiled: used ? text !== undefined && sameAuditRules(made, text) : undefined,
      loaded,
      there,
      machine: machineOf(await ask(packages)),
      add: (name, added) => addSteps(files, text, name, added),
    });
  },
};
