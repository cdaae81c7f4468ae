// The Defaults of all sudoers files: which settings hold on this node, for whom, and how to change them. Judges none.
import { type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { settingProblem } from "../formats/sudoers-settings.js";
import type { Scope, Setting } from "../formats/sudoers-tree.js";
import { type BuiltIn, builtIn, type SudoBuildFacts } from "./sudo-defaults.js";
import type { Expanded, SudoersAliases } from "./sudoers-aliases.js";
import type { PlacedEntry, SudoersFile } from "./sudoers-files.js";
import { answer, fitsHost, fitsUser, type Matching, type Person } from "./sudoers-match.js";

export interface BoundSetting extends Setting {
  readonly scope: Scope;
  /** `for everybody`, `for alice, %ops`, `for /bin/ls`, … in the file's words. */
  readonly forWhom: string;
  readonly source: Source;
  /** A step that writes `text` in its place. */
  replace(text: string): Step;
}

export interface SettingProblem {
  readonly source: Source;
  readonly message: string;
  readonly column: number;
}

/** A value and the line that gives it; without one it is sudo's own. */
export interface InForce<T> {
  readonly value: T;
  readonly by: BoundSetting | undefined;
}

export interface Defaults {
  /** Settings of a name that hold for somebody on this node: none is undone by a later one of its scope or a wider one. */
  every(name: string): readonly BoundSetting[];
  /** All settings of a name that can hold on this node, undone ones too, in sudo's order of application. */
  all(name: string): readonly BoundSetting[];
  /** What `Defaults!command` says of a flag for a program; undefined where it says nothing. */
  flagForCommand(name: string, path: string): boolean | undefined;
  /** What holds for everybody who has no setting of his own. */
  flag(name: string): Fact<InForce<boolean>>;
  text(name: string): Fact<InForce<string | undefined>>;
  /** Does a flag hold when `person` runs something as `target`? Settings for single commands left aside. */
  flagFor(name: string, person: Person, target: Person): boolean;
  readonly problems: readonly SettingProblem[];
}

function scopeText(scope: Scope, file: SudoersFile): string {
  if (scope.kind === "everything") return "for everybody";
  const items = scope.kind === "command" ? scope.commands : scope.members;
  const [first, last] = [items[0], items.at(-1)];
  const text = file.text.slice(first?.span.start ?? 0, last?.span.end ?? 0).replace(/\\\r?\n/g, " ");
  const words = { host: "on", user: "for", runas: "for commands run as", command: "for" } as const;
  return `${words[scope.kind]} ${text}`;
}

/** Settings that none after them undoes: of the same scope, or of everybody, whom sudo treats in the order of the file. */
function standing(ordered: readonly BoundSetting[]): readonly BoundSetting[] {
  const found: BoundSetting[] = [];
  const scopes = new Set<string>();
  let [everybody, allCommands] = [false, false];
  for (const setting of [...ordered].reverse()) {
    const { scope, forWhom } = setting;
    // Settings for commands come after all others, and only one for ALL undoes those.
    const undone = scope.kind === "command" ? allCommands : everybody || allCommands;
    if (!undone && !scopes.has(forWhom)) found.push(setting);
    scopes.add(forWhom);
    if (scope.kind === "everything") everybody = true;
    if (scope.kind === "command" && scope.commands.every(({ kind, negated }) => kind === "all" && !negated))
      allCommands = true;
  }
  return found.reverse();
}

interface Read {
  readonly settings: readonly BoundSetting[];
  readonly problems: readonly SettingProblem[];
}

function boundSettings(entries: readonly PlacedEntry[], aliases: SudoersAliases, matching: Matching): Read {
  const settings: BoundSetting[] = [];
  const problems: SettingProblem[] = [];
  for (const { entry, file } of entries) {
    if (entry.kind !== "defaults") continue;
    const { scope } = entry;
    const elsewhere =
      scope.kind === "host" &&
      answer(aliases.hosts(scope.members).leaves, (host) => fitsHost(host, matching)).says !== "allow";
    for (const setting of entry.settings) {
      const source = file.source(setting.span, setting.line);
      const message = settingProblem(setting, matching.dialect.version);
      const column = setting.span.start - file.text.lastIndexOf("\n", setting.span.start - 1);
      if (message !== undefined) problems.push({ source, message, column });
      else if (!elsewhere)
        settings.push({
          ...setting,
          scope,
          forWhom: scopeText(scope, file),
          source,
          replace: (text) => ({ kind: "edit", file: file.path, edits: [{ span: setting.span, text }] }),
        });
    }
  }
  return { settings, problems };
}

function lastOf(settings: readonly BoundSetting[]): BoundSetting | undefined {
  return settings.filter(({ scope }) => scope.kind === "everything" || scope.kind === "host").at(-1);
}

function isOn(setting: BoundSetting): boolean {
  return setting.operator !== "off";
}

/** All settings in sudo's order of application, judged by nothing but scope and order (sudoers(5), "Defaults"). */
export function sudoersDefaults(
  entries: readonly PlacedEntry[],
  aliases: SudoersAliases,
  matching: Matching,
  build: SudoBuildFacts,
): Defaults {
  const { settings, problems } = boundSettings(entries, aliases, matching);
  const ordered = [
    ...settings.filter(({ scope }) => scope.kind !== "command"),
    ...settings.filter(({ scope }) => scope.kind === "command"),
  ];
  const named = new Map<string, BoundSetting[]>();
  for (const setting of ordered) {
    const same = named.get(setting.name);
    if (same === undefined) named.set(setting.name, [setting]);
    else same.push(setting);
  }
  const of = (name: string): readonly BoundSetting[] => named.get(name) ?? [];
  const own = <T>(name: string, read: (value: string | boolean | undefined) => T): Fact<InForce<T>> => {
    const value: BuiltIn = builtIn(name, build);
    return value.state === "known" ? known({ value: read(value.value), by: undefined }) : value;
  };
  const list = (expanded: Expanded<Parameters<typeof fitsUser>[0]>, who: Person, self: Person) =>
    answer(expanded.leaves, (member) => fitsUser(member, who, matching, self)).says === "allow";
  const holds = ({ scope }: BoundSetting, person: Person, target: Person): boolean => {
    if (scope.kind === "user") return list(aliases.users(scope.members), person, person);
    if (scope.kind === "runas") return list(aliases.runAs(scope.members), target, person);
    return scope.kind !== "command";
  };
  return {
    problems,
    all: of,
    every: (name) => standing(of(name)),
    flagForCommand: (name, path) => {
      const means = ({ scope }: BoundSetting) =>
        scope.kind === "command" &&
        answer(aliases.commands(scope.commands).leaves, ({ kind, text }) => kind === "all" || text === path)
          .says === "allow";
      const by = of(name).filter(means).at(-1);
      return by === undefined ? undefined : isOn(by);
    },
    flag: (name) => {
      const by = lastOf(of(name));
      return by === undefined ? own(name, (value) => value === true) : known({ value: isOn(by), by });
    },
    text: (name) => {
      const by = lastOf(of(name));
      if (by === undefined) return own(name, (value) => (typeof value === "string" ? value : undefined));
      return known({ value: by.value, by });
    },
    flagFor: (name, person, target) => {
      const by = of(name)
        .filter((setting) => holds(setting, person, target))
        .at(-1);
      if (by !== undefined) return isOn(by);
      const value = builtIn(name, build);
      return value.state === "known" && value.value === true;
    },
  };
}
