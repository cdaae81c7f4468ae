// The AppArmor profiles that complain, in the kernel or in a file that boot loads, and whether this node has anything they are for.
// Judges none.
import { type Fact, known } from "../core/fact.js";
import type { Source } from "../core/source.js";
import { isWildcard } from "../core/wildcard.js";
import { alternativesOf } from "../formats/apparmor-pattern.js";
import { headerAttachment } from "../formats/apparmor-profile.js";
import type { Host } from "../host/host.js";
import { type AppArmor, apparmor } from "./apparmor.js";
import { apparmorFiles, type DiskPolicy } from "./apparmor-files.js";
import { packageOwners } from "./package-owners.js";
import { globbed } from "./path-glob.js";
import type { Ask, FactSource } from "./source.js";

export interface ComplainingProfile {
  readonly name: string;
  readonly source: Source;
  /** Loaded so; by its flag; by an entry in force-complain. */
  readonly by: "kernel" | "flag" | "entry";
  /** Processes under it. */
  readonly processes: number;
  /**
   * Is anything here that it is for? `no`: none of its programs is installed, or it has none, came with a package and nothing
   * runs under it. `unknown`: its programs cannot be told.
   */
  readonly concerns: "yes" | "no" | "unknown";
}

export interface ComplainingProfiles {
  readonly all: readonly ComplainingProfile[];
  readonly loaded: Fact<number>;
  readonly files: Fact<number>;
  readonly unread: readonly string[];
}

interface Found {
  readonly name: string;
  readonly source: Source;
  readonly by: ComplainingProfile["by"];
  /** Empty where it is entered by name alone. */
  readonly attach: string;
  readonly file: string;
}

function inFile({ path, profiles, disabled, forced }: DiskPolicy): readonly Found[] {
  if (disabled !== undefined) return [];
  const all = profiles.map(({ name, flags, source }) => ({
    name,
    flags,
    source,
    attach: headerAttachment(source.text),
    file: path,
  }));
  if (forced === undefined)
    return all.filter(({ flags }) => flags.includes("complain")).map((one) => ({ ...one, by: "flag" }));
  // Whatever the file holds: with nothing readable in it the entry itself is what is known.
  const [first] = all;
  return [{ name: path, source: forced, by: "entry", attach: first?.attach ?? "", file: path }];
}

function inKernel({ loaded }: AppArmor, files: readonly DiskPolicy[]): readonly Found[] {
  const fileOf = new Map(
    files.flatMap(({ path, profiles }) => profiles.map(({ name }) => [name, path] as const)),
  );
  const headers = new Map(
    files.flatMap(({ profiles }) => profiles.map((one) => [one.name, one.source.text] as const)),
  );
  return loaded
    .filter(({ mode }) => mode === "complain")
    .map(({ name, source, attach }) => ({
      name,
      source,
      by: "kernel",
      attach: attach ?? (name.startsWith("/") ? name : headerAttachment(headers.get(name) ?? "")),
      file: fileOf.get(name) ?? "",
    }));
}

/** Is a program there that the pattern fits? Undefined where that cannot be told. */
async function programsOf(host: Host, attach: string): Promise<boolean | undefined> {
  const paths = attach.includes("@{") ? undefined : alternativesOf(attach);
  // A pattern over folders may fit anything below them.
  if (paths === undefined || paths.some((path) => path.includes("**"))) return undefined;
  for (const path of paths) {
    const { paths: found, unread } = isWildcard(path)
      ? await globbed(host, path)
      : { paths: [path], unread: [] };
    if (unread.length > 0) return undefined;
    for (const one of found) {
      const stat = await host.stat(one);
      if (stat.state !== "absent") return true;
    }
  }
  return false;
}

class Concern {
  constructor(
    private readonly host: Host,
    private readonly ask: Ask,
    private readonly kernel: Fact<AppArmor>,
  ) {}

  processes(name: string): number {
    return this.kernel.state === "known" ? (this.kernel.value.confined.get(name)?.length ?? 0) : 0;
  }

  async of({ name, attach, file }: Found): Promise<ComplainingProfile["concerns"]> {
    if (this.processes(name) > 0) return "yes";
    // A child is entered from its parent: where that is for nothing, so is the child.
    if (attach !== "") {
      const there = await programsOf(this.host, attach);
      return there === undefined ? "unknown" : there ? "yes" : "no";
    }
    if (file === "") return "yes";
    const owners = await packageOwners(this.host, this.ask, [file], new Set(["apparmor"]));
    return owners.state === "known" && owners.value.has(file) ? "no" : "yes";
  }
}

export const apparmorComplaining: FactSource<ComplainingProfiles> = {
  title: "AppArmor profiles that complain, and whether their programs are here",
  async gather(host, ask) {
    const [kernel, files] = await Promise.all([ask(apparmor), ask(apparmorFiles)]);
    if (kernel.state === "absent" && files.state === "absent") return kernel;
    const onDisk = files.state === "known" ? files.value.files : [];
    const found = [
      ...(kernel.state === "known" ? inKernel(kernel.value, onDisk) : []),
      ...onDisk.flatMap(inFile),
    ];
    const concern = new Concern(host, ask, kernel);
    const all: ComplainingProfile[] = [];
    const byName = new Map(found.map((one) => [one.name, one]));
    for (const one of found) {
      const { name, source, by } = one;
      const parent = byName.get(name.split("//", 1)[0] ?? name) ?? one;
      const concerns = await concern.of({ ...one, attach: one.attach === "" ? parent.attach : one.attach });
      all.push({ name, source, by, processes: concern.processes(name), concerns });
    }
    return known({
      all,
      loaded: kernel.state === "known" ? known(kernel.value.loaded.length) : kernel,
      files: files.state === "known" ? known(onDisk.length) : files,
      unread: files.state === "known" ? [...files.value.unlisted, ...files.value.unread] : [],
    });
  },
};
