// Faults in the words of a profile around its rules: default action, architectures, flags, listener.
import { didYouMean } from "../core/nearest.js";
import { architectureOf, architectures, scmpNames } from "../formats/syscall-table.js";
import { type Finding, finding, type LintInput, stopper, type Target } from "./finding.js";
import { errnoFindings, ruleWordFindings } from "./lint-rule-words.js";
import { actionOf, actionWords, kernelAtLeast } from "./reading.js";
import { lowRuntimes } from "./runtime-base.js";

const both = lowRuntimes;

/** Further ones that libseccomp knows; the table holds none of their calls. */
const otherArchitectures = "MIPS MIPS64 MIPS64N32 MIPSEL MIPSEL64 MIPSEL64N32 PPC PPC64 S390"
  .split(" ")
  .map((name) => `SCMP_ARCH_${name}`);
/** Known from libseccomp 2.6 on. */
const newArchitectures = ["SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB"];
const knownArchitectures = [
  ...architectures.map((one) => scmpNames[one]),
  ...otherArchitectures,
  ...newArchitectures,
];
/** Of the other byte order than the rest, which libseccomp does not mix. */
const bigEndian = /^SCMP_ARCH_(?:S390X?|PPC(?:64)?|MIPS(?:64(?:N32)?)?|M68K|SHEB)$/;

/** Since Linux 5.19. */
const waiting = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV";

const flags = [
  "SECCOMP_FILTER_FLAG_TSYNC",
  "SECCOMP_FILTER_FLAG_LOG",
  "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
  waiting,
];

function defaultAction({ profile, target }: LintInput): readonly Finding[] {
  const { defaultAction: given, defaultErrnoRet: errno } = profile;
  if (given === undefined || given.value === "") {
    const message = "has no defaultAction";
    return profile.rules.length === 0
      ? [
          finding(
            "no-profile",
            "error",
            `${message} and no rules: runc starts the container with no filter`,
            0,
            ["crun"],
          ),
        ]
      : [stopper("no-default-action", `${message}: the container is not created`, 0, both, target)];
  }
  const action = actionOf(given.value, errno?.value);
  if (action === undefined)
    return [
      stopper(
        "unknown-action",
        `defaultAction ${given.value} is no action${didYouMean(given.value, actionWords)}: the container is not created`,
        given.line,
        both,
        target,
      ),
    ];
  if (action.name === "NOTIFY")
    return [
      stopper(
        "notify-default",
        "SCMP_ACT_NOTIFY cannot be the default: nothing starts",
        given.line,
        both,
        target,
      ),
    ];
  return errnoFindings(errno, given.value, { profile, target });
}

function takesNewArchitectures({ libseccomp }: Target): boolean {
  return libseccomp !== undefined && kernelAtLeast(libseccomp, "2.6");
}

function architectureFindings(input: LintInput): readonly Finding[] {
  const { profile, target } = input;
  const own = scmpNames[target.architecture];
  const words = profile.architectures.flatMap(({ value, line }): readonly Finding[] => {
    if (value === "SCMP_ARCH_NATIVE")
      return [
        stopper("native-architecture", "SCMP_ARCH_NATIVE is refused by both runtimes", line, both, target),
      ];
    if (newArchitectures.includes(value) && !takesNewArchitectures(target))
      return [
        stopper(
          "new-architecture",
          `${value} is known from libseccomp 2.6 on: before it no container is created`,
          line,
          both,
          target,
        ),
      ];
    // crun takes the kernel's own words too.
    const plain = knownArchitectures.includes(`SCMP_ARCH_${value.toUpperCase()}`);
    if (!knownArchitectures.includes(value))
      return [
        stopper(
          "unknown-architecture",
          `${value} is no architecture${didYouMean(value, knownArchitectures)}: the container is not created`,
          line,
          plain ? ["runc"] : both,
          target,
        ),
      ];
    if (bigEndian.test(value) !== bigEndian.test(own))
      return [
        stopper(
          "byte-order",
          `${value} and ${own} cannot be in one filter: their byte orders differ`,
          line,
          both,
          target,
        ),
      ];
    return [];
  });
  if (profile.architectures.length === 0) {
    if (profile.archMap.length > 0 && target.engine !== "containerd" && target.engine !== undefined)
      return words;
    const message = `names no architectures: the filter is for ${own} alone, and programs of another (32-bit ones) are killed`;
    return [...words, finding("no-architectures", "note", message, 0)];
  }
  const listed = profile.architectures.map(({ value }) => value);
  if (listed.includes(own) || listed.some((value) => architectureOf(value) === undefined)) return words;
  return [
    ...words,
    finding(
      "foreign-architectures",
      "warning",
      `does not name ${own}, the architecture here; the runtimes add it`,
      profile.architectures[0]?.line ?? 0,
    ),
  ];
}

/** The first release of runc that takes a flag (its CHANGELOG). */
function runcTakes(flag: string): string {
  return flag === waiting ? "1.5" : "1.2";
}

/** Why runc starts nothing with a flag that it could know. */
function refusedByRunc(flag: string, version: string | undefined, asks: boolean): string | undefined {
  const wanted = runcTakes(flag);
  if (version === undefined || !/^\d+\.\d/.test(version) || !kernelAtLeast(version, wanted))
    return `${flag}: runc ${version ?? `before ${wanted}`} takes ${wanted === "1.2" ? "no flags" : "no such flag"} and creates no container`;
  // seccomp(2): EINVAL without SECCOMP_FILTER_FLAG_NEW_LISTENER.
  return flag === waiting && !asks
    ? `${flag} without a rule that asks (SCMP_ACT_NOTIFY): the kernel refuses the filter`
    : undefined;
}

function flagFindings({ profile, target }: LintInput): readonly Finding[] {
  const runc = target.low.find(({ name }) => name === "runc");
  const asks = profile.rules.some(({ action }) => action?.value === "SCMP_ACT_NOTIFY");
  return profile.flags.flatMap(({ value, line }): readonly Finding[] => {
    if (!flags.includes(value))
      return [
        stopper(
          "unknown-flag",
          `${value} is no flag${didYouMean(value, flags)}: the container is not created`,
          line,
          both,
          target,
        ),
      ];
    const refused = runc && refusedByRunc(value, runc.version, asks);
    return refused === undefined ? [] : [stopper("flag", refused, line, ["runc"], target)];
  });
}

/** crun connects to the listener whether a rule asks it or not. */
function listener({ profile, target }: LintInput): readonly Finding[] {
  const { listenerPath, rules } = profile;
  if (listenerPath === undefined || listenerPath.value === "") return [];
  if (rules.some(({ action }) => action?.value === "SCMP_ACT_NOTIFY")) return [];
  const message =
    "listenerPath without a rule that asks (SCMP_ACT_NOTIFY): crun starts nothing while nobody listens";
  return [stopper("listener", message, listenerPath.line, ["crun"], target)];
}

export function wordFindings(input: LintInput): readonly Finding[] {
  return [
    ...defaultAction(input),
    ...architectureFindings(input),
    ...flagFindings(input),
    ...listener(input),
    ...input.profile.rules.flatMap((rule) => ruleWordFindings(rule, input)),
  ];
}
