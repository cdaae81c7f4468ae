// The findings of one domain as lines of text: what was found, where, what is expected, how to put it right.
import type { Status } from "../core/outcome.js";
import type { Evidence, Result } from "../core/report.js";
import { count, type Group, kindOfReason, partition, placeOf } from "./arrange.js";
import type { Palette } from "./palette.js";
import type { View } from "./view.js";
import { hang, pad, widthOf, wrap } from "./wrap.js";

const mark: Readonly<Record<Status, string>> = {
  fail: "FAIL",
  error: "ERROR",
  waived: "WAIVED",
  "not-applicable": "N/A",
  pass: "PASS",
};

/** Columns of the mark, and of the label of a row below it. */
const margin = 7;
const labelWidth = 10;
/** Sentences and places shown of one finding; --verbose shows all. */
const itemLimit = 5;
/** Reasons of not being applicable that get a line each. */
const reasonLimit = 4;
/** From here on a title stands beside the id. */
const wide = 120;
/** Prose is easier to read in shorter lines than a wide terminal has. */
const proseWidth = 110;

class Writer {
  readonly lines: string[] = [];
  constructor(
    readonly view: View,
    readonly palette: Palette,
  ) {}

  /** The first line of a finding. */
  head(status: Status, words: string): void {
    this.lines.push("", this.palette.status(status)(pad(mark[status], margin)) + words);
  }

  /** Prose under the first line. */
  prose(text: string, paint: (text: string) => string): void {
    const width = Math.min(proseWidth, this.view.columns - margin);
    for (const line of wrap(text, width)) this.lines.push(" ".repeat(margin) + paint(line));
  }

  /** A labelled row, its text behind `bullet`; nothing when there is nothing to say. */
  row(label: string, text: string, bullet = ""): void {
    if (text === "") return;
    const columns = Math.min(proseWidth + margin, this.view.columns);
    const start = " ".repeat(margin) + pad(label, labelWidth) + bullet;
    for (const [index, line] of hang(start, text, columns).entries())
      this.lines.push(index === 0 ? this.faintLabel(line, label) : line);
  }

  /** A labelled row of several sentences, one under the other. */
  rows(label: string, texts: readonly string[]): void {
    const limit = this.view.verbose ? texts.length : itemLimit;
    const bullet = texts.length > 1 ? "- " : "";
    for (const [index, text] of texts.slice(0, limit).entries())
      this.row(index === 0 ? label : "", text, bullet);
    this.rest(texts.length - limit);
  }

  /** Says that a list was cut. The report itself holds a bounded number, so that ours would not be the true one. */
  private rest(left: number): void {
    if (left > 0) this.row("", "… (--verbose shows more)");
  }

  /** `file:line` and the text of the line: beside it where there is room, else below it. */
  places(evidence: readonly Evidence[]): void {
    const limit = this.view.verbose ? evidence.length : itemLimit;
    for (const [index, one] of evidence.slice(0, limit).entries()) {
      const start = " ".repeat(margin) + pad(index === 0 ? "Where" : "", labelWidth);
      const place = placeOf(one);
      const text = one.text.trim();
      const room = this.view.columns - widthOf(start) - widthOf(place) - 3;
      const beside = text !== "" && widthOf(text) <= room;
      const faint = this.palette.faint;
      this.lines.push(this.faintLabel(start, "Where") + place + (beside ? faint(" │ ") + text : ""));
      if (text !== "" && !beside)
        for (const line of wrap(text, this.view.columns - widthOf(start) - 2))
          this.lines.push(`${" ".repeat(widthOf(start))}${faint("│ ")}${line}`);
    }
    this.rest(evidence.length - limit);
  }

  private faintLabel(line: string, label: string): string {
    return label === "" ? line : line.replace(label, this.palette.faint(label));
  }
}

/** Severity and id, and the title beside them where the terminal is wide. */
function headOf(writer: Writer, { status, severity, id, title }: Result): void {
  const { strong, faint, severity: paint } = writer.palette;
  const head = `${paint(severity)(severity.padEnd(8))}  ${strong(id)}`;
  const width = margin + 10 + widthOf(id) + 2 + widthOf(title);
  if (writer.view.columns >= wide && width <= writer.view.columns) {
    writer.head(status, `${head}  ${faint(title)}`);
    return;
  }
  writer.head(status, head);
  writer.prose(title, faint);
}

function finding(writer: Writer, result: Result): void {
  headOf(writer, result);
  const { status, details, message, waiver } = result;
  const said = details.length > 0 ? details : message === "" ? [] : [message];
  writer.rows(status === "pass" ? "Note" : status === "error" ? "Reason" : "Problem", said);
  writer.row("Found", result.actual);
  writer.row("Expected", result.expected);
  writer.places(result.evidence);
  if (status === "waived" && waiver !== undefined)
    writer.row("Waiver", `${waiver.reason} (${waiver.owner}, until ${waiver.expires})`);
  else writer.row("To fix", result.remediation);
}

/** Errors for the same kind of reason as one entry: each reason once, with the checks it kept from being decided. */
function errors(writer: Writer, results: readonly Result[]): void {
  for (const alike of partition(results, ({ message }) => kindOfReason(message)).values()) {
    const [first] = alike;
    if (first === undefined) continue;
    if (alike.length === 1) {
      finding(writer, first);
      continue;
    }
    writer.head("error", writer.palette.strong(`${count(alike.length, "check")} could not be decided`));
    for (const [reason, checks] of partition(alike, ({ message }) => message)) {
      writer.row("Reason", reason);
      writer.row("Checks", checks.map(({ id }) => id).join(", "));
    }
  }
}

/** Why checks do not apply: a line a reason, or, where the reasons are many, all in one paragraph. */
function notApplicable(writer: Writer, results: readonly Result[]): void {
  if (results.length === 0) return;
  const { view, palette } = writer;
  const byReason = [...partition(results, ({ message }) => (message === "" ? "no reason given" : message))];
  const start = (checks: number) => `${pad(mark["not-applicable"], margin)}${count(checks, "check")}: `;
  const paragraphs =
    view.verbose || byReason.length <= reasonLimit
      ? byReason.map(([reason, checks]) => {
          const ids = view.verbose ? ` (${checks.map(({ id }) => id).join(", ")})` : "";
          return hang(start(checks.length), reason + ids, view.columns);
        })
      : [
          hang(
            start(results.length),
            byReason
              .map(([reason, checks]) => (checks.length === 1 ? reason : `${reason} (${checks.length})`))
              .join("; "),
            view.columns,
          ),
        ];
  writer.lines.push("", ...paragraphs.flat().map(palette.faint));
}

/** What there is to say of a domain: failures, errors, waivers, what does not apply; what passed with `verbose`. */
export function findings(group: Group, view: View, palette: Palette): readonly string[] {
  const writer = new Writer(view, palette);
  const of = (status: Status) => group.results.filter((result) => result.status === status);
  for (const result of of("fail")) finding(writer, result);
  errors(writer, of("error"));
  for (const result of of("waived")) finding(writer, result);
  notApplicable(writer, of("not-applicable"));
  if (view.verbose) for (const result of of("pass")) finding(writer, result);
  return writer.lines;
}
