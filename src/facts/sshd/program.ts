// The lines of a whole configuration in the order in which sshd reads them, each with the Match blocks it stands in, and
// what would keep sshd from starting. Values are put together elsewhere (options.ts).
import { type Source, wholeFile } from "../../core/source.js";
import { lineSource, lowerCase, type SshdLine } from "../../formats/sshd-config.js";
import { argumentWords, delimitedWords } from "../../formats/sshd-words.js";
import type { SshdBuild } from "./build.js";
import type { CommandLine } from "./command-line.js";
import type { Lookup } from "./keyword-names.js";
import type { Keyword } from "./keywords.js";
import { absolutePattern, dialectOf, includeWords, type Loaded, type LoadedFile } from "./load.js";
import { type Condition, holdsAtStart, parseCondition } from "./match.js";
import { Options } from "./options.js";
import { decimal, type Input } from "./reading.js";

/** SERVCONF_MAX_DEPTH of servconf.c. */
const depthLimit = 16;
/** Lines read in all, files that are included often counting as often. */
const lineLimit = 20_000;
const problemLimit = 50;

export interface Entry {
  readonly keyword: Keyword;
  readonly line: SshdLine;
  /** Undefined for an option of the command line. */
  readonly file: LoadedFile | undefined;
  readonly source: Source;
  readonly words: readonly string[];
  readonly rest: string;
  /** Match blocks that must all hold; undefined outside of any. */
  readonly conditions: readonly Condition[] | undefined;
  /** Read while sshd starts: outside of Match blocks, and in those that hold for everybody. */
  readonly atStart: boolean;
}

/** Why sshd does not start. */
export interface Refusal {
  readonly message: string;
  readonly source: Source;
}

export interface Program {
  readonly entries: readonly Entry[];
  readonly refusals: readonly Refusal[];
  /** What keeps us from knowing. */
  readonly unread: readonly string[];
}

export type Surroundings = Pick<Input, "home" | "service"> & {
  readonly build: SshdBuild;
  readonly lookup: Lookup;
};

/** The state in which a line of a file is read. */
interface Context {
  readonly depth: number;
  active: boolean;
  /** Match lines are read for their syntax alone: the Include stands in a block that does not hold at start. */
  readonly never: boolean;
  conditions: readonly Condition[] | undefined;
  readonly base: readonly Condition[] | undefined;
  /** Nothing here will ever hold for a connection. */
  readonly unreachable: boolean;
}

class Reader {
  readonly entries: Entry[] = [];
  readonly refusals: Refusal[] = [];
  readonly unread: string[];
  private readonly options: Options;
  private lines = 0;

  constructor(
    private readonly loaded: Loaded,
    private readonly around: Surroundings,
    private readonly command: CommandLine,
  ) {
    this.options = new Options(around);
    this.unread = [...loaded.unread];
  }

  get program(): Program {
    return { entries: this.entries, refusals: this.refusals, unread: this.unread };
  }

  /** Options before the file: the first value wins, so they do. */
  commandLine(): undefined {
    for (const { text, source } of this.command.problems)
      this.refuse(`sshd does not take the option ${text}`, source);
    for (const { line, text, source } of this.command.args) {
      const found = this.around.lookup(line.name);
      if (found === undefined || typeof found === "string")
        this.refuse(`bad option on the command line: ${line.keyword}`, source);
      else this.setting(found, line, undefined, text, source, undefined, true);
    }
  }

  file(path: string, context: Context, from: Source): undefined {
    if (context.depth > depthLimit) return this.refuse("too many recursive configuration includes", from);
    const refused = this.loaded.refused.get(path);
    if (refused !== undefined) return this.refuse(refused, from);
    const file = this.loaded.files.get(path);
    if (file === undefined) return;
    this.lines += file.lines.length;
    if (this.lines > lineLimit) {
      this.unread.push(`${this.loaded.main} and what it includes have more than ${lineLimit} lines`);
      return;
    }
    for (const number of file.nul)
      this.refuse("a NUL byte joins this line with the next", { ...wholeFile(path), line: number });
    if (file.nul.length > 0) return;
    for (const line of file.lines) {
      this.line(file, line, context);
      if (this.refusals.length > problemLimit || this.lines > lineLimit) return;
    }
  }

  private line(file: LoadedFile, line: SshdLine, context: Context): undefined {
    const { build, lookup } = this.around;
    const source = lineSource(file.path, file.text, line);
    const found = lookup(line.name);
    if (found === undefined) return this.refuse(`bad configuration option: ${line.keyword}`, source);
    if (build.version >= 807) {
      if (line.rest.start >= line.rest.end) return this.refuse(`no argument after ${line.keyword}`, source);
      if (!argumentWords(file.text, line.rest).closed) return this.refuse("invalid quotes", source);
    }
    if (found === "match") this.match(file, line, context, source);
    else if (found === "include") this.include(file, line, context, source);
    else this.setting(found, line, file, file.text, source, context.conditions, context.active);
  }

  private match(file: LoadedFile, line: SshdLine, context: Context, source: Source): undefined {
    const { build, service } = this.around;
    const port = (word: string) => decimal(word, 0, 65535) ?? service(word);
    const condition = parseCondition(file.text, line, build, port);
    if ("problem" in condition) {
      this.refuse(`bad Match condition: ${condition.problem}`, source);
      context.active = false;
      return;
    }
    context.active = !context.never && holdsAtStart(condition, build);
    context.conditions = context.unreachable ? undefined : [...(context.base ?? []), condition];
  }

  private include(file: LoadedFile, line: SshdLine, context: Context, source: Source): undefined {
    const { version } = this.around.build;
    const words = includeWords(file, line, dialectOf(version));
    const none = words.length === 0 || (version < 807 && words[0] === "");
    if (none) return this.refuse("Include without a file name", source);
    for (const word of words) {
      if (word === "") return version >= 807 ? this.refuse("Include with an empty name", source) : undefined;
      // Up to 8.3 Match lines of files included outside of any Match block never held (bug 3122).
      const outside = context.conditions === undefined;
      const unreachable = outside && (context.unreachable || version < 804);
      for (const path of this.loaded.patterns.get(absolutePattern(word, line.keyword, version)) ?? []) {
        const inner: Context = {
          depth: context.depth + 1,
          active: context.active,
          never: !context.active,
          conditions: context.conditions,
          base: context.conditions,
          unreachable,
        };
        this.file(path, inner, source);
        if (this.refusals.length > problemLimit || this.lines > lineLimit) return;
      }
    }
  }

  private setting(
    keyword: Keyword,
    line: SshdLine,
    file: LoadedFile | undefined,
    text: string,
    source: Source,
    conditions: readonly Condition[] | undefined,
    atStart: boolean,
  ): undefined {
    if (!atStart && keyword.place === "global")
      return this.refuse(`${keyword.name} is not allowed within a Match block`, source);
    const { build } = this.around;
    // With -p the ports of the file are not even looked at.
    if (this.command.ports && keyword.name === "Port" && file !== undefined) return;
    const rest = text.slice(line.rest.start, line.rest.end);
    // SetEnv alone was cut at white space only, not at `=`.
    const split =
      build.version >= 807
        ? argumentWords(text, line.rest)
        : delimitedWords(text, line.rest, lowerCase(keyword.name) !== "setenv");
    const words = split.words.map((word) => word.text);
    const entry = { keyword, line, file, source, words, rest, conditions, atStart };
    const reading = this.options.read(entry, atStart);
    if ("problem" in reading) return this.refuse(`${keyword.name}: ${reading.problem}`, source);
    const left = words[reading.used];
    if (left !== undefined && (build.version >= 807 || left !== ""))
      return this.refuse(`${keyword.name}: extra arguments at end of line`, source);
    if (atStart) this.options.apply(entry, reading);
    this.entries.push(entry);
  }

  private refuse(message: string, source: Source): undefined {
    if (this.refusals.length <= problemLimit) this.refusals.push({ message, source });
  }
}

/** Reads everything from the main file on, as sshd does when it starts. */
export function readProgram(loaded: Loaded, around: Surroundings, command: CommandLine): Program {
  const reader = new Reader(loaded, around, command);
  reader.commandLine();
  const top: Context = {
    depth: 0,
    active: true,
    never: false,
    conditions: undefined,
    base: undefined,
    unreachable: false,
  };
  reader.file(loaded.main, top, wholeFile(loaded.main));
  return reader.program;
}
