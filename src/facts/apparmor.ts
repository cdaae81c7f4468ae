// What AppArmor does in the running kernel: loaded profiles, and processes that run beside theirs. Not the policy on
// disk (facts/apparmor-files.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import { type Source, wholeFile } from "../core/source.js";
import { type ProfileMode, parseLabel, parseProfileList } from "../formats/apparmor-label.js";
import { attachment } from "../formats/apparmor-pattern.js";
import type { Host } from "../host/host.js";
import { kernelProtection } from "./kernel-protection.js";
import { processes } from "./processes.js";
import type { FactSource } from "./source.js";

export interface LoadedProfile extends ProfileMode {
  readonly source: Source;
}

export interface BesideProfile {
  readonly pid: number;
  readonly program: string;
  readonly profile: string;
  readonly source: Source;
}

export interface AppArmor {
  readonly loaded: readonly LoadedProfile[];
  /** Processes that a loaded profile is for, and that run without any. */
  readonly beside: Fact<readonly BesideProfile[]>;
  /** Processes looked at. */
  readonly running: number;
  /** What may hide one of them. */
  readonly unread: readonly string[];
}

interface Attached {
  readonly name: string;
  readonly fits: (path: string) => boolean;
}

const listFile = "/sys/kernel/security/apparmor/profiles";
const policyFolder = "/sys/kernel/security/apparmor/policy/profiles";

/** Name -> attachment as the kernel has it, variables expanded; the name where it keeps no other (apparmorfs.c). */
async function patterns(
  host: Host,
  loaded: readonly LoadedProfile[],
  unread: string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map(loaded.map(({ name }) => [name, name]));
  const listing = await host.list(policyFolder);
  // Kernels before 4.13 have no such folder: a profile is then known by its name alone.
  if (listing.state !== "ok") {
    if (listing.state !== "absent") unread.push(listing.reason);
    return found;
  }
  const reads = await Promise.all(
    listing.entries.map(async ({ name }) => {
      const one = `${policyFolder}/${name}`;
      return await Promise.all([host.read(`${one}/name`), host.read(`${one}/attach`)]);
    }),
  );
  for (const [name, attach] of reads) {
    // Replaced or unloaded meanwhile.
    if (name.state === "absent" || attach.state === "absent") continue;
    if (name.state !== "ok") unread.push(name.reason);
    else if (attach.state !== "ok") unread.push(attach.reason);
    else if (attach.text.trim() !== "<unknown>") found.set(name.text.trim(), attach.text.trim());
  }
  return found;
}

async function attachedTo(
  host: Host,
  loaded: readonly LoadedProfile[],
  unread: string[],
): Promise<readonly Attached[]> {
  // A child is entered from its parent only; a profile in the mode unconfined confines nothing.
  const own = loaded.filter(({ name, mode }) => !name.includes("//") && mode !== "unconfined");
  const byName = await patterns(host, own, unread);
  return own.flatMap(({ name }) => {
    const pattern = byName.get(name) ?? name;
    if (!pattern.startsWith("/")) return [];
    const fits = attachment(pattern);
    if (fits === undefined) unread.push(`the programs of the profile ${name} cannot be told: ${pattern}`);
    return fits === undefined ? [] : [{ name, fits }];
  });
}

type Seen = BesideProfile | string | undefined;

async function labelOf(host: Host, pid: number): Promise<ReturnType<typeof parseLabel> | { reason: string }> {
  // Beside another security module that answers in attr/current AppArmor has a folder of its own (proc_pid_attr(5)).
  const own = await host.read(`/proc/${pid}/attr/apparmor/current`, { limit: 64 * 1024 });
  const read =
    own.state === "absent" ? await host.read(`/proc/${pid}/attr/current`, { limit: 64 * 1024 }) : own;
  return read.state === "ok" ? parseLabel(read.text) : { reason: read.reason };
}

async function besideOf(host: Host, pid: number, attached: readonly Attached[]): Promise<Seen> {
  const label = await labelOf(host, pid);
  if (typeof label === "object" && "mode" in label) return undefined;
  const link = label === "unconfined" ? await host.readlink(`/proc/${pid}/exe`) : undefined;
  if (link?.state === "ok") {
    const program = link.target.replace(/ \(deleted\)$/, "");
    const profile = attached.find(({ fits }) => fits(program))?.name;
    return profile === undefined
      ? undefined
      : { pid, program, profile, source: wholeFile(`/proc/${pid}/attr/current`, "unconfined") };
  }
  // A process that has ended since holds nothing any more.
  if ((await host.read(`/proc/${pid}/status`)).state !== "ok") return undefined;
  if (link !== undefined) return link.reason;
  return typeof label === "object" ? label.reason : `/proc/${pid}/attr/current: is no label of AppArmor`;
}

export const apparmor: FactSource<AppArmor> = {
  title: "AppArmor in the running kernel (/sys/kernel/security/apparmor, /proc/PID/attr, /proc/PID/exe)",
  async gather(host, ask) {
    const protection = await ask(kernelProtection);
    if (protection.state !== "known") return protection;
    const on = protection.value.apparmor;
    if (on.state !== "known") return on;
    if (!on.value.value) return absent("AppArmor is off in the running kernel");
    const [list, table] = await Promise.all([host.read(listFile), ask(processes)]);
    if (list.state === "absent")
      return failed(
        `AppArmor is on and its profiles cannot be seen: no ${listFile} (securityfs not mounted?)`,
      );
    if (list.state !== "ok") return failed(list.reason);
    const { profiles, unread: strange } = parseProfileList(list.text);
    if (strange.length > 0) return failed(`${listFile}:${strange[0] ?? 0}: is no profile and its mode`);
    const loaded = profiles.map(({ name, mode, line }) => ({
      name,
      mode,
      source: { ...wholeFile(listFile, `${name} (${mode})`), line },
    }));
    if (table.state !== "known") return known({ loaded, beside: table, running: 0, unread: [] });
    const unread = [...table.value.unread];
    const attached = await attachedTo(host, loaded, unread);
    const all = table.value.all.filter(({ kernelThread, zombie }) => !kernelThread && !zombie);
    const seen = await Promise.all(all.map(({ pid }) => besideOf(host, pid, attached)));
    return known({
      loaded,
      beside: known(seen.filter((one) => typeof one === "object")),
      running: all.length,
      unread: [...unread, ...seen.filter((one) => typeof one === "string")],
    });
  },
};
