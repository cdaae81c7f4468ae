// Lines in which AppArmor tells what it allowed or denied: of audit.log and ausearch, of the kernel log, of the journal as text,
// JSON and export, and of dbus-daemon. Draws no rule from them.
import { auditLosses } from "./audit-losses.js";
import { journalMessage } from "./journal-line.js";

export const verdicts = ["ALLOWED", "DENIED", "AUDIT", "KILLED"] as const;

export interface AppArmorEvent {
  /** ALLOWED: would have been denied, had the profile been enforced (kernel, security/apparmor/audit.c). */
  readonly verdict: (typeof verdicts)[number];
  readonly operation: string;
  /** Of the confined program, as the kernel names it: `parent//child`, `parent//null-…`. */
  readonly profile: string;
  /** Of another policy namespace than the machine's; empty for its own. */
  readonly namespace: string;
  /** Field by name, decoded. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Fields in which the kernel writes text of others, hexadecimal where it holds a byte that it does not print. */
const untrusted = new Set([
  "addr",
  "comm",
  "label",
  "name",
  "namespace",
  "options",
  "peer",
  "peer_addr",
  "peer_label",
  "profile",
  "srcname",
  "target",
  "tcontext",
  "trans",
]);

const fieldName = /[A-Za-z_]{1,40}=/y;
const nextField = /[ \x1d](?=[A-Za-z_]{1,40}=)|\x1d|'(?=\s|$)/g;

/** Bytes as text: UTF-8 where they are that, else one character a byte, those beyond ASCII not told. */
function decoded(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1").replace(/[\x80-\xff]/g, "\ufffd") : text;
}

/** `a="x" b=y`; values without quotes end before the next name (ausearch -i writes blanks into them). */
function fieldsOf(line: string, start: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const raw = line[start + "apparmor=".length] === '"';
  let at = start;
  while (at < line.length) {
    fieldName.lastIndex = at;
    const [name] = fieldName.exec(line) ?? [];
    if (name === undefined) {
      at++;
      continue;
    }
    const key = name.slice(0, -1);
    at += name.length;
    const quoted = line[at] === '"' ? line.indexOf('"', at + 1) : -1;
    nextField.lastIndex = at;
    const end = quoted > 0 ? quoted : (nextField.exec(line)?.index ?? line.length);
    const value = quoted > 0 ? line.slice(at + 1, end) : line.slice(at, end).trimEnd();
    const isHex = raw && quoted < 0 && untrusted.has(key) && /^(?:[0-9A-F]{2})+$/.test(value);
    // The first wins: what follows a quoted text may be of the one who sent a message.
    if (!fields.has(key)) fields.set(key, isHex ? decoded(value) : value);
    at = quoted > 0 ? end + 1 : end;
  }
  return fields;
}

/** `ns:` parts of a label and of a profile's name (`:ns:name`, `:ns://name`), and the first of a stack. */
function profileOf(fields: ReadonlyMap<string, string>): {
  readonly profile: string;
  readonly namespace: string;
} {
  const [label = ""] = (fields.get("profile") ?? fields.get("label") ?? "").split("//&", 1);
  const [, prefix = "", profile = label] = /^:([^:]{1,400}):(?:\/\/)?(.*)$/s.exec(label) ?? [];
  const namespace = (fields.get("namespace") ?? prefix).replace(/^root\/{0,2}(?:\/\/|$)/, "");
  return { profile, namespace };
}

export function isAppArmorLog(whole: string): boolean {
  return /apparmor=\\?"?(?:ALLOWED|DENIED|AUDIT|STATUS|HINT|ERROR|KILLED)/.test(whole);
}

/** Serial numbers remembered to tell repeated lines; more are not told. */
const idLimit = 200_000;

/** Reads recordings line by line and hands over what it finds; never throws, passes over other lines. */
export class AppArmorLogReader {
  /** Why events may be missing. */
  readonly gaps = new Set<string>();
  private readonly ids = new Set<string>();
  /** Lines that tell of something else than an access: profiles loaded, hints, errors. */
  others = 0;
  /** Lines met twice: the journal keeps what auditd and the kernel wrote. */
  repeated = 0;

  constructor(private readonly found: (event: AppArmorEvent) => void) {}

  read(text: string): void {
    for (const line of text.split("\n")) this.readLine(line);
  }

  private readLine(whole: string): void {
    for (const reason of auditLosses(whole)) this.gaps.add(reason);
    if (!whole.includes("apparmor=")) return;
    const line = journalMessage(whole.replace(/\r$/, ""));
    const start = line.indexOf("apparmor=");
    if (start < 0) return;
    const fields = fieldsOf(line, start);
    const verdict = verdicts.find((one) => one === fields.get("apparmor"));
    const operation = fields.get("operation") ?? "";
    if (verdict === undefined) {
      this.others++;
      return;
    }
    const { profile, namespace } = profileOf(fields);
    if (operation === "" || profile === "") {
      this.gaps.add("lines without an operation or a profile that could be told");
      return;
    }
    if (this.met(line, start)) this.repeated++;
    else this.found({ verdict, operation, profile, namespace, fields });
  }

  /** By the serial number and all that follows: the same event, by whichever way it came. */
  private met(line: string, start: number): boolean {
    const serial = /audit\([^()]{1,60}:(\d{1,20})\)/.exec(line.slice(0, start))?.[1];
    if (serial === undefined) return false;
    const key = `${serial} ${line
      .slice(start)
      .replace(/[\x1d'].*$/s, "")
      .trimEnd()}`;
    if (this.ids.has(key)) return true;
    if (this.ids.size < idLimit) this.ids.add(key);
    return false;
  }
}
