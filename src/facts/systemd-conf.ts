// The configuration of systemd's own daemons: main file and drop-ins of `journald.conf`, `system.conf`, … in force, with the
// lines that say so (systemd-system.conf(5), journald.conf(5)). Not units.
import { byBytes } from "../core/byte-order.js";
import type { Edit } from "../core/edit.js";
import type { Source } from "../core/source.js";
import type { Step } from "../core/step.js";
import { parseUnit, type UnitAssignment } from "../formats/systemd-unit.js";
import { LineIndex } from "../formats/traced.js";
import type { Host, ReadOk } from "../host/host.js";
import { dropIns } from "./drop-in-files.js";

export interface ConfSetting {
  readonly value: string;
  readonly source: Source;
}

interface Located extends ConfSetting {
  readonly section: string;
  readonly key: string;
  readonly assignment: UnitAssignment;
}

export interface SystemdConf {
  /** The last assignment that `valid` accepts: systemd passes over a value it does not understand. */
  last(section: string, key: string, valid?: (value: string) => boolean): ConfSetting | undefined;
  /** Every assignment of that key, in order: of a list they add up. */
  all(section: string, key: string): readonly ConfSetting[];
  /** Assignments of that key that systemd does not understand. */
  wrong(section: string, key: string, valid: (value: string) => boolean): readonly ConfSetting[];
  readonly unread: readonly string[];
  /** Lines and files that systemd passes over. */
  readonly ignored: readonly string[];
  /** Steps after which a value is in force: in place where a line of the administrator sets it, else by a drop-in that is read last. */
  set(section: string, key: string, value: string): readonly Step[];
}

const folders = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

interface Parsed {
  readonly settings: readonly Located[];
  readonly ignored: readonly string[];
}

function parse({ path, text, encoding }: ReadOk): Parsed {
  const lines = new LineIndex(text);
  const { assignments, problems } = parseUnit(text, encoding);
  return {
    settings: assignments.map((assignment) => ({
      section: assignment.section,
      key: assignment.key,
      value: assignment.value,
      source: lines.source(path, assignment.span),
      assignment,
    })),
    ignored: problems.map(({ line, message }) => `${path}:${line}: ${message}`),
  };
}

/** Replaces the value of an assignment that may run over several lines. */
function valueEdit({ assignment }: Located, value: string): Edit {
  return { span: assignment.span, text: `${assignment.key}=${value}` };
}

/** A name in the drop-in folder of /etc that is read after all others; one a key, so that repairs do not meet in one file. */
function ownName(names: readonly string[], key: string): string {
  const own = `nodeward-${key.toLowerCase()}.conf`;
  const last = names
    .filter((name) => !/^(?:90|zz)-nodeward-/.test(name))
    .sort(byBytes)
    .at(-1);
  return last === undefined || byBytes(last, `90-${own}`) < 0 ? `90-${own}` : `zz-${own}`;
}

interface Loaded {
  readonly name: string;
  readonly settings: readonly Located[];
  /** Names of the drop-ins there are, and the texts of those in /etc. */
  readonly names: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
}

function stepsFor(
  { name, settings, names, texts }: Loaded,
  section: string,
  key: string,
  value: string,
): readonly Step[] {
  const there = settings.findLast((one) => one.section === section && one.key === key);
  if (there?.source.file.startsWith("/etc/"))
    return [{ kind: "edit", file: there.source.file, edits: [valueEdit(there, value)] }];
  const file = `/etc/systemd/${name}.d/${ownName(names, key)}`;
  const text = texts.get(file);
  if (text === undefined) {
    const content = `# Written by nodeward.\n[${section}]\n${key}=${value}\n`;
    return [{ kind: "write", file, content, mode: 0o644 }];
  }
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  const span = { start: text.length, end: text.length };
  return [{ kind: "edit", file, edits: [{ span, text: `${gap}[${section}]\n${key}=${value}\n` }] }];
}

/** Reads `name` (such as `journald.conf`) and its drop-ins: the main file first, then drop-ins by name over all folders. */
export async function systemdConf(host: Host, name: string): Promise<SystemdConf> {
  const [mains, rest] = await Promise.all([
    Promise.all(folders.map((folder) => host.read(`${folder}/${name}`))),
    dropIns(host, {
      directories: folders.map((folder) => `${folder}/${name}.d`),
      accepts: (file) => file.endsWith(".conf") && !file.startsWith("."),
      directoriesHide: false,
    }),
  ]);
  // The first folder that has the main file hides the others.
  const main = mains.find(({ state }) => state !== "absent");
  const reads = [
    ...(main?.state === "ok" ? [main] : []),
    ...rest.files.flatMap(({ read }) => (read === undefined ? [] : [read])),
  ];
  const parsed = reads.map(parse);
  const settings = parsed.flatMap((one) => one.settings);
  const loaded = {
    name,
    settings,
    names: rest.files.map((file) => file.name),
    texts: new Map(reads.map(({ path, text }) => [path, text])),
  };
  const of = (section: string, key: string) =>
    settings.filter((one) => one.section === section && one.key === key);
  return {
    last: (section, key, valid = () => true) => of(section, key).findLast(({ value }) => valid(value)),
    all: of,
    wrong: (section, key, valid) => of(section, key).filter(({ value }) => !valid(value)),
    unread: [...(main !== undefined && main.state !== "ok" ? [main.reason] : []), ...rest.unread],
    ignored: parsed.flatMap((one) => one.ignored),
    set: (section, key, value) => stepsFor(loaded, section, key, value),
  };
}

/** A truth value as systemd reads it (parse_boolean of basic/parse-util.c); undefined for what is none. */
export function systemdBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (["1", "yes", "y", "true", "t", "on"].includes(word)) return true;
  return ["0", "no", "n", "false", "f", "off"].includes(word) ? false : undefined;
}
