// The shape of staticpods.* and containers.*: one question asked of every container, with the pods of which it is expected.
import { notApplicable, type Verdict } from "../core/outcome.js";
import { type Param, type ParamSpec, type Params, words } from "../core/param.js";
import { listing, printable } from "../core/printable.js";
import { type Source, wholeFile } from "../core/source.js";
import { matchesWildcard } from "../core/wildcard.js";
import type { Contained, ContainedSet, Grant } from "../facts/contained.js";
import { type ContainmentName, type ContainmentRow, containmentRows } from "./containment-rows.js";
import type { Check, Meta } from "./define.js";
import {
  type HostPathParams,
  harmlessPaths,
  isSensitive,
  reachesSocket,
  readOnlyPaths,
  sensitivePaths,
} from "./host-paths.js";

export interface Family {
  readonly domain: string;
  /** "static pod" or "container". */
  readonly subject: string;
  /** Where a remedy is written: "In the manifest". */
  readonly place: string;
  /** Patterns of `namespace/pod` that may have it, by question; those not named: none. */
  readonly expected: Readonly<Partial<Record<ContainmentName, readonly string[]>>>;
  /** Paths that expected pods mount. */
  readonly paths: readonly string[];
  /** Capabilities that any container may have. */
  readonly capabilities: readonly string[];
}

/** How a family makes a check of its fact. */
export type Define = <S extends ParamSpec>(
  spec: Meta & { readonly params: S; judge(set: ContainedSet, params: Params<S>): Verdict },
) => Check;

interface Question {
  readonly row: ContainmentRow;
  readonly expected: readonly string[];
  /** Is this grant one that the question is about? */
  wanted(grant: Grant, one: Contained): boolean;
  /** May an expected pod have it, whatever it is? */
  readonly tolerant: boolean;
}

function isExpected({ owner }: Contained, expected: readonly string[]): boolean {
  return expected.some((pattern) => matchesWildcard(pattern, owner));
}

function shown({ kind, detail, writable }: Grant): string {
  return kind === "host-path" ? `${printable(detail)} (${writable ? "writable" : "read-only"})` : detail;
}

function describe(row: ContainmentRow, one: Contained, grants: readonly Grant[]): string {
  const subject =
    row.ofPod === true ? printable(one.owner) : printable(`${one.owner}, container ${one.container},`);
  if (!row.message.endsWith(":")) return `${subject} ${row.message}`;
  return `${subject} ${row.message} ${listing([...new Set(grants.map(shown))], 12)}`;
}

interface Finding {
  readonly message: string;
  readonly sources: readonly Source[];
  readonly tolerated: boolean;
}

function findingsOf({ row, expected, wanted, tolerant }: Question, set: ContainedSet): readonly Finding[] {
  const found = new Map<string, Finding & { readonly sources: Source[] }>();
  for (const one of set.all) {
    const grants = one.grants.filter((grant) => grant.kind === row.kind && wanted(grant, one));
    if (grants.length === 0) continue;
    const message = describe(row, one, grants);
    const tolerated = tolerant && isExpected(one, expected);
    const finding = { message, sources: found.get(message)?.sources ?? [], tolerated };
    for (const { source } of grants) finding.sources.push(source);
    found.set(message, finding);
  }
  return [...found.values()];
}

function distinct(sources: readonly Source[]): readonly Source[] {
  return [
    ...new Map(sources.map((source) => [`${source.file}\0${source.line}\0${source.text}`, source])).values(),
  ];
}

function judge(question: Question, set: ContainedSet): Verdict {
  const { row, expected } = question;
  const moot = set.moot?.get(row.kind);
  if (moot !== undefined) return notApplicable(moot);
  const findings = findingsOf(question, set);
  const wrong = findings.filter(({ tolerated }) => !tolerated);
  const doubts = set.all.flatMap((one) =>
    one.doubts
      .filter(({ kind }) => kind === row.kind && !(question.tolerant && isExpected(one, expected)))
      .map(({ reason }) => `${one.owner}, container ${one.container}: ${reason}`),
  );
  // What a pass was read from, each file once.
  const read = [...new Set(set.all.map(({ source }) => source.file))].map((file) => wholeFile(file));
  return {
    expected: row.expected,
    actual: `${set.all.length} containers looked at, ${wrong.length === 0 ? "none" : wrong.length} against it`,
    evidence: wrong.length === 0 ? read : distinct(wrong.flatMap(({ sources }) => sources)),
    problems: wrong.map(({ message }) => ({ message })),
    unknowns: [...set.unread, ...doubts],
    notes: findings.filter(({ tolerated }) => tolerated).map(({ message }) => `expected: ${message}`),
  };
}

function paths(fallback: readonly string[]): Param<readonly string[]> {
  return words(fallback, "a list of absolute paths");
}

function checkOf(name: ContainmentName, row: ContainmentRow, family: Family, define: Define): Check {
  const { domain, subject, place } = family;
  const meta = {
    id: `${domain}.${name}`,
    title: `No ${subject} ${row.title}`,
    why: row.why,
    remedy: `${place}, ${row.remedy}; or name the pod in the parameter \`expected\`.`,
    severity: row.severity,
    risk: "none" as const,
    fixable: false,
  };
  const expected = words(
    family.expected[name] ?? [],
    "a list of namespace/pod patterns, * standing for any characters",
  );
  const plain = { row, tolerant: true, wanted: () => true };
  if (name === "capabilities") {
    const params = { expected, allowed: words(family.capabilities, "a list of capabilities without CAP_") };
    return define({
      ...meta,
      params,
      judge: (set, { expected, allowed }) =>
        judge({ ...plain, expected, wanted: ({ detail }) => !allowed.includes(detail) }, set),
    });
  }
  if (name === "sensitive-hostpath") {
    const params = {
      expected,
      paths: paths(family.paths),
      sensitive: paths(sensitivePaths),
      readOnly: paths(readOnlyPaths),
      harmless: paths(harmlessPaths),
    };
    return define({ ...meta, params, judge: (set, given) => judge(pathQuestion(plain, given), set) });
  }
  const wanted = name === "docker-socket" ? ({ detail }: Grant) => reachesSocket(detail) : plain.wanted;
  return define({
    ...meta,
    params: { expected },
    judge: (set, given) => judge({ ...plain, wanted, expected: given.expected }, set),
  });
}

/** Of an expected pod the paths expected of it count for nothing; any other is as sensitive as another pod's. */
function pathQuestion(
  plain: Pick<Question, "row">,
  params: HostPathParams & { readonly expected: readonly string[] },
): Question {
  return {
    ...plain,
    expected: params.expected,
    tolerant: false,
    wanted: (grant, one) =>
      isSensitive(grant.detail, grant.writable, isExpected(one, params.expected), params),
  };
}

/** The checks of one family, a row each. */
export function containmentChecks(family: Family, define: Define): readonly Check[] {
  return containmentRows.map((row) => checkOf(row.name, row, family, define));
}
