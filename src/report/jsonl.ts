// The report as JSON lines for log pipelines: one line for the run, then one a check, each complete in itself.
import type { Report } from "../core/report.js";

export function jsonl({ results, ...about }: Report): string {
  const { run, host } = about;
  const lines = [
    { type: "run", ...about },
    ...results.map((result) => ({
      type: "result",
      run: run.id,
      time: run.startedAt,
      hostname: host.hostname,
      ...result,
    })),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}
