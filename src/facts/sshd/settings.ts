// One keyword as everybody meets it: the value in force, each Match block that changes it for some, and how to set it.
import { printable } from "../../core/printable.js";
import { type Source, wholeFile } from "../../core/source.js";
import type { Step } from "../../core/step.js";
import { lowerCase } from "../../formats/sshd-config.js";
import type { CommandLine } from "./command-line.js";
import type { InForce } from "./effective.js";
import type { Loaded } from "./load.js";
import { type Condition, mayHold } from "./match.js";
import { Options } from "./options.js";
import type { Entry, Surroundings } from "./program.js";
import { placesFor, type Repair, replaceValue } from "./repair.js";
import { type Resolved, resolve } from "./resolve.js";

export interface Setting {
  /** As the manual writes it. */
  readonly keyword: string;
  /** One text a line of `sshd -T`; undefined where it depends on a version that is not known. */
  readonly texts: InForce;
  /** `texts` in one; empty where nothing is set. */
  readonly value: string;
  /** `everybody`, or the Match block in words. */
  readonly scope: string;
  /** For everybody, or for those of a Match block only. */
  readonly everybody: boolean;
  readonly source: Source;
  /** Could a connection of this account meet the value, from some address? */
  concerns(user: string, groups: readonly string[]): boolean;
  /** Steps after which the value holds there; none where that is not for us to change. */
  set(value: string): readonly Step[];
}

/** All there is to know of a configuration, for questions about one keyword after the other. */
export interface Subject {
  readonly loaded: Loaded;
  readonly around: Surroundings;
  readonly command: CommandLine;
  readonly resolved: Resolved;
}

interface Block {
  readonly conditions: readonly Condition[];
  readonly entries: readonly Entry[];
}

function criteriaOf(conditions: readonly Condition[]): ReadonlySet<string> {
  return new Set(
    conditions
      .flatMap(({ criteria }) => criteria)
      .filter(({ name }) => name !== "all")
      .map(({ name, argument }) => `${name}\0${argument}`),
  );
}

/** Match blocks that set the keyword, in the order in which they are read; the same block twice is one. */
function blocksOf(entries: readonly Entry[], name: string): readonly Block[] {
  const found = new Map<string, Block>();
  for (const entry of entries) {
    const { conditions, keyword } = entry;
    if (conditions === undefined || keyword.place === "global" || lowerCase(keyword.name) !== name) continue;
    const key = [...criteriaOf(conditions)].sort().join("\n");
    const before = found.get(key);
    found.set(key, { conditions, entries: [...(before?.entries ?? []), entry] });
  }
  return [...found.values()];
}

/** Does every connection that `later` is for match `earlier` too? Then the first value stands. */
function shadows(earlier: Block, later: Block): boolean {
  const wanted = criteriaOf(later.conditions);
  return [...criteriaOf(earlier.conditions)].every((criterion) => wanted.has(criterion));
}

function scopeOf(conditions: readonly Condition[]): string {
  return conditions.map(({ text }) => `Match ${printable(text, 200)}`).join(" within ");
}

function keywordName(subject: Subject, name: string): string {
  const found = subject.around.lookup(lowerCase(name));
  return found === undefined || typeof found === "string" ? name : found.name;
}

/** The name under which the version takes the keyword, for a new line. */
function newLineName({ around }: Subject, name: string): string {
  // Up to 8.6 the one keyword switched the other on.
  const kbd = name === "kbdinteractiveauthentication" && around.build.version < 807;
  if (kbd) return "ChallengeResponseAuthentication";
  const found = [name, name.replace("algorithms", "keytypes")]
    .map(around.lookup)
    .find((one) => one !== undefined);
  return found === undefined || typeof found === "string"
    ? name
    : around.lookup(name) === undefined
      ? found.name.replace("Algorithms", "KeyTypes")
      : found.name;
}

/** The line that gave the value, if any did. */
function entryOf(options: Options, name: string): Entry | undefined {
  const direct = options.values.get(name)?.entries[0];
  if (direct !== undefined) return direct;
  return [...options.values].find(([key]) => key.startsWith(`${name}:`))?.[1].entries.at(-1);
}

function defaultSource(subject: Subject, keyword: string, texts: InForce): Source {
  const value = texts?.join(" ");
  // Lists of algorithms are long, and shown as the value anyway.
  const says =
    value === undefined
      ? "the default depends on the version of sshd"
      : value.length > 60
        ? "the default of sshd counts"
        : `the default is ${value === "" ? "none" : value}`;
  return wholeFile(subject.loaded.main, `${keyword} is not set; ${says}`);
}

/** What a value comes to once sshd has read it, in the spelling of `sshd -T`. */
function read(subject: Subject, keyword: string, repair: Repair): string | undefined {
  const resolved = resolve(repair.loaded, subject.around, subject.command);
  if (resolved.refusals.length > 0) return undefined;
  return resolved.value(keyword, resolved.global)?.join(" ");
}

/** The first repair after which sshd reads for everybody what was wanted. */
function winning(
  subject: Subject,
  keyword: string,
  value: string,
  repairs: Iterable<Repair>,
): readonly Step[] {
  for (const repair of repairs) if (read(subject, keyword, repair) === value) return repair.steps;
  return [];
}

/** To be tried one after the other: that of the line that wins, then new lines. */
function* repairsOf(
  subject: Subject,
  name: string,
  value: string,
  entry: Entry | undefined,
): Iterable<Repair> {
  const { loaded, around } = subject;
  const { version } = around.build;
  const inPlace = entry === undefined ? undefined : replaceValue(loaded, entry, value, version);
  if (inPlace !== undefined) yield inPlace;
  yield* placesFor(loaded, newLineName(subject, name), value, version);
}

function everybodys(subject: Subject, name: string, entry: Entry | undefined): Setting {
  const { resolved } = subject;
  const keyword = keywordName(subject, name);
  const texts = resolved.value(name, resolved.global);
  return {
    keyword,
    texts,
    value: texts?.join(" ") ?? "",
    scope: "everybody",
    everybody: true,
    source: entry?.source ?? defaultSource(subject, keyword, texts),
    concerns: () => true,
    set(value) {
      return winning(subject, name, value, repairsOf(subject, name, value, entry));
    },
  };
}

function overridden(subject: Subject, name: string, block: Block): Setting {
  const { resolved, loaded, around } = subject;
  const over = new Options(around).run(block.entries);
  const texts = resolved.value(name, resolved.global.overriddenBy(over));
  const entry = entryOf(over, name) ?? block.entries[0];
  return {
    keyword: keywordName(subject, name),
    texts,
    value: texts?.join(" ") ?? "",
    scope: scopeOf(block.conditions),
    everybody: criteriaOf(block.conditions).size === 0,
    source: entry?.source ?? wholeFile(loaded.main),
    concerns: (user, groups) => mayHold(block.conditions, { user, groups }, around.build),
    set(value) {
      const repair =
        entry === undefined ? undefined : replaceValue(loaded, entry, value, around.build.version);
      if (repair === undefined) return [];
      return resolve(repair.loaded, around, subject.command).refusals.length > 0 ? [] : repair.steps;
    },
  };
}

/** The value for everybody first, then that of each Match block which somebody can meet. */
export function everySetting(subject: Subject, keyword: string): readonly Setting[] {
  const name = lowerCase(keyword);
  const all = blocksOf(subject.resolved.entries, name);
  const met = all.filter((block, index) => !all.slice(0, index).some((earlier) => shadows(earlier, block)));
  const overrides = met.map((block) => overridden(subject, name, block));
  // A block for all leaves the value outside of it to nobody.
  if (overrides.some(({ everybody }) => everybody)) return overrides;
  return [everybodys(subject, name, entryOf(subject.resolved.global, name)), ...overrides];
}
