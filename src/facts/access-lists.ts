// The access lists of files beyond their mode (acl(5)), by as few looks as can be. Not what a mode says.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type AclEntry, parseGetfacl } from "../formats/getfacl.js";
import type { Host } from "../host/host.js";
import { controlSockets } from "./access-files.js";
import { type FileState, fileStates } from "./file-state.js";
import { namedPaths } from "./named-paths.js";
import { secretPlaces } from "./secret-places.js";
import type { Ask, FactSource } from "./source.js";

/** Entries by real path; not known without getfacl. */
export type AccessLists = Fact<ReadonlyMap<string, readonly AclEntry[]>>;

/** The group's bits of a file with an access list are the most that the list can give (acl(5)). */
export function mayHaveList(state: FileState): boolean {
  return state.state === "ok" && (state.mode & 0o070) !== 0;
}

function realPaths(states: readonly FileState[]): ReadonlySet<string> {
  return new Set(states.flatMap((state) => (state.state === "ok" ? [state.realPath] : [])));
}

async function look(host: Host, paths: readonly string[]): Promise<AccessLists> {
  const result = await host.run("access-lists", ...paths);
  if (result.state === "absent") return absent(`access lists were not looked at: ${result.reason}`);
  if (result.state !== "ok") return failed(`access lists were not looked at: ${result.reason}`);
  // A file that vanished between the two looks makes it end with 1; what it could read is printed all the same.
  return known(parseGetfacl(result.stdout));
}

interface FixedLists {
  readonly paths: ReadonlySet<string>;
  readonly lists: AccessLists;
}

/** Of all files whose place is known beforehand, whoever asks for them: a program is started once for many. */
const fixedLists: FactSource<FixedLists> = {
  title: "access lists of named files and of secrets (getfacl)",
  async gather(host): Promise<Fact<FixedLists>> {
    const secret = secretPlaces.flatMap(({ paths }) => paths).filter((path) => !path.startsWith("~/"));
    const [named, others] = await Promise.all([
      fileStates(host, Object.values(namedPaths).flat()),
      fileStates(host, [...secret, ...controlSockets]),
    ]);
    const paths = realPaths([...named, ...others.filter(mayHaveList)]);
    return known({ paths, lists: paths.size === 0 ? known(new Map()) : await look(host, [...paths]) });
  },
};

export async function accessLists(host: Host, ask: Ask, states: readonly FileState[]): Promise<AccessLists> {
  const paths = [...realPaths(states)];
  if (paths.length === 0) return known(new Map());
  const fixed = await ask(fixedLists);
  if (fixed.state !== "known") return fixed;
  const rest = paths.filter((path) => !fixed.value.paths.has(path));
  const { lists } = fixed.value;
  if (lists.state !== "known" || rest.length === 0) return lists;
  const others = await look(host, rest);
  return others.state === "known" ? known(new Map([...lists.value, ...others.value])) : others;
}
