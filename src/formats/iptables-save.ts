// The text of iptables-save(8), which is also that of ufw's own rule files: tables, chains, rules line by line. Reads a
// rule's words; what they mean is iptables-rule.ts.
import { type Source, wholeFile } from "../core/source.js";

export interface Word {
  readonly text: string;
  /** In quotes: never an option. */
  readonly quoted: boolean;
}

export interface SavedRule {
  readonly chain: string;
  readonly source: Source;
  /** The words after the chain. */
  words(): readonly Word[];
}

export interface SavedChain {
  readonly name: string;
  /** `ACCEPT`, `DROP`; `-` for a chain that rules jump to; undefined where the text uses a chain it does not declare. */
  readonly policy: string | undefined;
  readonly rules: readonly SavedRule[];
  readonly source: Source;
}

export interface SavedTable {
  readonly name: string;
  readonly chains: ReadonlyMap<string, SavedChain>;
}

export interface SavedRules {
  readonly tables: ReadonlyMap<string, SavedTable>;
  /** Lines that iptables-restore would refuse, or commands that are not read here. */
  readonly malformed: readonly Source[];
  /** `# Table … is incompatible`: tables of nft itself that the program leaves out. */
  readonly hidden: readonly string[];
}

/** Malformed lines kept as evidence. */
const malformedLimit = 20;

/** Words of a rule as libxtables splits them: blanks apart, double quotes with backslash escapes inside. */
export function splitWords(text: string): readonly Word[] {
  const words: Word[] = [];
  let word = "";
  let quoted = false;
  let open = false;
  let started = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (open) {
      if (letter === "\\" && at + 1 < text.length) word += text[++at];
      else if (letter === '"') open = false;
      else word += letter;
    } else if (letter === '"') {
      open = true;
      quoted = true;
      started = true;
    } else if (letter === " " || letter === "\t" || letter === "\r") {
      if (started) words.push({ text: word, quoted });
      word = "";
      quoted = false;
      started = false;
    } else {
      word += letter;
      started = true;
    }
  }
  if (started) words.push({ text: word, quoted });
  return words;
}

interface OpenChain {
  readonly name: string;
  policy: string | undefined;
  rules: SavedRule[];
  readonly source: Source;
}

/** A rule that ends in an option whose argument is missing (iptables(8)). */
const lacksArgument =
  /(?:^| )(?:-[jgpsdiom]|--(?:jump|goto|protocol|source|destination|[ds]ports?|match|(?:in|out)-interface|ctstate|state|limit))$/;

class Reader {
  readonly tables = new Map<string, Map<string, OpenChain>>();
  readonly malformed: Source[] = [];
  readonly hidden: string[] = [];
  private table: Map<string, OpenChain> | undefined;

  private bad(source: Source): void {
    if (this.malformed.length < malformedLimit) this.malformed.push(source);
  }

  private chain(name: string, source: Source, table: Map<string, OpenChain>): OpenChain {
    const before = table.get(name);
    if (before !== undefined) return before;
    const made = { name, policy: undefined, rules: [], source };
    table.set(name, made);
    return made;
  }

  /** One line as it stands: iptables-restore forgives blanks at few places, and a carriage return nowhere. */
  line(text: string, source: Source): void {
    const first = text.charAt(0);
    if (first === "#") {
      const name = /^# Table [`']([^']*)' is incompatible/.exec(text)?.[1];
      if (name !== undefined) this.hidden.push(name);
    } else if (text.includes("\r")) this.bad(source);
    else if (first === "*" && this.table === undefined) this.open(text.slice(1).trimEnd());
    else if (this.table === undefined) this.bad(source);
    else if (text === "COMMIT") this.table = undefined;
    else if (first === ":") this.declare(text, source, this.table);
    else this.command(text.trim(), source, this.table);
  }

  /** A table without its COMMIT is not loaded. */
  end(source: Source): void {
    if (this.table !== undefined) this.bad(source);
    this.table = undefined;
  }

  private open(name: string): void {
    const before = this.tables.get(name) ?? new Map<string, OpenChain>();
    this.tables.set(name, before);
    this.table = before;
  }

  private declare(text: string, source: Source, table: Map<string, OpenChain>): void {
    const [, name, policy] = /^:(\S+) (\S+)/.exec(text) ?? [];
    if (name === undefined) {
      this.bad(source);
      return;
    }
    const chain = this.chain(name, source, table);
    // Declared again, a chain of one's own is emptied (iptables-restore(8) --noflush).
    if (policy === "-") chain.rules = [];
    chain.policy = policy;
  }

  private command(text: string, source: Source, table: Map<string, OpenChain>): void {
    // Counters stand before the command (iptables-save -c).
    const [, written, name, rest = ""] = /^(?:\[\d+:\d+\] )?(-[a-zA-Z-]+) +(\S+) *(.*)$/.exec(text) ?? [];
    const verb = verbs.get(written ?? "");
    if (verb === undefined || name === undefined || hasComment(rest) || lacksArgument.test(rest)) {
      this.bad(source);
      return;
    }
    const chain = this.chain(name, source, table);
    if (verb === "P") chain.policy = rest.split(" ", 1)[0];
    else if (verb === "N") chain.policy ??= "-";
    else if (verb === "F") chain.rules = [];
    else if (verb === "X") table.delete(name);
    else if (verb === "A") chain.rules.push(rule(name, source, rest));
    else {
      const [, position, words = ""] = /^(?:(\d{1,9}) +)?(.*)$/.exec(rest) ?? [];
      chain.rules.splice(Math.max(0, Number(position ?? 1) - 1), 0, rule(name, source, words));
    }
  }
}

const verbs: ReadonlyMap<string, "A" | "I" | "N" | "P" | "F" | "X"> = new Map([
  ["-A", "A"],
  ["--append", "A"],
  ["-I", "I"],
  ["--insert", "I"],
  ["-N", "N"],
  ["--new-chain", "N"],
  ["-P", "P"],
  ["--policy", "P"],
  ["-F", "F"],
  ["--flush", "F"],
  ["-X", "X"],
  ["--delete-chain", "X"],
]);

/** A comment behind a rule is a bad argument to iptables-restore. */
function hasComment(text: string): boolean {
  return text.includes("#") && splitWords(text).some((word) => !word.quoted && word.text.startsWith("#"));
}

function rule(chain: string, source: Source, text: string): SavedRule {
  let words: readonly Word[] | undefined;
  return {
    chain,
    source,
    words: () => {
      words ??= splitWords(text);
      return words;
    },
  };
}

/** One text to read: `iptables-save`, or the name of a file of ufw's. */
export interface SavedText {
  readonly file: string;
  readonly text: string;
}

/** Reads texts one after another, as `iptables-restore --noflush` would load them. */
export function parseSaved(texts: readonly SavedText[]): SavedRules {
  const reader = new Reader();
  for (const { file, text } of texts) {
    let start = 0;
    for (let line = 1; start < text.length; line++) {
      const newline = text.indexOf("\n", start);
      const end = newline < 0 ? text.length : newline;
      const shown = text.slice(start, end);
      if (shown !== "") reader.line(shown, { file, line, span: { start, end }, text: shown.trim() });
      start = end + 1;
    }
    reader.end(wholeFile(file, "no COMMIT at the end"));
  }
  return {
    tables: new Map([...reader.tables].map(([name, chains]) => [name, { name, chains }])),
    malformed: reader.malformed,
    hidden: reader.hidden,
  };
}
