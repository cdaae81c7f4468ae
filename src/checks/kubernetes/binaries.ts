// kubernetes.binaries: the platform's programs are what was shipped, and nobody but root can replace them.
import type { Problem } from "../../core/outcome.js";
import { wholeFile } from "../../core/source.js";
import type { Binary } from "../../facts/binaries.js";
import { defineCheck } from "../define.js";

function problemsOf({ path, stat, verdict }: Binary): readonly Problem[] {
  const mode = stat.mode.toString(8).padStart(4, "0");
  const replaceable =
    stat.uid !== 0 || (stat.mode & 0o022) !== 0
      ? [{ message: `${path} can be replaced by others than root (owner ${stat.uid}, mode ${mode})` }]
      : [];
  if (verdict.state !== "differs") return replaceable;
  const { by, expected, found } = verdict;
  const message = `${path} is not what ${by} says: ${found.slice(0, 16)}…, not ${expected.slice(0, 16)}…`;
  return [{ message }, ...replaceable];
}

export default defineCheck({
  id: "kubernetes.binaries",
  title: "Platform binaries are the ones that were released",
  why: "A replaced kubelet, runtime or CNI plugin runs as root on every pod's way and passes every check of configuration.",
  remedy:
    "Find out who replaced the file, then install the released one again. Put the release's SHA512SUMS or .sha512 files into /etc/nodeward/checksums to compare with the publisher rather than the local package record.",
  severity: "high",
  risk: "none",
  fixable: false,
  tags: ["integrity"],
  needs: ["binaries"],
  params: {},
  evaluate({ binaries: { binaries, problems: listProblems } }) {
    const problems = binaries.flatMap(problemsOf);
    const concerned = binaries.filter((one) => problemsOf(one).length > 0);
    const matching = binaries.filter(({ verdict }) => verdict.state === "match").length;
    return {
      expected: "each as its checksum list or package recorded it, owned by root, not writable by others",
      actual: `${matching} of ${binaries.length} match`,
      evidence: concerned.flatMap(({ path, verdict }) =>
        verdict.state === "unknown" ? [wholeFile(path)] : [wholeFile(path), verdict.source],
      ),
      problems,
      unknowns: [
        ...binaries.flatMap(({ verdict }) => (verdict.state === "unknown" ? [verdict.reason] : [])),
        ...listProblems,
      ],
    };
  },
});
