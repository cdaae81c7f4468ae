// sshd.config-valid: sshd starts with its configuration, and no line of it says something that does not hold.
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { SshdConfig } from "../../facts/sshd.js";
import { defineCheck } from "../define.js";

type InVain = SshdConfig["inVain"][number];

function vain({ keyword, value, source, winner, inForce }: InVain): string {
  return `${place(source)} sets ${printable(keyword)} ${printable(value, 100)} in vain: ${place(winner)} has it ${printable(inForce, 100)}, and that holds`;
}

/**
 * Files that the system writes and others are meant to outvote: Red Hat's own drop-ins and crypto-policies, cloud-init's,
 * those of cloud images, and what a package keeps below /usr.
 */
const written =
  /^\/etc\/ssh\/sshd_config\.d\/(?:\d\d-redhat[\w-]*|\d\d-cloud-init|60-cloudimg-settings)\.conf$|^\/etc\/crypto-policies\/|^\/usr\//;

/** A drop-in that stands before the file says on purpose what the file may not. */
function isMeant({ source, winner }: InVain): boolean {
  return written.test(source.file) && !written.test(winner.file);
}

function versionNote({ build }: SshdConfig): readonly string[] {
  return build.known
    ? [`read as OpenSSH ${Math.floor(build.version / 100)}.${build.version % 100} reads it (${build.from})`]
    : ["nothing tells which sshd is installed: read as the newest one would read it"];
}

export default defineCheck({
  id: "sshd.config-valid",
  title: "The configuration of sshd is valid and says what holds",
  why: "With one bad line sshd does not start again and nobody can log in; a line that another one outvotes misleads who reads it.",
  remedy: "Correct or remove the lines named, check with `sshd -t`, then reload sshd.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["sshdConfig"],
  params: {},
  evaluate({ sshdConfig }) {
    const { refusals, files } = sshdConfig;
    const inVain = sshdConfig.inVain.filter((line) => !isMeant(line));
    const meant = sshdConfig.inVain.length - inVain.length;
    return {
      expected: "sshd starts with it; no value that another line outvotes",
      actual:
        refusals.length > 0
          ? "sshd does not start"
          : `${files.length} file${files.length === 1 ? "" : "s"}, ${inVain.length} line${inVain.length === 1 ? "" : "s"} in vain`,
      evidence: [
        ...refusals.map(({ source }) => source),
        ...inVain.flatMap(({ source, winner }) => [source, winner]),
      ],
      problems: [
        ...refusals.map(({ message, source }) => ({
          message: `sshd does not start: ${place(source)}: ${printable(message)}`,
        })),
        ...inVain.map((line) => ({ message: vain(line) })),
      ],
      notes: [
        ...versionNote(sshdConfig),
        ...(meant === 0 ? [] : [`lines that the system wrote and an earlier file outvotes: ${meant}`]),
      ],
    };
  },
});
