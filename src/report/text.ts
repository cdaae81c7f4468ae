// The report for a person at a terminal.

import type { Report } from "../core/report.js";
import { place } from "../core/source.js";
import type { View } from "./view.js";

export function text(report: Report, _view: View): string {
  const lines = report.results
    .filter(({ status }) => status === "fail" || status === "error")
    .map(({ status, id, message, evidence }) => {
      const where = evidence.map(({ source, line, text }) =>
        place({ file: source, line, text, span: { start: 0, end: 0 } }),
      );
      return `${status} ${id}: ${message} [${where.join(" ")}]`;
    });
  const { pass, fail, error, score } = report.summary;
  return `${[...lines, `${pass} pass, ${fail} fail, ${error} error, score ${score}`].join("\n")}\n`;
}
