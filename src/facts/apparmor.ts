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
  /** The programs it is for, variables expanded; undefined where it is entered by its name alone, or the kernel is older than 4.13. */
  readonly attach: string | undefined;
  /** Where the kernel keeps what it is made of; none for a child, or on such a kernel. */
  readonly folder: string | undefined;
}

/** Processes by the profile they run under; under a stack each of its profiles. */
export type Confined = ReadonlyMap<string, readonly number[]>;

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
  readonly confined: Confined;
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

interface Kept {
  readonly attach: string | undefined;
  readonly folder: string;
}

/** What the kernel keeps of each profile that has no parent, by name (apparmorfs.c). */
async function keptOf(host: Host, unread: string[]): Promise<ReadonlyMap<string, Kept>> {
  const found = new Map<string, Kept>();
  const listing = await host.list(policyFolder);
  // Kernels before 4.13 have no such folder: a profile is then known by its name alone.
  if (listing.state !== "ok") {
    if (listing.state !== "absent") unread.push(listing.reason);
    return found;
  }
  const reads = await Promise.all(
    listing.entries.map(async ({ name }) => {
      const folder = `${policyFolder}/${name}`;
      return [folder, await host.read(`${folder}/name`), await host.read(`${folder}/attach`)] as const;
    }),
  );
  for (const [folder, name, attach] of reads) {
    // Replaced or unloaded meanwhile.
    if (name.state === "absent" || attach.state === "absent") continue;
    if (name.state !== "ok") unread.push(name.reason);
    else if (attach.state !== "ok") unread.push(attach.reason);
    else {
      const text = attach.text.trim();
      found.set(name.text.trim(), { attach: text === "<unknown>" ? undefined : text, folder });
    }
  }
  return found;
}

function attachedTo(loaded: readonly LoadedProfile[], unread: string[]): readonly Attached[] {
  // A child is entered from its parent only; a profile in the mode unconfined confines nothing.
  const own = loaded.filter(({ name, mode }) => !name.includes("//") && mode !== "unconfined");
  return own.flatMap(({ name, attach }) => {
    const pattern = attach ?? name;
    if (!pattern.startsWith("/")) return [];
    const fits = attachment(pattern);
    if (fits === undefined) unread.push(`the programs of the profile ${name} cannot be told: ${pattern}`);
    return fits === undefined ? [] : [{ name, fits }];
  });
}

type Seen = BesideProfile | { readonly pid: number; readonly under: string } | string | undefined;

async function labelOf(host: Host, pid: number): Promise<ReturnType<typeof parseLabel> | { reason: string }> {
  // Beside another security module that answers in attr/current AppArmor has a folder of its own (proc_pid_attr(5)).
  const own = await host.read(`/proc/${pid}/attr/apparmor/current`, { limit: 64 * 1024 });
  const read =
    own.state === "absent" ? await host.read(`/proc/${pid}/attr/current`, { limit: 64 * 1024 }) : own;
  return read.state === "ok" ? parseLabel(read.text) : { reason: read.reason };
}

async function besideOf(host: Host, pid: number, attached: readonly Attached[]): Promise<Seen> {
  const label = await labelOf(host, pid);
  if (typeof label === "object" && "mode" in label) return { pid, under: label.name };
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

function confinedIn(seen: readonly Seen[]): Confined {
  const found = new Map<string, number[]>();
  for (const one of seen)
    if (typeof one === "object" && "under" in one)
      for (const name of one.under.split("//&")) {
        const pids = found.get(name) ?? [];
        pids.push(one.pid);
        found.set(name, pids);
      }
  return found;
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
    const unread: string[] = [];
    const kept = await keptOf(host, unread);
    const loaded = profiles.map(({ name, mode, line }) => ({
      name,
      mode,
      source: { ...wholeFile(listFile, `${name} (${mode})`), line },
      attach: kept.get(name)?.attach,
      folder: kept.get(name)?.folder,
    }));
    if (table.state !== "known")
      return known({ loaded, beside: table, confined: new Map(), running: 0, unread });
    const attached = attachedTo(loaded, unread);
    const all = table.value.all.filter(({ kernelThread, zombie }) => !kernelThread && !zombie);
    const seen = await Promise.all(all.map(({ pid }) => besideOf(host, pid, attached)));
    return known({
      loaded,
      beside: known(seen.filter((one) => typeof one === "object" && "program" in one)),
      confined: confinedIn(seen),
      running: all.length,
      unread: [...table.value.unread, ...unread, ...seen.filter((one) => typeof one === "string")],
    });
  },
};
