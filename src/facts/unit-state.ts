// Whether files enable a unit, as `systemctl is-enabled` has it without asking a running systemd. Reads no file.
import type { Source } from "../core/source.js";
import type { UnitAssignment } from "../formats/systemd-unit.js";
import type { Layout, Placed, Pull } from "./unit-paths.js";

export type UnitState =
  | "enabled"
  | "enabled-runtime"
  | "disabled"
  | "static"
  | "indirect"
  | "masked"
  | "masked-runtime"
  | "linked"
  | "linked-runtime"
  | "generated"
  | "transient"
  | "alias";

export interface UnitSetting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly source: Source;
  /** For editing and for the places of words inside the value. */
  readonly assignment: UnitAssignment;
}

/** Assignments of a list in force: an empty one takes back all before it. */
export function inForce(
  settings: readonly UnitSetting[],
  section: string,
  key: string,
): readonly UnitSetting[] {
  const all = settings.filter((one) => one.section === section && one.key === key);
  return all.slice(all.findLastIndex(({ value }) => value === "") + 1);
}

/** `getty@tty1.service` -> `getty@.service`; undefined for what is no instance. */
export function template(name: string): string | undefined {
  return /^([^@]+@)[^@]+(\.[a-z]+)$/.exec(name)?.slice(1).join("");
}

interface Stateful {
  readonly name: string;
  readonly names: readonly string[];
  readonly masked: boolean;
  readonly fragment: string;
  readonly entry: Placed;
  readonly pulledBy: readonly Pull[];
  readonly settings: readonly UnitSetting[];
}

const persistent = "/etc/systemd/system";
const runtime = "/run/systemd/system";

/** Folders of the links that enable the unit; the distribution's own links among them do not count. */
function enablingFolders(layout: Layout, unit: Stateful): readonly string[] {
  const initial = unit.settings.findLast(
    ({ section, key }) => section === "Install" && key === "DefaultInstance",
  );
  const names = new Set(unit.names);
  if (initial !== undefined) names.add(unit.name.replace("@.", `@${initial.value}.`));
  const aliases = layout.all.filter(
    ({ name, target }) => target !== undefined && name !== unit.name && unit.names.includes(name),
  );
  return [...unit.pulledBy.filter((pull) => names.has(pull.unit)), ...aliases].map(({ folder }) => folder);
}

/** A link in a unit folder to a file that lies in none of them. */
function linkedIn(layout: Layout, { entry }: Stateful): UnitState | undefined {
  const { target, folder } = entry;
  if (target === undefined || layout.paths.has(target)) return undefined;
  return folder === persistent ? "linked" : folder === runtime ? "linked-runtime" : undefined;
}

/** The state of the unit that was asked for by the name `asked`. */
export function stateOf(layout: Layout, unit: Stateful, asked: string): UnitState {
  const { folder } = unit.entry;
  if (unit.masked) return folder.startsWith("/run/") ? "masked-runtime" : "masked";
  if (asked !== unit.name && template(asked) === undefined) return "alias";
  if (folder.includes("/generator")) return "generated";
  if (folder === "/run/systemd/transient") return "transient";
  const folders = enablingFolders(layout, unit);
  if (folders.includes(persistent)) return "enabled";
  if (folders.includes(runtime)) return "enabled-runtime";
  const linked = linkedIn(layout, unit);
  if (linked !== undefined) return linked;
  if (unit.pulledBy.some((pull) => [persistent, runtime].includes(pull.folder))) return "indirect";
  const install = (key: string) => inForce(unit.settings, "Install", key).length > 0;
  if (["WantedBy", "RequiredBy", "UpheldBy", "Alias"].some(install)) return "disabled";
  return install("Also") ? "indirect" : "static";
}
