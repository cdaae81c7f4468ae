// Entries of the journal as messages of syslog: RFC 5424 for a server, lines with a priority for this machine's own. Sends
// nothing.
import type { JournalEntry } from "./drift-notes.js";

/** RFC 5425 and RFC 5426: what every receiver should take. */
const messageLimit = 2048;
/** daemon (RFC 5424, 6.2.1). */
const facility = 3;
/** For structured data of one's own; this number stands for nobody (RFC 5612). */
const dataId = "nodeward@32473";

function priorityOf({ PRIORITY = "6" }: JournalEntry): number {
  return facility * 8 + Number(PRIORITY);
}

/** Cut at `limit` bytes, never inside of a character. */
function cut(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  let end = Math.max(0, limit);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString("utf8");
}

/** A name of a host as the header takes it: printable ASCII without a space. */
function hostOf(hostname: string): string {
  const name = hostname.replace(/[^\x21-\x7e]/g, "").slice(0, 255);
  return name === "" ? "-" : name;
}

/** RFC 5424, 6.3.3: quote, backslash and closing bracket are escaped. */
function parameter(name: string, value: string): string {
  return ` ${name}="${cut(value, 256).replace(/["\\\]]/g, "\\$&")}"`;
}

/** One message (RFC 5424) an entry, at most 2048 bytes. */
export function syslogMessages(
  entries: readonly JournalEntry[],
  hostname: string,
  at: string,
): readonly string[] {
  return entries.map((entry) => {
    const parameters = Object.entries(entry)
      .filter(([name]) => name.startsWith("NODEWARD_"))
      .map(([name, value]) => parameter(name.slice("NODEWARD_".length).toLowerCase(), value));
    const head = `<${priorityOf(entry)}>1 ${at} ${hostOf(hostname)} nodeward - drift [${dataId}${parameters.join("")}] `;
    // The text is UTF-8, and says so (6.4).
    return cut(`${head}\ufeff${entry.MESSAGE ?? ""}`, messageLimit);
  });
}

/** One line an entry as `logger --prio-prefix` reads it. What reads /dev/log knows no RFC 5424, unless it is told to. */
export function localSyslogLines(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `<${priorityOf(entry)}>${cut(entry.MESSAGE ?? "", messageLimit)}\n`).join("");
}
