// The aliases of all sudoers files together, and lists with their aliases put in. Compares nothing with the node.
import { printable } from "../core/printable.js";
import type { Source } from "../core/source.js";
import type { AliasDefinition, AliasKind, Command, Member } from "../formats/sudoers-tree.js";
import type { PlacedEntry } from "./sudoers-files.js";

/** A member of a list that is no alias, or one that nobody defined: sudo then takes its name as it stands. */
export interface Leaf<T> {
  readonly item: T;
  /** The member's own negation and that of every alias around it, taken together. */
  readonly negated: boolean;
  /** The aliases it came through, outermost first. */
  readonly via: readonly string[];
}

export interface Expanded<T> {
  readonly leaves: readonly Leaf<T>[];
  /** False when the list is too long to be put in whole. */
  readonly whole: boolean;
}

export interface SudoersAliases {
  users(list: readonly Member[]): Expanded<Member>;
  runAs(list: readonly Member[]): Expanded<Member>;
  hosts(list: readonly Member[]): Expanded<Member>;
  commands(list: readonly Command[]): Expanded<Command>;
  /** Names used and never defined, or defined by themselves: they match nobody. */
  readonly loose: readonly string[];
}

export interface AliasProblem {
  readonly source: Source;
  readonly message: string;
  readonly column: number;
}

const leafLimit = 10_000;
const words: Readonly<Record<AliasKind, string>> = {
  user: "User_Alias",
  runas: "Runas_Alias",
  host: "Host_Alias",
  command: "Cmnd_Alias",
};

type Defined = ReadonlyMap<string, AliasDefinition>;

function keyOf(kind: AliasKind, name: string): string {
  return `${kind} ${name}`;
}

interface Definitions {
  readonly defined: Defined;
  readonly problems: readonly AliasProblem[];
}

/** A name defined twice is an error, and sudo drops it with the rest of its line. */
function definitions(entries: readonly PlacedEntry[]): Definitions {
  const defined = new Map<string, AliasDefinition>();
  const problems: AliasProblem[] = [];
  for (const { entry, file } of entries) {
    if (entry.kind !== "aliases") continue;
    for (const one of entry.definitions) {
      const key = keyOf(one.kind, one.name);
      if (!defined.has(key)) {
        defined.set(key, one);
        continue;
      }
      const column = one.span.start - file.text.lastIndexOf("\n", one.span.start - 1);
      const message = `duplicate ${words[one.kind]} "${printable(one.name)}"`;
      problems.push({ source: file.source(one.span, one.line), message, column });
      break;
    }
  }
  return { defined, problems };
}

class Expansion<T extends { readonly kind: string; readonly negated: boolean; readonly text: string }> {
  readonly leaves: Leaf<T>[] = [];
  private readonly open: string[] = [];

  constructor(
    private readonly members: (alias: string) => readonly T[] | undefined,
    private readonly note: (alias: string) => void,
  ) {}

  put(list: readonly T[], negated: boolean): boolean {
    return list.every((item) => {
      if (this.leaves.length >= leafLimit || this.open.length > 64) return false;
      const opposite = item.negated !== negated;
      const inner =
        item.kind === "alias" && !this.open.includes(item.text) ? this.members(item.text) : undefined;
      if (inner === undefined) {
        if (item.kind === "alias") this.note(item.text);
        this.leaves.push({ item, negated: opposite, via: [...this.open] });
        return true;
      }
      this.open.push(item.text);
      const whole = this.put(inner, opposite);
      this.open.pop();
      return whole;
    });
  }
}

/** The aliases that sudo knows after it has read `entries`, and the definitions it refused. */
export function sudoersAliases(entries: readonly PlacedEntry[]): {
  readonly aliases: SudoersAliases;
  readonly problems: readonly AliasProblem[];
} {
  const { defined, problems } = definitions(entries);
  const loose = new Set<string>();
  const membersOf = (kind: AliasKind) => (name: string) => defined.get(keyOf(kind, name))?.members;
  const note = (kind: AliasKind) => (name: string) => {
    loose.add(`${words[kind]} ${printable(name)}`);
  };
  const expand = (kind: AliasKind, list: readonly Member[]): Expanded<Member> => {
    const expansion = new Expansion<Member>(membersOf(kind), note(kind));
    const whole = expansion.put(list, false);
    return { leaves: expansion.leaves, whole };
  };
  const aliases: SudoersAliases = {
    users: (list) => expand("user", list),
    runAs: (list) => expand("runas", list),
    hosts: (list) => expand("host", list),
    commands: (list) => {
      const commandsOf = (name: string) => defined.get(keyOf("command", name))?.commands;
      const expansion = new Expansion<Command>(commandsOf, note("command"));
      const whole = expansion.put(list, false);
      return { leaves: expansion.leaves, whole };
    },
    get loose() {
      return [...loose];
    },
  };
  return { aliases, problems };
}
