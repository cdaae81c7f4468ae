// The message in a line that journalctl wrote as JSON (-o json, json-seq, json-sse, json-pretty). Reads no message.
import { asRecord, asText, parseJson } from "./json-value.js";

/** What the line says, with the number of the audit event that it stands for; any other line as it is. */
export function journalMessage(line: string): string {
  const pretty = /^\s*"MESSAGE" : ("(?:[^"\\]|\\.)*"),?\s*$/.exec(line)?.[1];
  if (pretty !== undefined) return String(parseJson(pretty) ?? "");
  const object = /^(?:\x1e|data: )?(\{.*)$/.exec(line)?.[1];
  const record = object === undefined ? undefined : asRecord(parseJson(object));
  if (record === undefined) return line;
  const text = asText(record.get("MESSAGE"));
  const id = record.get("_AUDIT_ID");
  const time = record.get("_SOURCE_REALTIME_TIMESTAMP") ?? record.get("__REALTIME_TIMESTAMP");
  return typeof id === "string" && !text.includes("audit(") ? `audit(${time}:${id}): ${text}` : text;
}
