// The configuration of apt in force, and which line says so (apt.conf(5)). Not apt's own defaults, not its sources.
import { absent, failed, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { type AptStatement, aptLine, aptValueEdit, parseAptConf } from "../formats/apt-conf.js";
import { AptTree } from "../formats/apt-tree.js";
import { LineIndex } from "../formats/traced.js";
import type { Host, Listing } from "../host/host.js";
import type { FactSource } from "./source.js";

export interface AptSetting {
  readonly value: string;
  readonly source: Source;
}

export interface AptConfig {
  get(name: string): AptSetting | undefined;
  /** The values below a name, in order. */
  list(name: string): readonly AptSetting[];
  /** Files as apt reads them. */
  readonly files: readonly string[];
  /** Why apt refuses to work at all: `file:line: reason`. */
  readonly problems: readonly string[];
  /** What could not be read, so that each value may be another one. */
  readonly unread: readonly string[];
  /** Steps that bring values about: in place where a line sets one, else in a file of our own. A name ending in `::` adds to a list. */
  set(values: readonly (readonly [string, string])[]): readonly Step[];
}

const parts = "/etc/apt/apt.conf.d";
const main = "/etc/apt/apt.conf";
/** Read after all others of the folder, so that no `#clear` takes back what it adds to a list. */
const own = `${parts}/zz-nodeward`;
/** ReadConfigFile of apt-pkg/contrib/configuration.cc. */
const includeLimit = 10;

/** Settings that move what nodeward reads elsewhere; it follows none of them. */
const moving = [
  "RootDir",
  "Dir",
  "Dir::Etc",
  "Dir::Etc::SourceList",
  "Dir::Etc::SourceParts",
  "Dir::Etc::Parts",
  "Dir::Etc::Main",
  "Dir::State",
  "Dir::State::Lists",
  "Dir::State::Status",
];

/**
 * The files of a folder that apt reads, in its order (GetListOfFilesInDir of apt's fileutl.cc). `extensions` with an
 * empty one takes names without a dot.
 */
export function aptFiles(
  listing: Listing & { readonly state: "ok" },
  extensions: readonly string[],
): readonly string[] {
  return listing.entries
    .filter(({ kind }) => kind === "file" || kind === "symlink" || kind === "unknown")
    .map(({ name }) => name)
    .filter((name) => /^[A-Za-z0-9_:-][A-Za-z0-9_:.-]*$/.test(name) && !name.endsWith("."))
    .filter((name) => {
      const dot = name.lastIndexOf(".");
      return extensions.includes(dot < 0 ? "" : name.slice(dot + 1));
    })
    .map((name) => `${listing.path}/${name}`);
}

type SetStatement = AptStatement & { readonly kind: "set" };
interface Place {
  readonly statement: SetStatement;
  readonly source: Source;
}

class Reading {
  readonly tree = new AptTree<Place>();
  readonly files: string[] = [];
  readonly problems: string[] = [];
  readonly unread: string[] = [];
  /** Texts of our own file and of the main one, where there are. */
  readonly texts = new Map<string, string>();

  constructor(private readonly host: Host) {}

  async folder(path: string, depth = 0): Promise<void> {
    const listing = await this.host.list(path);
    if (listing.state === "absent") return;
    if (listing.state !== "ok") {
      this.unread.push(listing.reason);
      return;
    }
    for (const file of aptFiles(listing, ["conf", ""])) await this.file(file, depth);
  }

  async file(path: string, depth = 0): Promise<void> {
    const read = await this.host.read(path);
    // A link that leads nowhere is passed over.
    if (read.state === "absent") return;
    if (read.state !== "ok") {
      this.unread.push(read.reason);
      return;
    }
    this.files.push(path);
    if (path === own || path === main) this.texts.set(path, read.text);
    const lines = new LineIndex(read.text);
    const { statements, problem } = parseAptConf(read.text);
    if (read.text.includes("\0")) this.unread.push(`${path}: holds a NUL byte`);
    for (const statement of statements) {
      if (statement.kind === "set") {
        const source = lines.source(path, statement.span);
        this.tree.set(statement.name, statement.value, { statement, source });
      } else if (statement.kind === "clear") this.tree.clear(statement.name);
      else await this.include(statement.path, depth, `${path}:${statement.line}`);
    }
    if (problem !== undefined) this.problems.push(`${path}:${problem.line}: ${problem.message}`);
  }

  private async include(path: string, depth: number, where: string): Promise<void> {
    if (depth >= includeLimit) this.problems.push(`${where}: too many nested includes`);
    else if (!path.startsWith("/")) this.unread.push(`${where}: includes ${path}, which is no absolute path`);
    else if (path.endsWith("/") && path.length > 2) await this.folder(path.replace(/\/+$/, ""), depth + 1);
    else await this.file(path, depth + 1);
  }
}

/** Statements at the end of the file that is read last. */
function additions(
  values: readonly (readonly [string, string])[],
  texts: ReadonlyMap<string, string>,
): readonly Step[] {
  const lines = values.map(([name, value]) => aptLine(name, value)).join("");
  if (lines === "") return [];
  const file = texts.has(main) ? main : own;
  const before = texts.get(file);
  if (before === undefined) {
    const span = { start: 0, end: 0 };
    // Other repairs of the run may add to it: the title is theirs too.
    const title = "// Written by nodeward: see apt.conf(5).\n";
    return [
      {
        kind: "edit",
        file,
        edits: [
          { span, text: title },
          { span, text: lines },
        ],
      },
    ];
  }
  const text = before === "" || before.endsWith("\n") ? lines : `\n${lines}`;
  return [{ kind: "edit", file, edits: [{ span: { start: before.length, end: before.length }, text }] }];
}

function settingOf(found: { readonly value: string; readonly place: Place }): AptSetting {
  return { value: found.value, source: found.place.source };
}

function configOf(reading: Reading): AptConfig {
  const { tree, files, problems, unread, texts } = reading;
  const moved = moving.flatMap((name) => {
    const found = tree.get(name);
    return found === undefined || found.value === ""
      ? []
      : [
          `${found.place.source.file}:${found.place.source.line}: ${name} moves apt's files, which is not followed`,
        ];
  });
  return {
    get: (name) => {
      const found = tree.get(name);
      return found === undefined ? undefined : settingOf(found);
    },
    list: (name) => tree.list(name).map(settingOf),
    files,
    problems,
    unread: [...unread, ...moved],
    set: (values) => {
      const there = (name: string) => (name.endsWith("::") ? undefined : tree.get(name)?.place);
      const edits = values.flatMap(([name, value]): readonly Step[] => {
        const place = there(name);
        if (place === undefined) return [];
        return [{ kind: "edit", file: place.source.file, edits: [aptValueEdit(place.statement, value)] }];
      });
      const missing = values.filter(([name]) => there(name) === undefined);
      return [...edits, ...additions(missing, texts)];
    },
  };
}

export const aptConfig: FactSource<AptConfig> = {
  title: "the configuration of apt (/etc/apt/apt.conf.d, /etc/apt/apt.conf)",
  async gather(host) {
    const folder = await host.stat("/etc/apt");
    if (folder.state === "absent") return absent("apt is not used here: no /etc/apt");
    if (folder.state !== "ok") return failed(folder.reason);
    const reading = new Reading(host);
    await reading.folder(parts);
    await reading.file(main);
    return known(configOf(reading));
  },
};
