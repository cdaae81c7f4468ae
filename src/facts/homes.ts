// The home directories of people and the dot files in them: owner, mode, presence. Reads none of the files.
import { known } from "../core/fact.js";
import type { Host } from "../host/host.js";
import type { UserEntry } from "./accounts.js";
import type { FileState } from "./file-state.js";
import { people } from "./people.js";
import type { FactSource } from "./source.js";

export interface Home {
  readonly user: UserEntry;
  readonly state: FileState;
  /** Files and directories whose names start with a dot, directly in the home. */
  readonly dotFiles: readonly FileState[];
  /** What could not be looked at in it. */
  readonly unread: readonly string[];
}

export interface Homes {
  readonly homes: readonly Home[];
  /** Homes that were not looked at. */
  readonly unread: readonly string[];
}

/** Homes looked at; a node has a handful. */
const homeLimit = 500;
/** Dot files looked at in one home. */
const dotFileLimit = 1000;

async function dotFilesOf(host: Host, home: FileState): Promise<Pick<Home, "dotFiles" | "unread">> {
  if (home.state !== "ok" || home.kind !== "directory") return { dotFiles: [], unread: [] };
  const listing = await host.list(home.path);
  if (listing.state !== "ok") return { dotFiles: [], unread: [listing.reason] };
  const names = listing.entries.map(({ name }) => name).filter((name) => name.startsWith("."));
  const folder = home.path === "/" ? "" : home.path;
  // Of a link its own presence counts, not what it leads to.
  const states = await Promise.all(
    names.slice(0, dotFileLimit).map((name) => host.lstat(`${folder}/${name}`)),
  );
  const lost = listing.undecodable.filter((name) => name.startsWith("."));
  return {
    dotFiles: states.filter(({ state }) => state !== "absent"),
    unread: [
      ...lost.map((name) => `${folder}/${name}: its name is not valid UTF-8`),
      ...(names.length > dotFileLimit ? [`${home.path}: more than ${dotFileLimit} dot files`] : []),
    ],
  };
}

async function homeOf(host: Host, user: UserEntry): Promise<Home> {
  const path = user.home === "" ? "/" : user.home;
  const state = await host.stat(path);
  return { user, state, ...(await dotFilesOf(host, state)) };
}

export const homes: FactSource<Homes> = {
  title: "the home directories of people, and the dot files in them",
  async gather(host, ask) {
    const all = await ask(people);
    if (all.state !== "known") return all;
    const users = all.value.people;
    const found = await Promise.all(users.slice(0, homeLimit).map((user) => homeOf(host, user)));
    const more = users.length - found.length;
    return known({ homes: found, unread: more > 0 ? [`${more} more homes were not looked at`] : [] });
  },
};
