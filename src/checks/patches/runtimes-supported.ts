// patches.runtimes-supported: the release lines of containerd, runc and CRI-O still get fixes.
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { Releases } from "../../facts/releases.js";
import type { RuntimeVersion } from "../../facts/runtime-versions.js";
import { defineCheck } from "../define.js";

interface Judged {
  readonly problem?: string;
  readonly unknown?: string;
  readonly note?: string;
}

function judge(
  { product, packaged, line, byDistribution, source }: RuntimeVersion,
  releases: Releases,
): Judged {
  if (packaged === undefined)
    return {
      unknown: `${source.file} belongs to no package: which release of ${product} it is is not known`,
    };
  if (byDistribution)
    return { note: `${product} ${printable(packaged)} is the distribution's to look after` };
  if (line === undefined) return { unknown: `${product} ${printable(packaged)} tells no release line` };
  const found = releases.of(product, line);
  const newest = releases.newest(product);
  if (found === undefined) {
    const [, minor] = line.split(".").map(Number);
    const [major, last] = (newest?.line ?? "0.0").split(".").map(Number);
    const newer =
      Number(line.split(".")[0]) > (major ?? 0) ||
      (line.startsWith(`${major}.`) && (minor ?? 0) > (last ?? 0));
    return newer
      ? { unknown: `${product} ${line} is newer than nodeward's table of ${releases.asOf}` }
      : {
          problem: `${product} ${line} is older than every release in nodeward's table: its support has ended`,
        };
  }
  const dates = `${product} ${line} is supported until ${found.endOfLife} (${place(found.source)})`;
  return found.endOfLife < releases.today
    ? {
        problem: `support of ${product} ${line} ended on ${found.endOfLife}; ${printable(packaged)} is installed`,
      }
    : { note: dates };
}

export default defineCheck({
  id: "patches.runtimes-supported",
  title: "The releases of containerd, runc and CRI-O are still supported",
  why: "A runtime past its end gets no fix for the next way out of a container.",
  remedy:
    "Install a supported release of the runtime, one node at a time; where a vendor supports the line longer, name it and its date in /etc/nodeward/releases.yaml.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["runtimeVersions", "releases"],
  params: {},
  evaluate({ runtimeVersions, releases }) {
    const judged = runtimeVersions.map((one) => judge(one, releases));
    return {
      expected: `supported on ${releases.today}, or the distribution's own build`,
      actual: runtimeVersions
        .map(({ product, packaged }) => `${product} ${packaged ?? "of no package"}`)
        .join(", "),
      evidence: runtimeVersions.map(({ source }) => source),
      problems: judged.flatMap(({ problem }) => (problem === undefined ? [] : [{ message: problem }])),
      unknowns: judged.flatMap(({ unknown }) => unknown ?? []),
      notes: judged.flatMap(({ note }) => note ?? []),
    };
  },
});
