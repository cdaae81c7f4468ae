// The rules language of auditctl(8), as it stands in /etc/audit/rules.d and as `auditctl -l` prints it: text -> lines, watches
// and syscall rules in one form. Names of syscalls, users and file types are not looked up.
import type { Span } from "../core/source.js";

export interface AuditField {
  readonly name: string;
  readonly operator: string;
  /** As written, but for `unset`, permissions and architectures, which are written in several ways. */
  readonly value: string;
  /** `-C`: the value is the name of another field. */
  readonly compare: boolean;
}

export interface AuditRule {
  readonly list: string;
  readonly action: "always" | "never";
  /** `-A`: put before the rules that are there. */
  readonly prepend: boolean;
  /** `all` where none is named. */
  readonly syscalls: readonly string[];
  /** Without keys. A watch is a field `watch`, which is `path` or `dir` by what lies there, and `perm`. */
  readonly fields: readonly AuditField[];
  readonly keys: readonly string[];
}

export type AuditStatement =
  | { readonly kind: "rule"; readonly rule: AuditRule }
  /** `-D` without a key. */
  | { readonly kind: "clear" }
  /** `-e 2`, `-b 8192`, `-c`, … */
  | { readonly kind: "control"; readonly option: string; readonly value: string }
  /** Takes single rules out again. */
  | { readonly kind: "delete" }
  /** auditctl refuses the line, and with it all that follow unless `-c` or `-i` stands before. */
  | { readonly kind: "wrong"; readonly reason: string };

export type AuditLine = AuditStatement & { readonly line: number; readonly span: Span };

const lists = new Set(["task", "exit", "user", "exclude", "filesystem", "io_uring"]);
const fieldNames = new Set(
  "a0 a1 a2 a3 arch auid loginuid devmajor devminor dir egid euid exe exit field_compare filetype fsgid fstype fsuid gid inode key msgtype obj_uid obj_gid obj_user obj_role obj_type obj_lev_low obj_lev_high path perm pers pid ppid saddr_fam sessionid sgid subj_user subj_role subj_type subj_sen subj_clr success suid uid".split(
    " ",
  ),
);
const withValue = new Set("e f b r a A d S F C p k w W q m R D".split(" "));
const longWithValue = new Set(["--backlog_wait_time", "--signal"]);
const longAlone = new Set(["--loginuid-immutable", "--reset-lost", "--reset_backlog_wait_time_actual"]);
const control = new Set(["e", "f", "b", "r", "q"]);
/** Field names and their values; a line of auditctl is at most this long. */
const lineLimit = 6144;

/** Words between blanks; a backslash before a blank keeps it. */
function wordsOf(line: string): readonly string[] {
  return line
    .replaceAll("\\ ", "\u0007")
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => word.replaceAll("\u0007", " "));
}

interface Option {
  readonly name: string;
  readonly value: string;
}

/** `-k key`, `-kkey`, `--backlog_wait_time 60000`; a text says what is wrong. */
function optionsOf(words: readonly string[]): readonly Option[] | string {
  const found: Option[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const next = words[at + 1];
    if (word.startsWith("--")) {
      const [name = "", value] = word.split("=", 2);
      if (longAlone.has(name)) found.push({ name, value: "" });
      else if (!longWithValue.has(name)) return `the option ${name} is not known`;
      else if (value === undefined && next === undefined) return `${name} takes a value`;
      else found.push({ name, value: value ?? next ?? "" });
      if (longWithValue.has(name) && value === undefined) at++;
      continue;
    }
    const letter = /^-([A-Za-z])/.exec(word)?.[1];
    if (letter === undefined) return `${word} belongs to no option`;
    if (["c", "i", "t", "l", "s", "v", "h"].includes(letter)) {
      found.push({ name: letter, value: "" });
      continue;
    }
    if (!withValue.has(letter)) return `the option -${letter} is not known`;
    // -D may stand alone or with a key.
    const attached = word.slice(2);
    const takes = letter === "D" ? attached : attached === "" ? next : attached;
    if (takes === undefined) return `-${letter} takes a value`;
    found.push({ name: letter, value: takes });
    if (attached === "" && letter !== "D") at++;
  }
  return found;
}

const sameUnset = new Set(["-1", "4294967295", "unset", "unset(4294967295)"]);
const sameArch: Readonly<Record<string, string>> = {
  x86_64: "b64",
  aarch64: "b64",
  ppc64le: "b64",
  s390x: "b64",
  riscv64: "b64",
  i386: "b32",
  arm: "b32",
};

function normalValue(name: string, value: string): string {
  if (name === "perm") return [..."rwxa"].filter((letter) => value.includes(letter)).join("");
  if (name === "arch") return Object.hasOwn(sameArch, value) ? (sameArch[value] ?? value) : value;
  if (/^(?:auid|uid|euid|suid|fsuid|gid|egid|sgid|fsgid|obj_uid|obj_gid|sessionid)$/.test(name))
    return sameUnset.has(value) ? "unset" : value;
  return /^a[0-3]$/.test(name) && /^0x[0-9A-Fa-f]{1,8}$/.test(value) ? String(Number(value)) : value;
}

function fieldOf(text: string, compare: boolean): AuditField | string {
  const match = /^([a-z][a-z0-9_]*)(!=|<=|>=|&=|=|<|>|&)(.+)$/s.exec(text);
  const [, written, operator, value] = match ?? [];
  if (written === undefined || operator === undefined || value === undefined)
    return `${text} is no comparison`;
  const name = written === "loginuid" ? "auid" : written;
  if (!fieldNames.has(name)) return `the field ${name} is not known`;
  if (name === "perm" && /[^rwxa]/.test(value)) return `the permission ${value} is not known`;
  return { name, operator, value: compare ? value : normalValue(name, value), compare };
}

interface Place {
  readonly list: string;
  readonly action: "always" | "never";
}

/** `always,exit` in either order; older rules say `possible` for nothing. */
function placeOf(text: string): Place | undefined {
  const words = text.split(",");
  const action = words.find((word) => word === "always" || word === "never");
  const list = words.find((word) => lists.has(word));
  return words.length === 2 && action !== undefined && list !== undefined ? { list, action } : undefined;
}

class Building {
  readonly fields: AuditField[] = [];
  readonly keys: string[] = [];
  readonly syscalls: string[] = [];
  place: (Place & { readonly prepend: boolean }) | undefined;
  watch = false;

  /** Why the option does not go with those before it. */
  add({ name, value }: Option): string | undefined {
    if (name === "a" || name === "A") {
      const place = placeOf(value);
      if (place === undefined) return `${value} is no list with an action`;
      this.place = { ...place, prepend: name === "A" };
    } else if (name === "w") {
      if (!value.startsWith("/")) return "a watch takes an absolute path";
      this.watch = true;
      this.place = { list: "exit", action: "always", prepend: false };
      this.fields.push({
        name: "watch",
        operator: "=",
        value: value.replace(/(.)\/+$/, "$1"),
        compare: false,
      });
    } else if (this.place === undefined) return `-${name} without a rule before it`;
    else if (name === "S") {
      this.syscalls.push(...value.split(",").filter((word) => word !== ""));
    } else if (name === "p") {
      if (!this.watch) return "-p without a watch";
      if (/[^rwxa]/.test(value)) return `the permission ${value} is not known`;
      this.fields.push({ name: "perm", operator: "=", value: normalValue("perm", value), compare: false });
    } else if (name === "k") return this.key(value);
    else {
      const field = fieldOf(value, name === "C");
      if (typeof field === "string") return field;
      if (field.name === "key") return this.key(field.value);
      this.fields.push(field);
    }
    return undefined;
  }

  private key(key: string): string | undefined {
    const about = this.fields.some(({ name }) => ["watch", "path", "dir", "perm", "exe"].includes(name));
    if (this.syscalls.length === 0 && !about) return "a key before what it is for";
    this.keys.push(key);
    return undefined;
  }

  rule(): AuditRule | undefined {
    if (this.place === undefined) return undefined;
    // A watch without -p is for every kind of access.
    const all: AuditField = { name: "perm", operator: "=", value: "rwxa", compare: false };
    const open = this.watch && !this.fields.some(({ name }) => name === "perm");
    const syscalls = this.watch || this.syscalls.length === 0 ? ["all"] : this.syscalls;
    return { ...this.place, syscalls, fields: open ? [...this.fields, all] : this.fields, keys: this.keys };
  }
}

function statementOf(words: readonly string[]): AuditStatement {
  const options = optionsOf(words);
  if (typeof options === "string") return { kind: "wrong", reason: options };
  const [first] = options;
  if (first === undefined) return { kind: "wrong", reason: "nothing to do" };
  if (first.name === "D")
    return options.length === 1 && first.value === "" ? { kind: "clear" } : { kind: "delete" };
  if (first.name === "d" || first.name === "W") return { kind: "delete" };
  if (first.name.startsWith("--") || "cit".includes(first.name) || control.has(first.name)) {
    const option = first.name.startsWith("--") ? first.name : `-${first.name}`;
    const limits: Readonly<Record<string, RegExp>> = {
      "-e": /^[012]$/,
      "-f": /^[012]$/,
      "-b": /^\d+$/,
      "-r": /^\d+$/,
    };
    const limit = Object.hasOwn(limits, option) ? limits[option] : undefined;
    if (limit !== undefined && !limit.test(first.value))
      return { kind: "wrong", reason: `${option} does not take ${first.value}` };
    return { kind: "control", option, value: first.value };
  }
  const building = new Building();
  for (const option of options) {
    const reason = building.add(option);
    if (reason !== undefined) return { kind: "wrong", reason };
  }
  const rule = building.rule();
  return rule === undefined ? { kind: "wrong", reason: "no rule" } : { kind: "rule", rule };
}

/** Reads rules as `auditctl -R` does: one a line, comments on lines of their own. */
export function parseAuditRules(text: string): readonly AuditLine[] {
  const found: AuditLine[] = [];
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const content = raw.trimEnd();
    const span = { start, end: start + content.length };
    start += raw.length + 1;
    const place = { line: index + 1, span };
    if (raw.length > lineLimit) {
      found.push({ kind: "wrong", reason: `longer than ${lineLimit} characters`, ...place });
      continue;
    }
    const words = wordsOf(raw);
    if (words[0] === undefined || words[0].startsWith("#")) continue;
    found.push({ ...statementOf(words), ...place });
  }
  return found;
}
