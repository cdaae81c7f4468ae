// Reads a saved JSON report (version 1), strictly: the wrong document is refused with the place that is wrong. Reads no
// file. What a newer version 1 adds is passed over; what this one added to INTERFACE may be missing.
import { risks, type Status, severities, statuses } from "../core/outcome.js";
import {
  domainForm,
  type Evidence,
  type HostHeader,
  idForm,
  type Report,
  type Result,
  type Summary,
  type Waiver,
} from "../core/report.js";

export type Saved =
  | { readonly state: "ok"; readonly report: Report }
  | { readonly state: "error"; readonly reason: string };

type Json = ReadonlyMap<string, unknown>;

const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Remembers the first thing that is wrong, and goes on with harmless values. */
class Strict {
  problem: string | undefined;

  wrong(at: string, takes: string): void {
    this.problem ??= `${at === "" ? "the document" : at} takes ${takes}`;
  }
  map(value: unknown, at: string): Json {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return new Map<string, unknown>(Object.entries(value));
    this.wrong(at, "an object");
    return new Map();
  }
  list<T>(value: unknown, at: string, read: (item: unknown, at: string) => T): readonly T[] {
    if (!Array.isArray(value)) {
      this.wrong(at, "a list");
      return [];
    }
    const items: readonly unknown[] = value;
    return items.map((item, index) => read(item, `${at}[${index}]`));
  }
  text(value: unknown, at: string, form?: RegExp, takes = "a text"): string {
    if (typeof value === "string" && (form === undefined || form.test(value))) return value;
    this.wrong(at, takes);
    return "";
  }
  number(value: unknown, at: string, max = Number.MAX_SAFE_INTEGER): number {
    if (typeof value === "number" && value >= 0 && value <= max) return value;
    this.wrong(at, `a number from 0 to ${max}`);
    return 0;
  }
  flag(value: unknown, at: string): boolean {
    if (typeof value !== "boolean") this.wrong(at, "true or false");
    return value === true;
  }
  oneOf<const T extends string>(value: unknown, at: string, words: readonly [T, ...T[]]): T {
    const found = words.find((word) => word === value);
    if (found === undefined) this.wrong(at, `one of ${words.join(", ")}`);
    return found ?? words[0];
  }
  texts(value: unknown, at: string): readonly string[] {
    return this.list(value, at, (item, place) => this.text(item, place));
  }
}

function evidenceOf(value: unknown, at: string, strict: Strict): Evidence {
  const map = strict.map(value, at);
  return {
    source: strict.text(map.get("source"), `${at}.source`),
    line: strict.number(map.get("line"), `${at}.line`),
    text: strict.text(map.get("text"), `${at}.text`),
  };
}

function waiverOf(value: unknown, at: string, strict: Strict): Waiver {
  const map = strict.map(value, at);
  return {
    reason: strict.text(map.get("reason"), `${at}.reason`),
    owner: strict.text(map.get("owner"), `${at}.owner`),
    expires: strict.text(map.get("expires"), `${at}.expires`),
  };
}

function referencesOf(value: unknown, at: string, strict: Strict): Result["references"] {
  const entries = [...strict.map(value, at)];
  return Object.fromEntries(entries.map(([name, items]) => [name, strict.texts(items, `${at}.${name}`)]));
}

function resultOf(value: unknown, at: string, strict: Strict): Result {
  const map = strict.map(value, at);
  const text = (key: string) => strict.text(map.get(key), `${at}.${key}`);
  const later = (key: string) => (map.has(key) ? text(key) : "");
  const laterList = (key: string) => (map.has(key) ? strict.texts(map.get(key), `${at}.${key}`) : []);
  return {
    id: strict.text(map.get("id"), `${at}.id`, idForm, "the id of a check"),
    title: text("title"),
    domain: strict.text(map.get("domain"), `${at}.domain`, domainForm, "the name of a domain"),
    severity: strict.oneOf(map.get("severity"), `${at}.severity`, severities),
    status: strict.oneOf(map.get("status"), `${at}.status`, statuses),
    expected: text("expected"),
    actual: text("actual"),
    evidence: strict.list(map.get("evidence"), `${at}.evidence`, (item, place) =>
      evidenceOf(item, place, strict),
    ),
    message: text("message"),
    details: laterList("details"),
    why: later("why"),
    remediation: later("remediation"),
    fixable: strict.flag(map.get("fixable"), `${at}.fixable`),
    risk: strict.oneOf(map.get("risk"), `${at}.risk`, risks),
    tags: laterList("tags"),
    references: referencesOf(map.get("references"), `${at}.references`, strict),
    ...(map.has("waiver") ? { waiver: waiverOf(map.get("waiver"), `${at}.waiver`, strict) } : {}),
  };
}

function summaryOf(value: unknown, results: readonly Result[], strict: Strict): Summary {
  const map = strict.map(value, "summary");
  const number = (status: Status): number => {
    const said = strict.number(map.get(status), `summary.${status}`);
    const counted = results.filter((result) => result.status === status).length;
    if (said !== counted) strict.wrong(`summary.${status}`, `the number of such results, ${counted}`);
    return said;
  };
  return {
    pass: number("pass"),
    fail: number("fail"),
    error: number("error"),
    "not-applicable": number("not-applicable"),
    waived: number("waived"),
    score: strict.number(map.get("score"), "summary.score", 100),
  };
}

function hostOf(value: unknown, strict: Strict): HostHeader {
  const map = strict.map(value, "host");
  const text = (key: string) => strict.text(map.get(key), `host.${key}`);
  return {
    hostname: text("hostname"),
    os: text("os"),
    kernel: text("kernel"),
    kubelet: map.get("kubelet") === null ? null : text("kubelet"),
    roles: strict.texts(map.get("roles"), "host.roles"),
  };
}

function reportOf(document: unknown, strict: Strict): Report {
  const top = strict.map(document, "");
  const tool = strict.map(top.get("tool"), "tool");
  const run = strict.map(top.get("run"), "run");
  const text = (key: string) => strict.text(run.get(key), `run.${key}`);
  const results = strict.list(top.get("results"), "results", (item, at) => resultOf(item, at, strict));
  return {
    schemaVersion: 1,
    tool: {
      name: strict.oneOf(tool.get("name"), "tool.name", ["nodeward"]),
      version: strict.text(tool.get("version"), "tool.version"),
    },
    run: {
      id: text("id"),
      startedAt: strict.text(run.get("startedAt"), "run.startedAt", timeForm, "a time as RFC 3339"),
      durationMs: strict.number(run.get("durationMs"), "run.durationMs"),
      root: text("root"),
      profile: text("profile"),
    },
    host: hostOf(top.get("host"), strict),
    summary: summaryOf(top.get("summary"), results, strict),
    results,
  };
}

/** Why a document is not for us at all, where it can be told in plainer words than a missing field. */
function otherKind(document: unknown): string | undefined {
  if (typeof document !== "object" || document === null) return "not a report: a report is a JSON object";
  const map = new Map<string, unknown>(Object.entries(document));
  if (map.get("kind") === "fleet") return "a fleet report: give the reports of the nodes themselves";
  if (map.has("runs") && !map.has("results")) return "a SARIF log: save the report with --format json";
  const version = map.get("schemaVersion");
  if (version === undefined) return "not a report of nodeward: it has no schemaVersion";
  return version === 1
    ? undefined
    : `report version ${JSON.stringify(version)}: this nodeward reads version 1`;
}

function parse(text: string): { readonly document: unknown } | { readonly reason: string } {
  if (text.trim() === "") return { reason: "empty" };
  try {
    const document: unknown = JSON.parse(text);
    return { document };
  } catch (error) {
    if (/^\{"type":"run"/.test(text)) return { reason: "JSON lines: save the report with --format json" };
    return { reason: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export function readReport(text: string): Saved {
  const parsed = parse(text);
  if ("reason" in parsed) return { state: "error", reason: parsed.reason };
  const other = otherKind(parsed.document);
  if (other !== undefined) return { state: "error", reason: other };
  const strict = new Strict();
  const report = reportOf(parsed.document, strict);
  return strict.problem === undefined
    ? { state: "ok", report }
    : { state: "error", reason: `not a report of version 1: ${strict.problem}` };
}
