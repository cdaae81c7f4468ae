// passwd(5), group(5), shadow(5) and gshadow(5): text -> entries with lines. A password hash stops here: what comes out
// is whether it is locked, empty, and by which method it was made.
import type { Edit } from "../core/edit.js";
import type { Source, Span } from "../core/source.js";
import { type PasswordState, passwordState } from "./crypt-method.js";

export { type CryptMethod, type PasswordState, passwordState } from "./crypt-method.js";

/** One line of a colon-separated file. */
export interface Row {
  readonly line: number;
  readonly span: Span;
  readonly fields: readonly string[];
}

export interface UserEntry {
  readonly name: string;
  /** The second field: `x` points to shadow. */
  readonly password: PasswordState;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly gecos: string;
  readonly home: string;
  /** As written; empty means /bin/sh to login(1). */
  readonly shell: string;
  /** Where each field stands in the file, those beyond the seventh too. */
  readonly fieldSpans: readonly Span[];
  readonly source: Source;
}

export interface GroupEntry {
  readonly name: string;
  readonly password: PasswordState;
  readonly gid: number | undefined;
  readonly members: readonly string[];
  readonly source: Source;
}

/** gshadow(5): administrators put members in and out, and both need no group password. */
export interface GroupShadowEntry {
  readonly name: string;
  readonly password: PasswordState;
  readonly administrators: readonly string[];
  readonly members: readonly string[];
  readonly source: Source;
}

export interface ShadowEntry {
  readonly name: string;
  readonly password: PasswordState;
  /** Days since 1970-01-01; undefined where the field is empty. */
  readonly changed: number | undefined;
  readonly minDays: number | undefined;
  readonly maxDays: number | undefined;
  readonly warnDays: number | undefined;
  readonly inactiveDays: number | undefined;
  readonly expires: number | undefined;
  /** Makes the password one that nothing matches, and keeps it: what `passwd -l` writes. */
  readonly lock: Edit;
  /** The text is the name and whether it is locked, never the hash. */
  readonly source: Source;
}

/** The lines of a colon-separated file; comment and blank lines are rows too: readers differ on them. */
export function rows(text: string): readonly Row[] {
  const found: Row[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const end = start + raw.length;
    if (raw !== "") found.push({ line: index + 1, span: { start, end }, fields: raw.split(":") });
    start = end + 1;
  }
  return found;
}

/**
 * A uid or gid as glibc 2.36 reads it: strtoul(3) after white space, so `00`, `+0`, `-0` and ` 0` are root. Undefined where
 * there is no number of 32 bits: glibc leaves the line out.
 */
export function idOf(field: string | undefined): number | undefined {
  const match = /^[\t-\r ]*([+-]?)(\d+)$/.exec(field ?? "");
  if (match?.[2] === undefined) return undefined;
  const value = BigInt(match[2]);
  if (value > 0xffff_ffffn || (match[1] === "-" && value !== 0n)) return undefined;
  return Number(value);
}

function days(field: string | undefined): number | undefined {
  return field !== undefined && /^-?\d{1,9}$/.test(field) ? Number(field) : undefined;
}

function spansOf({ span, fields }: Row): readonly Span[] {
  let start = span.start;
  return fields.map((field) => {
    const end = start + field.length;
    const at = { start, end };
    start = end + 1;
    return at;
  });
}

function names(list: string): readonly string[] {
  return list
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "");
}

function sourceOf(file: string, row: Row, shown: string): Source {
  return { file, line: row.line, span: row.span, text: shown };
}

/** A line without the second field. */
function withoutPassword(fields: readonly string[], state: PasswordState): string {
  const word = state.kind === "shadow" ? "x" : state.kind === "empty" ? "" : `[${state.method ?? "locked"}]`;
  return [fields[0] ?? "", word, ...fields.slice(2)].join(":");
}

/** glibc skips leading white space and leaves out comment lines and lines without four fields (nss_files). */
function readable(row: Row, least: number): boolean {
  const first = row.fields[0]?.trimStart() ?? "";
  return first !== "" && !first.startsWith("#") && row.fields.length >= least;
}

function userOf(file: string, row: Row, first: string): UserEntry {
  const [, password = "", uid, gid, gecos = "", home = ""] = row.fields;
  const state = passwordState(password);
  return {
    name: first,
    password: state,
    uid: idOf(uid),
    gid: idOf(gid),
    gecos,
    home,
    // To glibc all that follows the sixth colon.
    shell: row.fields.slice(6).join(":"),
    fieldSpans: spansOf(row),
    source: sourceOf(file, row, withoutPassword(row.fields, state)),
  };
}

/** passwd(5). `+` lines of NIS are entries with that name. */
export function parsePasswd(file: string, text: string): readonly UserEntry[] {
  return rows(text)
    .filter((row) => readable(row, 4))
    .map((row) => userOf(file, row, row.fields[0]?.trimStart() ?? ""));
}

/** Lines of passwd(5) that glibc takes for comments and other readers for users: `#name:…` with all seven fields. */
export function commentedUsers(file: string, text: string): readonly UserEntry[] {
  return rows(text)
    .filter(({ fields }) => fields.length >= 7 && fields[0]?.trimStart().startsWith("#") === true)
    .map((row) => userOf(file, row, row.fields[0] ?? ""));
}

/** group(5). */
export function parseGroup(file: string, text: string): readonly GroupEntry[] {
  return rows(text)
    .filter((row) => readable(row, 3))
    .map((row) => {
      const [name = "", password = "", gid, members = ""] = row.fields;
      const state = passwordState(password);
      return {
        name: name.trimStart(),
        password: state,
        gid: idOf(gid),
        members: names(members),
        source: sourceOf(file, row, withoutPassword(row.fields, state)),
      };
    });
}

/** shadow(5). */
export function parseShadow(file: string, text: string): readonly ShadowEntry[] {
  return rows(text)
    .filter((row) => readable(row, 2))
    .map((row) => {
      const [name = "", password = "", changed, minDays, maxDays, warnDays, inactiveDays, expires] =
        row.fields;
      const state = passwordState(password);
      return {
        name: name.trimStart(),
        password: state,
        changed: days(changed),
        minDays: days(minDays),
        maxDays: days(maxDays),
        warnDays: days(warnDays),
        inactiveDays: days(inactiveDays),
        expires: days(expires),
        lock: {
          span: { start: row.span.start + name.length + 1, end: row.span.start + name.length + 1 },
          text: "!",
        },
        source: sourceOf(file, row, withoutPassword(row.fields, state)),
      };
    });
}

/** gshadow(5). */
export function parseGshadow(file: string, text: string): readonly GroupShadowEntry[] {
  return rows(text)
    .filter((row) => readable(row, 2))
    .map((row) => {
      const [name = "", password = "", administrators = "", members = ""] = row.fields;
      const state = passwordState(password);
      return {
        name: name.trimStart(),
        password: state,
        administrators: names(administrators),
        members: names(members),
        source: sourceOf(file, row, withoutPassword(row.fields, state)),
      };
    });
}
