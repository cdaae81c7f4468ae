// Which containers and static pods a seccomp profile of the node is held by: what must not be taken away under them.
import { listing } from "../core/printable.js";
import { seccompProfiles } from "../facts/seccomp-profiles.js";
import type { Ask } from "../facts/source.js";

/** Path of a profile -> who uses it, in words. Profiles that nobody uses are left out. */
export async function profileUsers(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const profiles = await ask(seccompProfiles);
  if (profiles.state !== "known") return new Map();
  return new Map(
    profiles.value.installed
      .filter(({ usedBy }) => usedBy.length > 0)
      .map(({ path, usedBy }) => [path, listing(usedBy, 3)] as const),
  );
}

/** A container that is started again would not start: CreateContainerError. */
export function inUse(path: string, users: string): string {
  return `${path} is used by ${users}: without it these do not start again`;
}
