// The audit daemon's own configuration (auditd.conf(5)) and what the kernel says of auditing. Not the rules (audit-rules.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type AuditdConf, parseAuditdConf } from "../formats/auditd-conf.js";
import { LineIndex } from "../formats/traced.js";
import type { Host } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface AuditdValue {
  readonly value: string;
  /** Undefined where nothing sets it. */
  readonly source: Source | undefined;
}

export interface KernelAudit {
  /** 0 off, 1 on, 2 on and locked. */
  readonly enabled: number;
  /** Events that could not be kept since the boot. */
  readonly lost: number;
}

export interface Auditd {
  /** The value in force: the last line's, or auditd's default. */
  get(name: keyof typeof defaults): AuditdValue;
  /** Lines that auditd refuses: it does not start. */
  readonly broken: readonly Source[];
  /** As `auditctl -s` has it: absent where nothing runs here. */
  readonly kernel: Fact<KernelAudit>;
  set(name: keyof typeof defaults, value: string): Step;
}

/** What auditd does without a line (auditd-config.c). */
const defaults = {
  log_file: "/var/log/audit/audit.log",
  log_group: "root",
  max_log_file: "0",
  num_logs: "0",
  max_log_file_action: "ignore",
  space_left_action: "ignore",
  admin_space_left_action: "ignore",
  disk_full_action: "ignore",
  disk_error_action: "syslog",
} as const;

const path = "/etc/audit/auditd.conf";

async function kernelAudit(host: Host): Promise<Auditd["kernel"]> {
  const result = await host.run("audit-status");
  if (result.state === "absent") return absent(result.reason);
  if (result.state === "failed") return failed(result.reason);
  const [enabled, lost] = [/^enabled[ =]+(\d+)/m, /^lost[ =]+(\d+)/m].map((line) =>
    Number(line.exec(result.stdout)?.[1] ?? Number.NaN),
  );
  if (result.code !== 0 || enabled === undefined || Number.isNaN(enabled))
    return failed(`auditctl -s ended with ${result.code}: ${result.stderr.trim().split("\n", 1)[0] ?? ""}`);
  return known({ enabled, lost: lost === undefined || Number.isNaN(lost) ? 0 : lost });
}

function settingOf({ settings }: AuditdConf, lines: LineIndex, name: keyof typeof defaults): AuditdValue {
  const found = settings.findLast((one) => one.name === name);
  return found === undefined
    ? { value: defaults[name], source: undefined }
    : { value: found.value, source: lines.source(path, found.span) };
}

export const auditd: FactSource<Auditd> = {
  title: "the audit daemon's configuration (/etc/audit/auditd.conf, `auditctl -s`)",
  waits: "program",
  async gather(host) {
    const read = await host.read(path);
    if (read.state === "absent") return absent(`the audit daemon is not installed: no ${path}`);
    if (read.state !== "ok") return failed(read.reason);
    const lines = new LineIndex(read.text);
    const conf = parseAuditdConf(read.text);
    const starts = [0, ...[...read.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    const at = (line: number) => ({ start: starts[line - 1] ?? 0, end: starts[line - 1] ?? 0 });
    return known({
      get: (name) => settingOf(conf, lines, name),
      broken: conf.broken.map((line) => lines.source(path, at(line))),
      kernel: await kernelAudit(host),
      set: (name, value) => {
        const found = conf.settings.findLast((one) => one.name === name);
        const end = read.text.length;
        const gap = read.text === "" || read.text.endsWith("\n") ? "" : "\n";
        const edit =
          found === undefined
            ? { span: { start: end, end }, text: `${gap}${name} = ${value}\n` }
            : { span: found.valueSpan, text: value };
        return { kind: "edit", file: path, edits: [edit] };
      },
    });
  },
};
