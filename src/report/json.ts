// The report as JSON (INTERFACE, report version 1; schema in report-schema.json). One document, newline at the end.
import type { Report } from "../core/report.js";

export function json(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
