// Does a list of sudoers mean this user, this host, this target? Sudo's own comparison: the last member that fits decides.
import type { SudoersDialect } from "../formats/sudoers-dialect.js";
import type { Member } from "../formats/sudoers-tree.js";
import type { Accounts, UserEntry } from "./accounts.js";
import type { Leaf } from "./sudoers-aliases.js";

/** What a list says of somebody: `none` where no member fits. */
export interface Answer {
  readonly says: "allow" | "deny" | "none";
  /** False where it hangs on what cannot be seen: a netgroup, a network, the name in DNS. */
  readonly sure: boolean;
}

export type Fit = true | false | "perhaps";

/** The last member that fits decides; one that fits perhaps is taken to allow, never to deny. */
export function answer<T>(leaves: readonly Leaf<T>[], fits: (item: T) => Fit): Answer {
  let sure = true;
  for (const { item, negated } of [...leaves].reverse()) {
    const fit = fits(item);
    if (fit === false) continue;
    if (fit === true) return { says: negated ? "deny" : "allow", sure };
    sure = false;
    if (!negated) return { says: "allow", sure };
  }
  return { says: "none", sure };
}

/** Whom and what names are compared with. */
export interface Matching {
  readonly accounts: Accounts | undefined;
  readonly dialect: SudoersDialect;
  /** As the kernel has it: short, or with its domain. Empty when unknown. */
  readonly hostname: string;
  /** `%:name` is asked of a plugin. */
  readonly groupPlugin: boolean;
  readonly netgroups: boolean;
}

function same(a: string, b: string, fold: boolean): boolean {
  return fold ? a.toLowerCase() === b.toLowerCase() : a === b;
}

/** The number after `#`, as sudo reads ids; undefined for what is none. */
export function idOf(text: string): number | undefined {
  if (!/^#[+-]?\d{1,12}$/.test(text)) return undefined;
  const number = Number(text.slice(1));
  const id = number < 0 ? 2 ** 32 + number : number;
  return id >= 0 && id < 2 ** 32 - 1 ? id : undefined;
}

export interface Person {
  readonly name: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

export function personOf(user: UserEntry): Person {
  return { name: user.name, uid: user.uid, gid: user.gid };
}

function inGroup(text: string, person: Person, { accounts, dialect, groupPlugin }: Matching): Fit {
  if (text.startsWith("%:")) return groupPlugin ? "perhaps" : false;
  const name = text.slice(1);
  const gid = idOf(name);
  if (gid !== undefined && gid === person.gid) return true;
  // Without the node's groups nobody's membership is known.
  if (accounts === undefined) return "perhaps";
  const groups = accounts.groupsOf(person.name);
  if (gid !== undefined && groups.some((group) => accounts.group(group)?.gid === gid)) return true;
  return groups.some((group) => same(group, name, dialect.foldsNames));
}

/** Does a member of a user or run-as list mean `person`? `self` is who runs sudo. */
export function fitsUser(member: Member, person: Person, matching: Matching, self?: Person): Fit {
  switch (member.kind) {
    case "all":
      return true;
    case "group":
      return inGroup(member.text, person, matching);
    case "netgroup":
      return matching.netgroups ? "perhaps" : false;
    case "self":
      return self !== undefined && self.name === person.name;
    case "network":
      return false;
    default: {
      const id = idOf(member.text);
      if (id !== undefined && id === person.uid) return true;
      return same(member.text, person.name, matching.dialect.foldsNames);
    }
  }
}

/**
 * Does a shell pattern with `*`, `?` and escapes fit? With brackets perhaps. For a path neither wildcard fits a slash
 * (fnmatch(3), FNM_PATHNAME).
 */
export function fitsPattern(pattern: string, text: string, isPath = false): Fit {
  if (/(?:^|[^\\])(?:\\\\)*\[/.test(pattern)) return "perhaps";
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    const wild = isPath && text[at] === "/" ? "" : (pattern[from] ?? "");
    const escaped = pattern[from] === "\\" && from + 1 < pattern.length;
    if (wild === "*") {
      star = from++;
      mark = at;
    } else if (wild === "?" || pattern[escaped ? from + 1 : from] === text[at]) {
      from += escaped ? 2 : 1;
      at++;
    } else if (star >= 0 && !(isPath && text[mark] === "/")) {
      from = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[from] === "*") from++;
  return from === pattern.length;
}

/** Does a member of a host list mean this node? */
export function fitsHost(member: Member, { hostname, netgroups }: Matching): Fit {
  if (member.kind === "all") return true;
  // Which networks the node is in changes as it runs.
  if (member.kind === "network") return "perhaps";
  if (member.kind === "netgroup") return netgroups ? "perhaps" : false;
  if (hostname === "") return "perhaps";
  const name = member.text.toLowerCase();
  const [short = ""] = hostname.toLowerCase().split(".");
  if (!name.includes(".")) return fitsPattern(name, short);
  if (hostname.includes(".")) return fitsPattern(name, hostname.toLowerCase());
  // The domain of a short host name is known to DNS only.
  const [first = ""] = name.split(".");
  return fitsPattern(first, short) === false ? false : "perhaps";
}
