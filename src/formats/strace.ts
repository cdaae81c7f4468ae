// The output of strace(1), of -f with its pids, times and interrupted calls, and the table of -c. Makes no profile.
import { type Recording, ruledCalls, Tally } from "./syscall-recording.js";

/** Pid, time, number of the call: whatever the options -f, -o, -t, -r, -n put before it. */
const line =
  /^(?:\[pid +(\d+)\] +|(\d+) +)?(?:(?:\d{1,2}:\d{2}:\d{2}(?:\.\d+)?|\d+\.\d+) +)?(?:\[ *(?:0x)?[0-9a-f]+\] +)?([a-z_][a-z0-9_]*|\?{4})\((.*)$/;
const mode = /\[ Process PID=(\d+) runs in (32|64|x32) bit mode\. \]/;
const unknownNumber = /^syscall_0x([0-9a-f]{1,8})$/;
const header = /^% time +seconds +usecs\/call +calls/m;
const summaryRow = /^ *[\d.]+ +[\d.]+ +\d* +(\d+) +(?:\d+ +)?([a-z_][a-z0-9_]*|syscall_0x[0-9a-f]+)$/;

/** Families as strace writes them (address_families(7), linux/socket.h). */
const families: ReadonlyMap<string, bigint> = new Map(
  [
    ["AF_UNSPEC", 0],
    ["AF_UNIX", 1],
    ["AF_LOCAL", 1],
    ["AF_INET", 2],
    ["AF_AX25", 3],
    ["AF_INET6", 10],
    ["AF_KEY", 15],
    ["AF_NETLINK", 16],
    ["AF_PACKET", 17],
    ["AF_RDS", 21],
    ["AF_CAN", 29],
    ["AF_TIPC", 30],
    ["AF_BLUETOOTH", 31],
    ["AF_ALG", 38],
    ["AF_VSOCK", 40],
    ["AF_XDP", 44],
  ].map(([name, value]) => [String(name), BigInt(value ?? 0)]),
);
const personalities: ReadonlyMap<string, bigint> = new Map([
  ["PER_LINUX", 0n],
  ["PER_LINUX32", 8n],
  ["PER_LINUX|ADDR_NO_RANDOMIZE", 0x40000n],
]);

/** The first argument as a number; undefined for a word that is not known. */
function firstNumber(name: string, rest: string): bigint | undefined {
  const word = /^([A-Z][A-Z0-9_|]*|0x[0-9a-f]{1,16}|\d{1,20})(?=[,) ])/.exec(rest)?.[1];
  if (word === undefined) return undefined;
  if (/^[\d]/.test(word)) return BigInt(word);
  return name === "personality" ? personalities.get(word) : families.get(word);
}

function callOf(name: string): string | number {
  const number = unknownNumber.exec(name)?.[1];
  return number === undefined ? name : Number.parseInt(number, 16);
}

function summary(text: string): Recording {
  const tally = new Tally();
  for (const row of text.split("\n")) {
    const [, count, name] = summaryRow.exec(row.trimEnd()) ?? [];
    if (count !== undefined && name !== undefined && name !== "total")
      tally.add(callOf(name), undefined, Number(count));
  }
  tally.gap(
    "strace -c lists no call that never returns (exit_group) and no argument: the base set has the former",
  );
  return tally.recording("strace-summary");
}

class Reader {
  readonly tally = new Tally();
  private readonly narrow = new Set<string>();
  private last = "";

  read(text: string): void {
    const [, pid, bits] = mode.exec(text) ?? [];
    if (pid !== undefined) {
      if (bits === "32") this.narrow.add(pid);
      else this.narrow.delete(pid);
      if (bits === "x32")
        this.tally.gap("a process ran in x32 mode, whose calls are taken for those of x86_64");
      return;
    }
    const [, bracketed, bare, name, rest = ""] = line.exec(text) ?? [];
    if (name === undefined) return;
    if (name === "????") {
      this.tally.gap("strace could not read some calls (????)");
      return;
    }
    const own = bracketed ?? bare ?? this.last;
    this.last = own;
    const first = ruledCalls.has(name) ? firstNumber(name, rest) : undefined;
    if (name === "execve" && /\)\s+= 0$/.test(rest))
      this.tally.program(/^"((?:[^"\\]|\\.){1,400})"/.exec(rest)?.[1] ?? "");
    // Only x86 has a 32-bit mode that strace tells of; arm's is told by the numbers of audit lines.
    this.tally.add(
      callOf(name),
      this.narrow.has(own) ? "x86" : undefined,
      1,
      first === undefined ? undefined : [first],
    );
  }
}

export function isStrace(text: string): boolean {
  if (header.test(text)) return true;
  const lines = text.slice(0, 64 * 1024).split("\n");
  return lines.some((one) => /\)\s+= (?:-?\d|0x|\?)/.test(one) && line.test(one));
}

/** Reads what strace printed to its standard error or to the file of -o; a resumed call was counted when it began. */
export function parseStrace(text: string): Recording {
  if (header.test(text)) return summary(text);
  const reader = new Reader();
  for (const one of text.split("\n")) reader.read(one);
  return reader.tally.recording("strace");
}
