// One unit as systemd would load it: fragment and drop-ins merged, with every assignment's place. Expands no command.
import { type Source, wholeFile } from "../core/source.js";
import { parseUnit } from "../formats/systemd-unit.js";
import { LineIndex } from "../formats/traced.js";
import type { Host, ReadOk } from "../host/host.js";
import { dropInNames, type Layout, lexical, type Placed, type Pull } from "./unit-paths.js";
import { stateOf, template, type UnitSetting, type UnitState } from "./unit-state.js";

export interface UnitFile {
  readonly path: string;
  readonly read: ReadOk;
  readonly lines: LineIndex;
}

export interface LoadedUnit {
  /** The name it is loaded under: an alias's target. */
  readonly name: string;
  /** All names that lead to it. */
  readonly names: readonly string[];
  readonly state: UnitState;
  readonly masked: boolean;
  /** Links under `.wants`, `.requires` and `.upholds` that start it with another unit, in any folder. */
  readonly pulledBy: readonly Pull[];
  /** The main file, then the drop-ins in the order they are read; the link for a masked unit. */
  readonly files: readonly Source[];
  readonly fragment: string;
  readonly dropIns: readonly string[];
  readonly settings: readonly UnitSetting[];
  readonly texts: ReadonlyMap<string, UnitFile>;
  /** What could not be read: the settings may be incomplete. */
  readonly unread: readonly string[];
  /** Why systemd would not load it. */
  readonly problems: readonly string[];
}

const aliasLimit = 16;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

interface Resolved {
  readonly name: string;
  readonly entry: Placed;
  /** The file behind it; undefined when masked. */
  readonly fragment: string | undefined;
}

/** Follows aliases and masks by the links' text, as systemd's unit name map does. */
export function resolveUnit(layout: Layout, asked: string): Resolved | undefined {
  let name = asked;
  for (let count = 0; count < aliasLimit; count++) {
    const entry = layout.winners.get(name) ?? layout.winners.get(template(name) ?? "");
    if (entry === undefined) return undefined;
    if (entry.target === undefined) return { name, entry, fragment: entry.path };
    if (entry.target === "/dev/null") return { name, entry, fragment: undefined };
    const target = baseName(entry.target);
    const inside = layout.paths.has(entry.target) || layout.winners.has(target);
    if (!inside || target === entry.name) return { name, entry, fragment: entry.path };
    const instance = /@([^@]+)\.[a-z]+$/.exec(name)?.[1];
    name =
      instance !== undefined && /@\.[a-z]+$/.test(target) ? target.replace("@.", `@${instance}.`) : target;
  }
  return undefined;
}

interface DropIns {
  readonly paths: readonly string[];
  readonly unread: readonly string[];
}

function byteOrder([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Drop-in folders that exist for these names: by unit folder, in each from the exact name to the most general. */
function dropInFolders(layout: Layout, names: readonly string[]): readonly string[] {
  return layout.folders
    .flatMap((folder) => names.map((name) => `${folder}/${name}`))
    .filter((path) => layout.dropIns.has(path));
}

async function isNull(host: Host, folder: string, name: string): Promise<boolean> {
  const link = await host.readlink(`${folder}/${name}`);
  return link.state === "ok" && lexical(folder, link.target) === "/dev/null";
}

/** Files `*.conf` for all names of a unit, by file name; of one file name the folder of higher priority wins. */
async function dropInsOf(host: Host, layout: Layout, names: readonly string[]): Promise<DropIns> {
  const type = names[0]?.slice(names[0].lastIndexOf(".") + 1) ?? "";
  const folders = [
    ...names.flatMap((name) => dropInFolders(layout, dropInNames(name))),
    ...dropInFolders(layout, [`${type}.d`]),
  ];
  const winners = new Map<string, string>();
  const unread: string[] = [];
  for (const folder of new Set(folders)) {
    const listing = await host.list(folder);
    if (listing.state === "absent") continue;
    if (listing.state !== "ok") {
      unread.push(listing.reason);
      continue;
    }
    for (const name of listing.undecodable)
      if (name.endsWith(".conf")) unread.push(`${folder}: a name that is not UTF-8 (${name})`);
    for (const { name, kind } of listing.entries) {
      if (!name.endsWith(".conf") || name.startsWith(".") || kind === "directory" || winners.has(name))
        continue;
      // A link to /dev/null hides the files of that name in the folders below.
      winners.set(name, kind === "symlink" && (await isNull(host, folder, name)) ? "" : `${folder}/${name}`);
    }
  }
  const paths = [...winners].sort(byteOrder).map(([, path]) => path);
  return { paths: paths.filter((path) => path !== ""), unread };
}

interface Parsed {
  readonly settings: readonly UnitSetting[];
  readonly problems: readonly string[];
  readonly file: UnitFile;
}

function parsed(path: string, read: ReadOk): Parsed {
  const lines = new LineIndex(read.text);
  const { assignments, problems } = parseUnit(read.text, read.encoding);
  return {
    file: { path, read, lines },
    settings: assignments.map((assignment) => ({
      section: assignment.section,
      key: assignment.key,
      value: assignment.value,
      source: lines.source(path, assignment.span),
      assignment,
    })),
    problems: problems.filter(({ fatal }) => fatal).map(({ line, message }) => `${path}:${line}: ${message}`),
  };
}

/** Name of a unit -> the names whose links lead to it. */
export type Aliases = ReadonlyMap<string, readonly string[]>;

export function aliasesIn(layout: Layout): Aliases {
  const aliases = new Map<string, string[]>();
  for (const { name, target } of layout.winners.values()) {
    const unit = target === undefined ? undefined : resolveUnit(layout, name)?.name;
    if (unit === undefined) continue;
    const names = aliases.get(unit);
    if (names === undefined) aliases.set(unit, [name]);
    else names.push(name);
  }
  return aliases;
}

/** Reads the fragment and every drop-in of one unit; undefined when there is none of that name. */
export async function loadUnit(
  host: Host,
  layout: Layout,
  aliases: Aliases,
  asked: string,
): Promise<LoadedUnit | undefined> {
  const resolved = resolveUnit(layout, asked);
  if (resolved === undefined) return undefined;
  const { name, entry, fragment } = resolved;
  // Itself first.
  const names = [...new Set([name, ...(aliases.get(name) ?? [])])];
  const read = fragment === undefined ? undefined : await host.read(fragment);
  // An empty file masks like a link to /dev/null.
  const masked = fragment === undefined || (read?.state === "ok" && read.text === "");
  const dropIns: DropIns = masked ? { paths: [], unread: [] } : await dropInsOf(host, layout, names);
  const reads = await Promise.all(dropIns.paths.map((path) => host.read(path)));
  const all = [...(read === undefined ? [] : [read]), ...reads];
  const files = all.flatMap((one) => (one.state === "ok" && one.text !== "" ? [parsed(one.path, one)] : []));
  const missing = all.filter((one) => one.state === "denied" || one.state === "failed");
  const dangling = read?.state === "absent" ? [`${entry.path} leads to no file`] : [];
  const unit = {
    name,
    names,
    masked,
    pulledBy: layout.pulls.filter(({ unit: pulled }) => names.includes(pulled) || template(pulled) === name),
    files: masked ? [wholeFile(entry.path)] : files.map(({ file }) => wholeFile(file.path)),
    fragment: fragment ?? entry.path,
    dropIns: dropIns.paths,
    settings: files.flatMap(({ settings }) => settings),
    texts: new Map(files.map(({ file }) => [file.path, file])),
    unread: [...dropIns.unread, ...missing.map(({ reason }) => reason)],
    problems: [...dangling, ...files.flatMap(({ problems }) => problems)],
  };
  return { ...unit, state: stateOf(layout, { ...unit, entry }, asked) };
}
