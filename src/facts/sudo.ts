// The sudo program itself: which one it is, its release and package, its owner and mode. Not what it lets whom do (facts/sudoers.ts).
import { absent, type Fact, failed, known } from "../core/fact.js";
import { compareDebianVersions } from "../formats/debian-version.js";
import { parseSudoVersion, type SudoVersion, sinceSudo } from "../formats/sudoers-dialect.js";
import type { FileState } from "./file-state.js";
import { type Package, type Packages, packages } from "./packages.js";
import type { FactSource } from "./source.js";

export interface SudoProgram {
  /** The program as a user starts it; its state is that of the file behind every link. */
  readonly path: string;
  readonly state: FileState;
  /** `sudo-rs` is the one written in Rust that Ubuntu installs from 25.10 on. */
  readonly implementation: "sudo" | "sudo-rs";
  readonly package: Package | undefined;
  readonly manager: Packages["manager"] | undefined;
  /** Of the package; an error where no database names it. */
  readonly version: Fact<SudoVersion>;
  /** Is it the release `floor` (`1.9.5p2`) or a later one? Undefined where the release is not known. */
  since(floor: string): boolean | undefined;
  /** Is its package this version, as its distribution numbers them, or a later one? */
  packagedSince(version: string): boolean;
}

const places = ["/usr/bin/sudo", "/bin/sudo", "/usr/local/bin/sudo"];
const packageNames = { sudo: ["sudo", "sudo-ldap"], "sudo-rs": ["sudo-rs"] } as const;

function implementationOf(state: FileState): SudoProgram["implementation"] {
  return state.state === "ok" && /(?:^|\/)(?:sudo-rs|cargo\/bin\/sudo)$/.test(state.realPath)
    ? "sudo-rs"
    : "sudo";
}

function versionOf(found: Package | undefined, all: Fact<Packages>): Fact<SudoVersion> {
  if (found === undefined)
    return failed(all.state === "known" ? "no package of this node is sudo's" : all.reason);
  const version = parseSudoVersion(found.version);
  return version === undefined ? failed(`${found.name} has the version ${found.version}`) : known(version);
}

export const sudo: FactSource<SudoProgram> = {
  title: "the sudo program (/usr/bin/sudo) and its package",
  async gather(host, ask) {
    const states = await Promise.all(places.map((path) => host.stat(path)));
    const state = states.find((one) => one.state !== "absent");
    if (state === undefined) return absent("sudo is not installed");
    if (state.state !== "ok") return failed(state.reason);
    const all = await ask(packages);
    const implementation = implementationOf(state);
    const database = all.state === "known" ? all.value : undefined;
    const found = packageNames[implementation]
      .map((name) => database?.get(name))
      .find((one) => one !== undefined);
    const version = versionOf(found, all);
    return known({
      path: state.path,
      state,
      implementation,
      package: found,
      manager: database?.manager,
      version,
      since: (floor) => (version.state === "known" ? sinceSudo(version.value, floor) : undefined),
      packagedSince: (wanted) => found !== undefined && compareDebianVersions(found.version, wanted) >= 0,
    });
  },
};
