// Which containers, static pods and processes a seccomp or AppArmor profile of the node holds: what must not be taken away under
// them.
import { listing } from "../core/printable.js";
import { apparmorProfiles } from "../facts/apparmor-profiles.js";
import { seccompProfiles } from "../facts/seccomp-profiles.js";
import type { Ask } from "../facts/source.js";

/** Path of a profile -> who uses it, in words. Profiles that nobody uses are left out. */
export async function profileUsers(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const [seccomp, apparmor] = await Promise.all([ask(seccompProfiles), ask(apparmorProfiles)]);
  const profiles = [
    ...(seccomp.state === "known" ? seccomp.value.installed : []),
    ...(apparmor.state === "known" ? apparmor.value.policies : []),
  ];
  return new Map(
    profiles
      .filter(({ usedBy }) => usedBy.length > 0)
      .map(({ path, usedBy }) => [path, listing(usedBy, 3)] as const),
  );
}

/** A container that is started again would not start; a process whose AppArmor profile is unloaded runs on without any. */
export function inUse(path: string, users: string): string {
  const loss = path.startsWith("/etc/apparmor.d/")
    ? "without it these run on unconfined, or do not start again"
    : "without it these do not start again";
  return `${path} is used by ${users}: ${loss}`;
}
