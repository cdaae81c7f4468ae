// Events of Tracee as JSON, one a line or in a list: the system calls in them. Its signatures and other events are not read.
import { asList, asRecord, asText, type JsonRecord, parseJson } from "./json-value.js";
import { type Recording, ruledCalls, Tally } from "./syscall-recording.js";
import type { SyscallTable } from "./syscall-table.js";

/** The value of an argument: a number, or the text of one; `data` from version 1 on. */
function firstOf(event: JsonRecord): readonly bigint[] | undefined {
  const [first] = asList(event.get("args")) ?? asList(event.get("data")) ?? [];
  const value = asRecord(first)?.get("value");
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return [BigInt(value)];
  return typeof value === "string" && /^(?:0x[0-9a-f]{1,16}|\d{1,20})$/i.test(value)
    ? [BigInt(value)]
    : undefined;
}

function events(text: string): readonly JsonRecord[] {
  const whole = asList(parseJson(text));
  const values =
    whole ?? text.split("\n").map((line) => (line.trimStart().startsWith("{") ? parseJson(line) : undefined));
  return values.map(asRecord).filter((one) => one !== undefined);
}

/** The name of the thread: at the top, or in the workload of version 1. */
function programOf(event: JsonRecord): string {
  const own = event.get("processName");
  if (own !== undefined) return asText(own);
  const process = asRecord(asRecord(event.get("workload"))?.get("process"));
  return asText(asRecord(process?.get("thread"))?.get("name"));
}

export function isTracee(text: string): boolean {
  const start = text.slice(0, 64 * 1024);
  return start.includes('"eventName"') || (start.includes('"workload"') && start.includes('"name"'));
}

/** Reads eventName, and the call during which another event was raised; `only`: of the program of this name alone. */
export function parseTracee(text: string, table: SyscallTable, only = ""): Recording {
  const tally = new Tally();
  for (const event of events(text)) {
    const program = programOf(event);
    const name = asText(event.get("eventName") ?? event.get("name"));
    if (name === "") continue;
    if (/^runc:\[/.test(program)) {
      tally.ofRuntime++;
      continue;
    }
    if (only !== "" && program !== only) continue;
    tally.program(program);
    if (table.has(name)) tally.add(name, undefined, 1, ruledCalls.has(name) ? firstOf(event) : undefined);
    else {
      const during = asText(event.get("syscall"));
      if (table.has(during)) tally.add(during, undefined);
    }
    if (/^lost/i.test(name)) tally.gap("Tracee lost events");
  }
  return tally.recording("tracee");
}
