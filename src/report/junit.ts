// The report as JUnit XML, as CI servers read it: a suite a domain, a case a check.
import type { Report, Result } from "../core/report.js";
import { byDomain, type Group, placeOf } from "./arrange.js";
import { xmlText } from "./escape.js";
import { safe } from "./safe.js";

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join("");
}

function body(result: Result): string {
  const rows: readonly (readonly [string, string])[] = [
    ["", result.title],
    ...result.details.map((detail) => ["", detail] as const),
    ["found: ", result.actual],
    ["expected: ", result.expected],
    ...result.evidence.map(
      (one) => ["where: ", `${placeOf(one)}${one.text === "" ? "" : ` | ${one.text}`}`] as const,
    ),
    ["to fix: ", result.remediation],
  ];
  return rows
    .filter(([, text]) => text !== "")
    .map(([name, text]) => xmlText(name + text))
    .join("\n");
}

function verdict(result: Result): string {
  const { status, severity, message, waiver } = result;
  const reason = attributes({ message });
  if (status === "fail") return `<failure type="${severity}"${reason}>${body(result)}</failure>`;
  if (status === "error") return `<error type="undecided"${reason}>${body(result)}</error>`;
  if (status === "waived")
    return `<skipped${attributes({ message: `waived by ${waiver?.owner ?? ""} until ${waiver?.expires ?? ""}: ${waiver?.reason ?? ""}` })}/>`;
  if (status === "not-applicable") return `<skipped${reason}/>`;
  return "";
}

function testCase(result: Result): string {
  const head = `<testcase${attributes({ classname: `nodeward.${result.domain}`, name: result.id, time: 0 })}`;
  const inside = verdict(result);
  return inside === "" ? `    ${head}/>` : `    ${head}>${inside}</testcase>`;
}

function numbers(results: readonly Result[]): Readonly<Record<string, number>> {
  const of = (...statuses: readonly Result["status"][]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  return {
    tests: results.length,
    failures: of("fail"),
    errors: of("error"),
    skipped: of("waived", "not-applicable"),
  };
}

function suite({ run, host }: Report, group: Group): string {
  const about = { timestamp: run.startedAt.replace(/(?:\.\d+)?Z$/, ""), hostname: host.hostname };
  return [
    `  <testsuite${attributes({ name: `${host.hostname} ${group.domain}`.trim(), ...numbers(group.results), time: 0, ...about })}>`,
    ...group.results.map(testCase),
    "  </testsuite>",
  ].join("\n");
}

/** One document for one node or several. */
export function junit(given: readonly Report[]): string {
  const reports = given.map(safe);
  const all = reports.flatMap(({ results }) => results);
  const time = reports.reduce((sum, { run }) => sum + run.durationMs, 0) / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "nodeward", ...numbers(all), time })}>`,
    ...reports.flatMap((report) => byDomain(report.results).map((group) => suite(report, group))),
    "</testsuites>",
    "",
  ].join("\n");
}
