// Faults of a profile as a text: what is no profile, what the decoder refuses, what it drops without a word.
import type { SeccompShape, SeccompText } from "../formats/seccomp-profile.js";
import { type Finding, finding, type LintInput, stopper, type Target } from "./finding.js";

type Read = Extract<SeccompText, { state: "ok" }>;

const shapes: Readonly<Record<Exclude<SeccompShape, "profile">, string>> = {
  null: "is null",
  empty: "is an empty object",
  "container-configuration":
    "is the configuration of a container, not a profile: the filter is its linux.seccomp alone",
  "kubernetes-object": "is a Kubernetes object, not a profile: the filter is a part of its spec",
};

/** With such a text containerd and runc start the container without a word, and without a filter. */
export function shapeFindings({ shape }: Read): readonly Finding[] {
  if (shape === "profile") return [];
  return [
    finding("no-profile", "error", `${shapes[shape]}: the container starts with no filter at all`, 0, [
      "crun",
    ]),
  ];
}

export function faultFindings({ faults }: Read, target: Target): readonly Finding[] {
  return faults.map(({ message, line, refused }) =>
    refused
      ? stopper("wrong-type", `${message}: the container is not created`, line, ["runc", "crun"], target)
      : finding("unknown-key", "warning", message, line),
  );
}

/** What becomes of the profile where the keys are not honoured. */
const lostWithout: Readonly<Record<string, string>> = {
  archMap: "the architectures are lost, and 32-bit programs are killed",
  includes: "the rule holds for every container, whatever its capabilities and architecture",
  excludes: "the rule holds also where it should not",
  name: "the rule names no call and does nothing",
  errno: "the error is EPERM",
  defaultErrno: "the error is EPERM",
};

/** Docker's own profile is far weaker under containerd than RuntimeDefault: what is conditional there is for everybody. */
export function dockerFindings({ profile, target: { engine } }: LintInput): readonly Finding[] {
  const used = new Map(profile.dockerKeys.map((key) => [key.value, key.line]));
  if (engine === "docker") return [];
  return [...used].flatMap(([value, line]): readonly Finding[] => {
    const lost = lostWithout[value];
    if (lost === undefined) return [];
    const count = profile.dockerKeys.filter((key) => key.value === value).length;
    const times = count === 1 ? "" : ` (${count} times, here the last)`;
    if (engine === "cri-o")
      return [
        finding(
          "docker-key",
          "note",
          `"${value}" is Docker's: CRI-O honours it, but not minKernel${times}`,
          line,
        ),
      ];
    const reader =
      engine === "containerd" ? "containerd drops it" : "containerd drops it, CRI-O and Docker honour it";
    return [finding("docker-key", "error", `"${value}" is Docker's: ${reader}: ${lost}${times}`, line)];
  });
}
