// Lines in which the kernel tells what a seccomp filter logged or refused: of the audit log, of ausearch, of the kernel log and
// the journal. Other audit lines are not read.
import { auditLosses } from "./audit-losses.js";
import { journalMessage } from "./journal-line.js";
import { type Recording, ruledCalls, Tally } from "./syscall-recording.js";
import type { Architecture, SyscallTable } from "./syscall-table.js";

/** Of include/uapi/linux/audit.h (AUDIT_ARCH_…). */
const architectures: ReadonlyMap<string, Architecture> = new Map([
  ["c000003e", "x86_64"],
  ["40000003", "x86"],
  ["c00000b7", "aarch64"],
  ["40000028", "arm"],
  ["c00000f3", "riscv64"],
  ["80000016", "s390x"],
  ["c0000015", "ppc64le"],
]);
const x32Bit = 0x40000000;

/** The last is the journal's, of what it took from the audit itself. */
const isOne =
  /\btype=(?:1326|SECCOMP)\b|\baudit(?:\[\d{1,10}\])?: SECCOMP |^(?:audit\([^()]{1,60}\): )?SECCOMP /;
const field = (name: string) => new RegExp(`(?:^|[ \\x1d])${name}=("[^"]{0,4096}"|[^ \\x1d]{0,4096})`);
const fields = {
  arch: field("arch"),
  syscall: field("syscall"),
  code: field("code"),
  comm: field("comm"),
  exe: field("exe"),
  a0: field("a0"),
} as const;

/** A value without its quotes; hexadecimal where the kernel found a byte that it does not print (audit_log_untrustedstring). */
function text(value: string | undefined): string {
  if (value === undefined) return "";
  if (value.startsWith('"')) return value.slice(1, -1);
  return /^(?:[0-9A-F]{2})+$/.test(value) ? Buffer.from(value, "hex").toString("latin1") : value;
}

function fieldOf(line: string, name: keyof typeof fields): string | undefined {
  return fields[name].exec(line)?.[1];
}

/** `c000003e`, or `x86_64` of ausearch -i; x32 calls come with the mark of their numbers. */
function architectureOf(word: string | undefined, number: number): Architecture | undefined {
  const found = architectures.get(word ?? "") ?? [...architectures.values()].find((one) => one === word);
  return found === "x86_64" && Number.isInteger(number) && (number & x32Bit) !== 0 ? "x32" : found;
}

function first(line: string): readonly bigint[] | undefined {
  const a0 = fieldOf(line, "a0");
  return a0 !== undefined && /^(?:0x)?[0-9a-f]{1,16}$/.test(a0)
    ? [BigInt(`0x${a0.replace(/^0x/, "")}`)]
    : undefined;
}

export function isAuditSeccomp(whole: string): boolean {
  return isOne.test(whole) || /"SECCOMP auid=/.test(whole);
}

/** Reads lines `type=SECCOMP` (auditd) and `type=1326` (kernel log); `only`: of the program of this name alone. */
export function parseAuditSeccomp(whole: string, table: SyscallTable, only = ""): Recording {
  const tally = new Tally();
  for (const given of whole.split("\n")) {
    const line = given.includes('"MESSAGE"') ? journalMessage(given) : given;
    for (const reason of auditLosses(line)) tally.gap(reason);
    if (!isOne.test(line)) continue;
    const [comm, exe] = [text(fieldOf(line, "comm")), text(fieldOf(line, "exe"))];
    const word = fieldOf(line, "syscall") ?? "";
    const number = /^\d{1,10}$/.test(word) ? Number(word) : Number.NaN;
    const architecture = architectureOf(fieldOf(line, "arch"), number);
    if (architecture === undefined || word === "") {
      tally.gap("lines without an architecture or a call that could be told");
      continue;
    }
    // runc's own process, between the filter and the program.
    if (/^runc:\[/.test(comm)) {
      tally.ofRuntime++;
      continue;
    }
    if (only !== "" && comm !== only && exe !== only && !exe.endsWith(`/${only}`)) continue;
    tally.program(exe === "" ? comm : exe);
    const call = Number.isNaN(number) ? word : (table.name(number, architecture) ?? number);
    const list = typeof call === "string" && ruledCalls.has(call) ? first(line) : undefined;
    tally.add(call, architecture, 1, list);
  }
  return tally.recording("audit");
}
