// What changed as a mail for people (RFC 5322, MIME): plain text in UTF-8, several reports in one mail. Sends nothing.
import { createHash } from "node:crypto";
import { printable } from "../core/printable.js";

export interface MailReport {
  readonly subject: string;
  readonly text: string;
}

export interface MailHead {
  readonly to: readonly string[];
  /** Undefined: root at `hostname`. */
  readonly from: string | undefined;
  readonly hostname: string;
  readonly atMs: number;
}

const subjectLimit = 150;
const reportLimit = 48 * 1024;
const mailLimit = 256 * 1024;
/** Of an encoded word 75 characters are allowed (RFC 2047, 2). */
const wordBytes = 42;

/** A header's value of printable ASCII as it is, other text as encoded words (RFC 2047), one a line. */
function headerText(given: string): string {
  const text = printable(given.replace(/\s+/g, " ").trim(), subjectLimit);
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes("=?")) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (Buffer.byteLength(word + character) > wordBytes) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part).toString("base64")}?=`).join("\n ");
}

/** `text` to its limit in lines, and how many are left out. */
function cutLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const kept = text.slice(0, text.lastIndexOf("\n", limit) + 1);
  const left = text.slice(kept.length).split("\n").length;
  return `${kept}… and ${left} more lines: nodeward drift on the node\n`;
}

function domainOf(hostname: string): string {
  const name = hostname
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, "")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 253);
  return name === "" ? "localhost" : name;
}

/** RFC 5322, 3.3. */
function dateText(atMs: number): string {
  return new Date(atMs).toUTCString().replace(/GMT$/, "+0000");
}

/**
 * The whole message, with the line ends that sendmail takes. No text of the node is in a header but in the subject, and
 * there as one line. `id` makes the mail known again where it is told twice.
 */
export function mailMessage(head: MailHead, reports: readonly MailReport[], id: string): string {
  const domain = domainOf(head.hostname);
  const [only] = reports;
  const subject =
    reports.length === 1 && only !== undefined
      ? only.subject
      : `nodeward: ${head.hostname}: ${reports.length} reports of changes`;
  const texts = reports.map(({ text }) => cutLines(text, reportLimit));
  const body = Buffer.from(cutLines(texts.join("\n"), mailLimit).toWellFormed()).toString("base64");
  const unique = createHash("sha256").update(id).digest("hex").slice(0, 32);
  return [
    `From: nodeward <${head.from ?? `root@${domain}`}>`,
    `To: ${head.to.join(",\n ")}`,
    `Subject: ${headerText(subject)}`,
    `Date: ${dateText(head.atMs)}`,
    `Message-ID: <${unique}.nodeward@${domain}>`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    ...(body.match(/.{1,76}/g) ?? []),
    "",
  ].join("\n");
}
