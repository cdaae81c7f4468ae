// The parts of sudoers as values with their places: who, where, what, with which tags. Read by sudoers-parser.ts.
import type { Span } from "../core/source.js";

/** What a list can hold. `self` is the empty run-as list: the invoking user. */
export type MemberKind = "all" | "alias" | "name" | "group" | "netgroup" | "network" | "self";

export interface Member {
  readonly kind: MemberKind;
  readonly negated: boolean;
  /** As written, escapes resolved: `alice`, `#0`, `%wheel`, `%#27`, `%:nonunix`, `+netgroup`, `ADMINS`, `ALL`. */
  readonly text: string;
  readonly span: Span;
  readonly line: number;
}

export interface Digest {
  readonly algorithm: string;
  readonly text: string;
}

export interface Command {
  readonly kind: "all" | "alias" | "command";
  readonly negated: boolean;
  /** The path, `sudoedit` or `list`, a pattern from `^` to `$`, the name of an alias, or `ALL`. */
  readonly text: string;
  /** Undefined leaves them to the caller; `""` as written forbids them. */
  readonly args: string | undefined;
  readonly digests: readonly Digest[];
  readonly span: Span;
  readonly line: number;
}

/** A word in the text: a tag without its colon, an option's name, a setting's. */
export interface Word {
  readonly text: string;
  readonly span: Span;
  readonly line: number;
}

export type TagKind =
  | "nopasswd"
  | "noexec"
  | "setenv"
  | "log_input"
  | "log_output"
  | "mail"
  | "follow"
  | "intercept";

/** A tag in force for a command, and the word that set it: its own, or one before it in the list. */
export interface Tag {
  readonly on: boolean;
  readonly word: Word;
}

export interface Option {
  readonly name: Word;
  readonly value: string;
}

/** Undefined lists were not written; the default user is meant (sudoers(5), "Runas_Spec"). */
export interface RunAs {
  readonly users: readonly Member[] | undefined;
  readonly groups: readonly Member[] | undefined;
  readonly span: Span;
}

/** One command of a rule with all that is in force for it, inherited from the commands before it or its own. */
export interface CommandSpec {
  readonly command: Command;
  readonly runAs: RunAs | undefined;
  readonly tags: ReadonlyMap<TagKind, Tag>;
  /** An `ALL` without tag lets the caller set the environment, as SETENV would. */
  readonly setenvImplied: boolean;
  readonly options: ReadonlyMap<string, Option>;
  /** From its own first tag or option to the end of the command. */
  readonly span: Span;
  readonly line: number;
}

/** `hosts = commands`. */
export interface Privilege {
  readonly hosts: readonly Member[];
  readonly commands: readonly CommandSpec[];
}

export type SettingOperator = "on" | "off" | "=" | "+=" | "-=";

export interface Setting {
  readonly name: string;
  readonly operator: SettingOperator;
  /** Of `=`, `+=` and `-=`, quotes and escapes resolved. */
  readonly value: string | undefined;
  /** From the exclamation mark or the name to the end of the value. */
  readonly span: Span;
  readonly line: number;
}

export type AliasKind = "user" | "runas" | "host" | "command";

export interface AliasDefinition {
  readonly kind: AliasKind;
  readonly name: string;
  /** Of a user, run-as or host alias. */
  readonly members: readonly Member[];
  /** Of a command alias. */
  readonly commands: readonly Command[];
  readonly span: Span;
  readonly line: number;
}

export type Scope =
  | { readonly kind: "everything" }
  | { readonly kind: "host" | "user" | "runas"; readonly members: readonly Member[] }
  | { readonly kind: "command"; readonly commands: readonly Command[] };

interface Placed {
  /** The whole entry without the end of its last line. */
  readonly span: Span;
  readonly line: number;
  /** The line on which it ends: later than `line` where lines are continued. */
  readonly lastLine: number;
}

export type SudoersEntry = Placed &
  (
    | { readonly kind: "include"; readonly directory: boolean; readonly path: string }
    | { readonly kind: "defaults"; readonly scope: Scope; readonly settings: readonly Setting[] }
    | { readonly kind: "aliases"; readonly definitions: readonly AliasDefinition[] }
    | { readonly kind: "rule"; readonly users: readonly Member[]; readonly privileges: readonly Privilege[] }
  );

export interface SudoersProblem {
  readonly message: string;
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  readonly span: Span;
  /** False: only visudo refuses it; sudo itself takes the line. */
  readonly fatal: boolean;
}

export interface SudoersText {
  readonly entries: readonly SudoersEntry[];
  /** In the order of the text. */
  readonly problems: readonly SudoersProblem[];
}
