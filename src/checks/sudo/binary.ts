// Is the sudo program what it must be: root's, set-uid, and free of the known ways to root?
import { notApplicable, type Problem } from "../../core/outcome.js";
import { word } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { wholeFile } from "../../core/source.js";
import type { Platform } from "../../facts/platform.js";
import type { SudoProgram } from "../../facts/sudo.js";
import { defineCheck } from "../define.js";
import { octal } from "../file-mode.js";
import { type SudoFlaw, sudoFlaws, sudoRsFlaws } from "./flaws.js";

function modeProblems({ path, state }: SudoProgram): readonly Problem[] {
  if (state.state !== "ok") return [];
  const { mode, uid } = state;
  const shown = printable(path);
  return [
    ...(uid === 0 ? [] : [`${shown} belongs to user ${uid}, not to root`]),
    ...((mode & 0o4000) !== 0 ? [] : [`${shown} is not set-uid: it gives nobody rights`]),
    ...((mode & 0o022) === 0 ? [] : [`${shown} has mode ${octal(mode)}: others than root can write to it`]),
  ].map((message) => ({ message }));
}

/** `debian 12`, `ubuntu 24.04`, `rhel 9` for all that is rebuilt from it. */
function distribution(platform: Platform | undefined): string | undefined {
  if (platform === undefined) return undefined;
  const { id, versionId } = platform;
  if (id === "debian" || id === "ubuntu") return `${id} ${versionId}`;
  const [major = ""] = versionId.split(".");
  return platform.is("rhel") ? `rhel ${major}` : undefined;
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly unknowns: readonly string[];
}

/** A distribution takes corrections back into its release, so that the release alone does not tell. */
function flawOf(program: SudoProgram, flaw: SudoFlaw, system: string | undefined): Judged {
  const affected = program.since(flaw.from) === true && program.since(flaw.mended) === false;
  const version = printable(program.package?.version ?? "");
  const nothing = { problems: [], unknowns: [] };
  if (!affected) return nothing;
  const mended = system === undefined ? undefined : flaw.packages[system];
  if (mended === undefined) {
    const reason = `whether ${program.implementation} ${version} is free of ${flaw.id} (mended in ${flaw.mended}) only its distribution can say`;
    return { problems: [], unknowns: [reason] };
  }
  if (program.packagedSince(mended)) return nothing;
  const message = `${program.implementation} ${version} has ${flaw.id}: ${flaw.what} (mended in ${mended})`;
  return { problems: [{ message }], unknowns: [] };
}

export default defineCheck({
  id: "sudo.binary",
  title: "sudo is installed set-uid root and has no known way to root",
  why: "It is the one program that every user may start and that runs as root: a flaw in it is a flaw of the whole node.",
  remedy: "Bring sudo up to date with the package manager; reinstall it where owner or mode are wrong.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sudo"],
  optional: ["platform"],
  params: { floor: word("1.9.5p2", /\d+\.\d+(?:\.\d+)?(?:p\d+)?/, "a release of sudo, such as 1.9.5p2") },
  evaluate({ sudo, platform }, { floor }) {
    if (sudo.state.state !== "ok") return notApplicable(sudo.state.reason);
    const rust = sudo.implementation === "sudo-rs";
    const system = distribution(platform.state === "known" ? platform.value : undefined);
    const judged = (rust ? sudoRsFlaws : sudoFlaws).map((flaw) => flawOf(sudo, flaw, system));
    const version = printable(sudo.package?.version ?? "unknown release");
    // The floor is one of sudo's releases; sudo-rs counts otherwise.
    const old = !rust && sudo.since(floor) === false;
    const { mode } = sudo.state;
    return {
      expected: `set-uid root, ${floor} or later, no known flaw`,
      actual: `${sudo.implementation} ${version}, ${octal(mode)}`,
      evidence: [wholeFile(sudo.path, `${octal(mode)} ${sudo.implementation} ${version}`)],
      problems: [
        ...modeProblems(sudo),
        ...(old ? [{ message: `sudo ${version} is older than ${floor}` }] : []),
        ...judged.flatMap(({ problems }) => problems),
      ],
      unknowns: [
        ...(sudo.version.state === "known"
          ? []
          : [`the release of sudo is not known: ${sudo.version.reason}`]),
        ...judged.flatMap(({ unknowns }) => unknowns),
      ],
      notes: rust ? ["this is sudo-rs: what it does not know of sudoers it refuses or passes over"] : [],
    };
  },
});
