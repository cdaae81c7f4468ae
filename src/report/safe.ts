// A report with every text made safe to show: no control characters, no reordering, bounded. Escaping is each format's.
import { printable } from "../core/printable.js";
import type { Report, Result } from "../core/report.js";

/** Characters of one text; the engine keeps to far less, a saved report need not. */
const limit = 4096;

const clean = (text: string): string => printable(text, limit);

function cleanReferences(references: Result["references"]): Result["references"] {
  return Object.fromEntries(
    Object.entries(references).map(([framework, items]) => [clean(framework), items.map(clean)]),
  );
}

function cleanResult(result: Result): Result {
  const { waiver } = result;
  return {
    ...result,
    id: clean(result.id),
    title: clean(result.title),
    domain: clean(result.domain),
    expected: clean(result.expected),
    actual: clean(result.actual),
    evidence: result.evidence.map(({ source, line, text }) => ({
      source: clean(source),
      line,
      text: clean(text),
    })),
    message: clean(result.message),
    details: result.details.map(clean),
    why: clean(result.why),
    remediation: clean(result.remediation),
    tags: result.tags.map(clean),
    references: cleanReferences(result.references),
    ...(waiver === undefined
      ? {}
      : {
          waiver: {
            reason: clean(waiver.reason),
            owner: clean(waiver.owner),
            expires: clean(waiver.expires),
          },
        }),
  };
}

/**
 * What a renderer for people or other programs starts with: the engine has cleaned its own reports, but a saved one
 * comes from another machine.
 */
export function safe(report: Report): Report {
  const { tool, run, host } = report;
  return {
    ...report,
    tool: { name: tool.name, version: clean(tool.version) },
    run: {
      ...run,
      id: clean(run.id),
      startedAt: clean(run.startedAt),
      root: clean(run.root),
      profile: clean(run.profile),
    },
    host: {
      hostname: clean(host.hostname),
      os: clean(host.os),
      kernel: clean(host.kernel),
      kubelet: host.kubelet === null ? null : clean(host.kubelet),
      roles: host.roles.map(clean),
    },
    results: report.results.map(cleanResult),
  };
}
