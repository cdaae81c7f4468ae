// The access lists of files beyond their mode (acl(5)), by one look for all of them. Not what a mode says.
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type AclEntry, parseGetfacl } from "../formats/getfacl.js";
import type { Host } from "../host/host.js";
import type { FileState } from "./file-state.js";

/** Entries by real path; not known without getfacl. */
export type AccessLists = Fact<ReadonlyMap<string, readonly AclEntry[]>>;

export async function accessLists(host: Host, states: readonly FileState[]): Promise<AccessLists> {
  const paths = [...new Set(states.flatMap((state) => (state.state === "ok" ? [state.realPath] : [])))];
  if (paths.length === 0) return known(new Map());
  const result = await host.run("access-lists", ...paths);
  if (result.state === "absent") return absent(`access lists were not looked at: ${result.reason}`);
  if (result.state !== "ok") return failed(`access lists were not looked at: ${result.reason}`);
  // A file that vanished between the two looks makes it end with 1; what it could read is printed all the same.
  return known(parseGetfacl(result.stdout));
}
